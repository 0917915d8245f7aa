// The catalogue as it stands, made ready to be published from a moment on: in order of time,
// checked, compiled, and held beside what is published. Nothing is changed by it.

import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import {
  type CompiledCatalogue,
  compileCatalogue,
  type Finding,
  type OfferingVersionName,
  offeringKey,
} from "../compile/index.ts";
import { hrefTo } from "../kind-names.ts";
import { addressOf } from "../versions.ts";
import { planTariffs, type SentTariff } from "./plan-tariffs.ts";
import {
  digestOf,
  readDocuments,
  readLastPublication,
  readPublishedVersions,
  readSentTariffs,
} from "./read-documents.ts";
import { type Affected, affectedBy, type Owners, type Treatment } from "./treatments.ts";
import { type KindDocument, versionsInTime } from "./versions-in-time.ts";

/** How many own each version, by its key; undefined: that is not known here. */
export type OwnersOf = (context: Context) => Promise<Owners>;

export type Prepared = {
  readonly documents: readonly KindDocument[];
  readonly digest: string;
  readonly findings: readonly Finding[];
  /** Undefined: there are findings. */
  readonly compiled: CompiledCatalogue | undefined;
  readonly before: CompiledCatalogue | undefined;
  readonly affected: readonly Affected[];
  /** Of earlier publications, as far as somebody may still have these versions. */
  readonly carried: readonly Treatment[];
  readonly toSend: readonly SentTariff[];
};

/** Who was to keep a version keeps it, and who was to be moved has it until then. */
const stillOwned = (
  treatments: readonly Treatment[],
  effectiveAt: number,
  owners: Owners,
): readonly Treatment[] =>
  treatments.filter((one) => {
    const count = owners?.get(offeringKey(one.offeringId, one.version));
    if (owners !== undefined) return (count ?? 0) > 0;
    return one.treatment === "keep" || one.at > effectiveAt;
  });

/** Those that are sold no more and that somebody has. */
const keptVersions = (
  documents: readonly KindDocument[],
  wanted: readonly OfferingVersionName[],
): readonly OfferingVersionName[] => {
  const there = new Set(
    documents
      .filter(({ kind }) => kind === "productOffering")
      .map(({ document }) => offeringKey(String(document["id"]), String(document["version"]))),
  );
  const unique = new Map(wanted.map((one) => [offeringKey(one.offeringId, one.version), one]));
  return [...unique].filter(([key]) => there.has(key)).map(([, one]) => one);
};

const ownedVersions = (owners: Owners): readonly OfferingVersionName[] =>
  [...(owners ?? [])]
    .filter(([, count]) => count > 0)
    .map(([key]) => {
      const at = key.lastIndexOf(":");
      return { offeringId: key.slice(0, at), version: key.slice(at + 1) };
    });

export const preparePublication = async (
  context: Context,
  request: {
    readonly effectiveAt: number;
    readonly version: number;
    readonly treatments: readonly Treatment[];
  },
  ownersOf: OwnersOf,
): Promise<Answered<Prepared>> => {
  const { effectiveAt, treatments, version } = request;
  const documents = await readDocuments(context);
  if (documents === undefined) {
    const most = `more than ${limits.catalogueDocumentsMax} documents`;
    return refuse("UNPROCESSABLE", `there are ${most}: that is no catalogue`);
  }
  const owners = await ownersOf(context);
  const last = await readLastPublication(context);
  const carried = stillOwned(last?.treatments ?? [], effectiveAt, owners);
  const published = await readPublishedVersions(context);
  const inTime = versionsInTime(documents, { published, effectiveAt });
  const wanted = [...ownedVersions(owners), ...carried, ...treatments];
  const kept = keptVersions(documents, wanted);
  const outcome = compileCatalogue(inTime, { version, effectiveAt, keptVersions: kept });
  const before = last?.compiled;
  const common = { documents, before, carried, digest: digestOf(documents) };
  if (!outcome.isOk) {
    const nothing = { compiled: undefined, affected: [], toSend: [] };
    return ok({ ...common, ...nothing, findings: outcome.error });
  }
  const compiled = outcome.value;
  const sent = await readSentTariffs(context);
  return ok({
    ...common,
    ...{ findings: [], compiled, affected: affectedBy(before, compiled, owners) },
    toSend: planTariffs(sent, compiled.tariffs, effectiveAt),
  });
};

/** Where it stands: the address of the document, and in it the place (RFC 6901, as a fragment). */
export const placeOfFinding = ({ entity, message, pointer }: Finding) => ({
  pointer: `${hrefTo(entity.kind, addressOf(entity.id, entity.version))}#${pointer}`,
  detail: message,
});
