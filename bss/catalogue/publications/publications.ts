// Publications, read: how they are shown, which one is in force when, and what a version of an
// offering comes to by them.

import { eq, sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import { offeringKey, type ProductTerms } from "../compile/index.ts";
import { cataloguePublications, catalogueTariffs, type PublicationState } from "../schema.ts";
import type { Treatment } from "./treatments.ts";

export type PublicationView = {
  readonly id: string;
  readonly version: number;
  readonly state: PublicationState;
  readonly effectiveAt: string;
  readonly documentsDigest: string;
  readonly description?: string;
  readonly problem?: string;
  /** Tariff documents that engines get, and how many they have. */
  readonly tariffs: number;
  readonly sent: number;
  readonly treatments: readonly unknown[];
  readonly publishedBy: { readonly id: string; readonly name: string };
  readonly createdAt: string;
  readonly finishedAt?: string;
};

type Row = Omit<typeof cataloguePublications.$inferSelect, "terms" | "tariffs" | "contents">;

const moment = (at: number): string => new Date(at).toISOString();

const shownTreatment = (one: Treatment) =>
  one.treatment === "keep" ? one : { ...one, at: moment(one.at) };

export const viewOf = (row: Row, counts: { tariffs: number; sent: number }): PublicationView => ({
  ...{ id: row.id, version: row.version, state: row.state, effectiveAt: moment(row.effectiveAt) },
  documentsDigest: row.documentsDigest,
  ...(row.description === null ? {} : { description: row.description }),
  ...(row.problem === null ? {} : { problem: row.problem }),
  ...counts,
  treatments: (row.treatments as readonly Treatment[]).map(shownTreatment),
  publishedBy: { id: row.actorId, name: row.actorName },
  createdAt: moment(row.createdAt),
  ...(row.finishedAt === null ? {} : { finishedAt: moment(row.finishedAt) }),
});

const columns = {
  id: cataloguePublications.id,
  version: cataloguePublications.version,
  state: cataloguePublications.state,
  effectiveAt: cataloguePublications.effectiveAt,
  documentsDigest: cataloguePublications.documentsDigest,
  description: cataloguePublications.description,
  treatments: cataloguePublications.treatments,
  problem: cataloguePublications.problem,
  actorId: cataloguePublications.actorId,
  actorName: cataloguePublications.actorName,
  createdAt: cataloguePublications.createdAt,
  finishedAt: cataloguePublications.finishedAt,
};

const countOf = async ({ tables }: Context, id: string) => {
  const [row] = await tables
    .select({
      tariffs: sql<string>`count(*)`,
      sent: sql<string>`count(${catalogueTariffs.sent})`,
    })
    .from(catalogueTariffs)
    .where(eq(catalogueTariffs.publication, id));
  return { tariffs: Number(row?.tariffs ?? 0), sent: Number(row?.sent ?? 0) };
};

export const findPublication = async (
  context: Context,
  id: string,
): Promise<Answered<PublicationView>> => {
  const table = cataloguePublications;
  const [row] = await context.tables.select(columns).from(table).where(eq(table.id, id));
  if (row === undefined) return refuse("NOT_FOUND", `there is no publication ${id}`);
  return ok(viewOf(row, await countOf(context, id)));
};

/** The newest first, those before the version `before`. */
export const listPublications = async (
  context: Context,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly PublicationView[]> => {
  const { version } = cataloguePublications;
  const rows = await context.tables
    .select(columns)
    .from(cataloguePublications)
    .where(before === undefined ? undefined : sql`${version} < ${before}`)
    .orderBy(sql`${version} DESC`)
    .limit(Math.min(limit, limits.listLimitMax));
  const views: PublicationView[] = [];
  for (const row of rows) views.push(viewOf(row, await countOf(context, row.id)));
  return views;
};

export type InForce = {
  readonly version: number;
  readonly effectiveAt: number;
  readonly terms: Readonly<Record<string, ProductTerms>>;
  readonly treatments: readonly Treatment[];
};

const inForce = (at: number) => {
  const { effectiveAt, state, version } = cataloguePublications;
  return sql`${state} = 'published' AND ${effectiveAt} <= ${at} ORDER BY ${effectiveAt} DESC,
    ${version} DESC LIMIT 1`;
};

/** What is sold and owned at a moment comes to this; undefined: nothing was published by then. */
export const catalogueInForce = async (
  { tables }: Context,
  at: number,
): Promise<InForce | undefined> => {
  const { effectiveAt, terms, treatments, version } = cataloguePublications;
  const [row] = await tables
    .select({ effectiveAt, terms, treatments, version })
    .from(cataloguePublications)
    .where(inForce(at));
  return row as InForce | undefined;
};

/** Of one version of an offering, without reading all the others. */
export const termsInForce = async (
  { tables }: Context,
  name: { readonly offeringId: string; readonly version: string },
  at: number,
): Promise<ProductTerms | undefined> => {
  const key = offeringKey(name.offeringId, name.version);
  const [row] = await tables
    .select({ terms: sql<ProductTerms | null>`${cataloguePublications.terms} -> ${key}::text` })
    .from(cataloguePublications)
    .where(inForce(at));
  return row?.terms ?? undefined;
};
