// Publishes the catalogue as it stands, from a moment on: checked as a whole and written down with
// what engines have to get; the worker sends it. One at a time; a catalogue that contradicts
// itself is not published, and each contradiction is told.

import { sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { uuidV7 } from "../../db/uuid-v7.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import { isOnOffer } from "../lifecycle.ts";
import { statusOf } from "../other-versions.ts";
import { cataloguePublications, catalogueTariffs } from "../schema.ts";
import { versionOf } from "../versions.ts";
import {
  type OwnersOf,
  type Prepared,
  placeOfFinding,
  preparePublication,
} from "./prepare-publication.ts";
import { type PublicationView, viewOf } from "./publications.ts";
import { checkTreatments, type Treatment } from "./treatments.ts";

export type PublishRequest = {
  /** ms since 1970; undefined: as soon as engines can have it. */
  readonly effectiveAt?: number | undefined;
  readonly description?: string | undefined;
  /** `at` of a move may be left out: then it is the moment of the publication. */
  readonly treatments: readonly (Treatment | MoveAtOnce)[];
};
export type MoveAtOnce = {
  readonly offeringId: string;
  readonly version: string;
  readonly treatment: "migrate";
  readonly toVersion?: string | undefined;
};

const lockKey = 0x7461_7269;

/** Held to the end of the transaction: of two at once the second sees what the first has done. */
const holdPublishing = ({ statements }: Context) =>
  statements.query("SELECT pg_advisory_xact_lock($1)", [lockKey]);

type Before = { readonly version: number; readonly effectiveAt: number; readonly state: string };

const readNewest = async ({ tables }: Context) => {
  const { effectiveAt, state, version } = cataloguePublications;
  const rows: Before[] = await tables
    .select({ effectiveAt, state, version })
    .from(cataloguePublications)
    .orderBy(sql`${version} DESC`);
  return {
    newest: rows[0]?.version ?? 0,
    underWay: rows.find((one) => one.state === "publishing" || one.state === "undoing"),
    published: rows.find((one) => one.state === "published"),
  };
};

const momentOf = (
  context: Context,
  wanted: number | undefined,
  published: Before | undefined,
): Answered<number> => {
  const soonest = context.now + limits.publicationLeadMs;
  if (wanted !== undefined && wanted < context.now) {
    const errors = [{ pointer: "/effectiveAt", detail: "it is over" }];
    return refuse("UNPROCESSABLE", "/effectiveAt: it is over", { errors });
  }
  const effectiveAt = Math.max(soonest, wanted ?? soonest);
  if (published === undefined || published.effectiveAt <= effectiveAt) return ok(effectiveAt);
  const at = new Date(published.effectiveAt).toISOString();
  return refuse(
    "CONFLICT",
    `version ${published.version} takes effect only at ${at}: withdraw it, or publish for later`,
  );
};

export const publishCatalogue = async (
  context: Context,
  request: PublishRequest,
  ownersOf: OwnersOf,
): Promise<Answered<PublicationView>> => {
  await holdPublishing(context);
  const { newest, published, underWay } = await readNewest(context);
  if (underWay !== undefined) {
    return refuse("CONFLICT", `version ${underWay.version} is ${underWay.state}: wait for it`);
  }
  const moment = momentOf(context, request.effectiveAt, published);
  if (!moment.isOk) return moment;
  const effectiveAt = moment.value;
  const treatments = request.treatments.map(
    (one): Treatment =>
      one.treatment === "keep" || "at" in one ? (one as Treatment) : { ...one, at: effectiveAt },
  );
  const version = newest + 1;
  const target = { effectiveAt, version, treatments };
  const prepared = await preparePublication(context, target, ownersOf);
  if (!prepared.isOk) return prepared;
  const allowed = checkPrepared(prepared.value, treatments);
  if (!allowed.isOk) return allowed;
  return write(context, { ...target, description: request.description }, prepared.value);
};

const checkPrepared = (
  { affected, compiled, findings }: Prepared,
  treatments: readonly Treatment[],
): Answered<void> => {
  if (compiled === undefined) {
    const errors = findings.slice(0, limits.problemPlacesMax).map(placeOfFinding);
    const count = findings.length === 1 ? "one contradiction" : `${findings.length} contradictions`;
    return refuse("UNPROCESSABLE", `the catalogue has ${count}`, { errors });
  }
  const problems = checkTreatments(affected, treatments, compiled);
  if (problems[0] === undefined) return ok(undefined);
  const errors = problems.slice(0, limits.problemPlacesMax);
  return refuse("UNPROCESSABLE", `${problems[0].pointer}: ${problems[0].detail}`, { errors });
};

/** What is in it, with versions; drafts and what is over stay outside. */
const contentsOf = ({ documents }: Prepared) =>
  documents
    .filter(({ document }) => isOnOffer(statusOf(document)) || statusOf(document) === "Retired")
    .map(({ document, kind }) => [kind, String(document["id"]), versionOf(document)]);

type Target = {
  readonly effectiveAt: number;
  readonly version: number;
  readonly treatments: readonly Treatment[];
  readonly description: string | undefined;
};

const write = async (
  context: Context,
  { description, effectiveAt, treatments, version }: Target,
  prepared: Prepared,
): Promise<Answered<PublicationView>> => {
  const { actor, now, tables } = context;
  const { carried, compiled, digest, toSend } = prepared;
  const id = uuidV7(now);
  const row = {
    ...{ id, version, effectiveAt, state: "publishing" as const, documentsDigest: digest },
    ...{ description: description ?? null, problem: null, createdAt: now, finishedAt: null },
    ...{ terms: compiled!.terms, tariffs: compiled!.tariffs, contents: contentsOf(prepared) },
    treatments: [...carried.filter((one) => !isNamed(treatments, one)), ...treatments],
    ...{ actorId: actor.id, actorName: actor.name },
  };
  await tables.insert(cataloguePublications).values(row);
  for (let place = 0; place < toSend.length; place += insertedAtOnce) {
    const part = toSend.slice(place, place + insertedAtOnce);
    await tables
      .insert(catalogueTariffs)
      .values(part.map((one, index) => ({ ...one, publication: id, place: place + index })));
  }
  context.record({
    ...{ entity: "cataloguePublication", entityId: id, action: "create", before: null },
    after: { version, effectiveAt, documentsDigest: digest, treatments, tariffs: toSend.length },
  });
  return ok(viewOf(row, { tariffs: toSend.length, sent: 0 }));
};

const insertedAtOnce = 500;

const isNamed = (treatments: readonly Treatment[], { offeringId, version }: Treatment): boolean =>
  treatments.some((one) => one.offeringId === offeringId && one.version === version);
