// Begins a preview: what a period of the ledger would have come to by the catalogue as it stands,
// drafts included, beside the one that is published. Both are kept with the job, so that it says
// the same whatever is edited meanwhile.

import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import { type CompiledCatalogue, compileCatalogue } from "../compile/index.ts";
import { addJob, type Job } from "../jobs/jobs.ts";
import { isDraft } from "../lifecycle.ts";
import { statusOf } from "../other-versions.ts";
import { placeOfFinding } from "../publications/prepare-publication.ts";
import {
  readDocuments,
  readLastPublication,
  readPublishedVersions,
} from "../publications/read-documents.ts";
import { type KindDocument, versionsInTime } from "../publications/versions-in-time.ts";

export type PreviewRequest = {
  /** Half-open, ms since 1970. */
  readonly from: number;
  readonly until: number;
  /** Whether who owns a version keeps it, or gets the newest one of its offering. */
  readonly owners: "keep" | "move";
  /** One account in so many; 1: all. */
  readonly sampleEvery: number;
};

export type PreviewedCatalogues = {
  readonly before: CompiledCatalogue;
  readonly after: CompiledCatalogue;
};

/** As if what is being made were on offer. */
const asOffered = ({ document, kind }: KindDocument): KindDocument =>
  isDraft(statusOf(document))
    ? { kind, document: { ...document, lifecycleStatus: "Active" } }
    : { document, kind };

const keptOf = ({ terms }: CompiledCatalogue) =>
  Object.values(terms).map(({ offeringId, version }) => ({ offeringId, version }));

export const startPreview = async (
  context: Context,
  request: PreviewRequest,
): Promise<Answered<Job>> => {
  if (request.from >= request.until) {
    const errors = [{ pointer: "/until", detail: "is not after its begin" }];
    return refuse("UNPROCESSABLE", "/until: is not after its begin", { errors });
  }
  const last = await readLastPublication(context);
  if (last === undefined) return refuse("CONFLICT", "nothing is published: there is no before");
  const documents = await readDocuments(context);
  if (documents === undefined) return refuse("UNPROCESSABLE", "there are too many documents");
  const before = last.compiled;
  const effectiveAt = Math.max(context.now, before.effectiveAt);
  const published = await readPublishedVersions(context);
  const inTime = versionsInTime(documents.map(asOffered), { published, effectiveAt });
  const there = new Set(
    documents.map(({ document }) => `${String(document["id"])} ${String(document["version"])}`),
  );
  const keptVersions = keptOf(before).filter((one) =>
    there.has(`${one.offeringId} ${one.version}`),
  );
  const version = before.version + 1;
  const after = compileCatalogue(inTime, { version, effectiveAt, keptVersions });
  if (!after.isOk) {
    const errors = after.error.slice(0, limits.problemPlacesMax).map(placeOfFinding);
    const count = `${after.error.length} contradictions`;
    return refuse("UNPROCESSABLE", `the catalogue has ${count}`, { errors });
  }
  const catalogues: PreviewedCatalogues = { before, after: after.value };
  const content = Buffer.from(JSON.stringify(catalogues));
  return ok(await addJob(context, { work: "preview", request, content }));
};
