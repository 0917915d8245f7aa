// The whole catalogue as it stands, in one statement and so at one moment; what was published of it
// when; and the publication before.

import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { limits } from "../../limits.ts";
import type { CompiledCatalogue } from "../compile/index.ts";
import { type KindName, kindNames, tableOf } from "../kind-names.ts";
import { cataloguePublications, cataloguePublishedVersions, catalogueTariffs } from "../schema.ts";
import type { SentTariff } from "./plan-tariffs.ts";
import type { Treatment } from "./treatments.ts";
import { type KindDocument, versionKey } from "./versions-in-time.ts";

/** Undefined: there are more than one publication takes. */
export const readDocuments = async ({
  tables,
}: Context): Promise<readonly KindDocument[] | undefined> => {
  const parts = kindNames.map((kind) => {
    const table = tableOf[kind];
    return sql`SELECT ${kind}::text AS kind, ${table.id} AS id, ${table.document} AS document
      FROM ${table}`;
  });
  const { rows } = await tables.execute(sql`
    SELECT kind, document FROM (${sql.join(parts, sql` UNION ALL `)}) AS everything
    ORDER BY kind, id LIMIT ${limits.catalogueDocumentsMax + 1}`);
  return rows.length > limits.catalogueDocumentsMax
    ? undefined
    : (rows as unknown as KindDocument[]);
};

export const digestOf = (documents: readonly KindDocument[]): string =>
  createHash("sha256").update(JSON.stringify(documents)).digest("hex");

/** By `versionKey`: from when on it holds. */
export const readPublishedVersions = async ({
  tables,
}: Context): Promise<ReadonlyMap<string, number>> => {
  const rows = await tables.select().from(cataloguePublishedVersions);
  return new Map(
    rows.map(({ effectiveAt, id, kind, version }) => [
      versionKey(kind as KindName, { document: { id, version } }),
      effectiveAt,
    ]),
  );
};

export type LastPublication = {
  readonly compiled: CompiledCatalogue;
  readonly treatments: readonly Treatment[];
};

export const readLastPublication = async ({
  tables,
}: Context): Promise<LastPublication | undefined> => {
  const table = cataloguePublications;
  const [row] = await tables
    .select()
    .from(table)
    .where(sql`${table.state} = 'published'`)
    .orderBy(sql`${table.version} DESC`)
    .limit(1);
  if (row === undefined) return undefined;
  const { effectiveAt, tariffs, terms, treatments, version } = row;
  return {
    compiled: { effectiveAt, tariffs, terms, version } as CompiledCatalogue,
    treatments: treatments as readonly Treatment[],
  };
};

/** All that engines were ever sent, in that order. */
export const readSentTariffs = async ({ tables }: Context): Promise<readonly SentTariff[]> => {
  const { tariffId, effectiveFrom, document, sent } = catalogueTariffs;
  return tables
    .select({ tariffId, effectiveFrom, document })
    .from(catalogueTariffs)
    .where(sql`${sent} IS NOT NULL`)
    .orderBy(sent);
};
