// A page of a kind of resource, in the order of their making, with how many there are.

import { and, arrayOverlaps, asc, eq, getTableName, gt, type SQL, sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { limits } from "../../limits.ts";
import type { Reach } from "../../permissions.ts";
import { type Answered, refuse } from "../problem.ts";
import { resourceCounts } from "../schema.ts";
import { filterPath } from "./attribute-filter.ts";
import type { ListQuery } from "./list-query.ts";
import { type ResourceKind, shownOf } from "./resource-kind.ts";
import type { Document } from "./resource-table.ts";
import { selectFields } from "./select-fields.ts";

export type ResourcePage = {
  readonly documents: readonly Document[];
  /** Exact, or undefined: more than are counted. */
  readonly total: number | undefined;
  /** There are more behind this page. */
  readonly isPart: boolean;
};

/** What is kept sealed is found by equality alone, and not all of it. */
export const checkFindable = (
  { privacy }: ResourceKind,
  { filters }: ListQuery,
): Answered<void> => {
  const blind = filters.find((filter) => privacy?.keysOf(filter)?.length === 0);
  if (blind === undefined) return ok(undefined);
  const pointer = `?${blind.path.join(".")}`;
  const detail = "it is kept sealed, and cannot be searched by this";
  return refuse("INVALID_REQUEST", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
};

/** All that narrows it down; undefined: nothing does. */
const conditionsOf = (
  kind: ResourceKind,
  query: ListQuery,
  context: Context,
  reach: Reach,
): SQL | undefined => {
  const { table, privacy } = kind;
  const conditions: (SQL | undefined)[] = [kind.listed?.(context)];
  if (reach === "own") conditions.push(eq(table.owner, context.actor.customerId ?? ""));
  const plain = query.filters.filter((filter) => {
    const keys = privacy?.keysOf(filter);
    if (keys !== undefined) {
      // The second says that the index, which leaves out empty ones, has all that is looked for.
      conditions.push(arrayOverlaps(table.searchKeys, [...keys]));
      conditions.push(sql`${table.searchKeys} <> '{}'`);
    }
    return keys === undefined;
  });
  const path = filterPath(plain);
  if (path !== undefined) conditions.push(sql`${table.document} @@ ${path}::jsonpath`);
  return and(...conditions);
};

const countAll = async ({ tables }: Context, kind: ResourceKind): Promise<number> => {
  const [row] = await tables
    .select({ total: sql<string>`coalesce(sum(${resourceCounts.count}), 0)` })
    .from(resourceCounts)
    .where(eq(resourceCounts.resource, getTableName(kind.table)));
  return Number(row?.total ?? 0);
};

type Page = Pick<ResourcePage, "total"> & { readonly stored: readonly Document[] };

/**
 * What is found by an index, counted, in its order; undefined where it is more than are counted.
 * Found first and sorted then: asked for both at once Postgres, who cannot know how few they are,
 * walks the whole table in order of ids for the first ones.
 */
const pageOfFew = async (
  { tables }: Context,
  { table }: ResourceKind,
  where: SQL,
  { offset, limit }: ListQuery,
): Promise<Page | undefined> => {
  const { rows } = await tables.execute<{ total: string; document: Document | null }>(sql`
    WITH found AS MATERIALIZED (
        SELECT ${table.id} FROM ${table} WHERE ${where} LIMIT ${limits.listCountedMax + 1}),
      page AS (SELECT ${table.id}, ${table.document} FROM ${table} WHERE ${table.id} = ANY (
        ARRAY(SELECT id FROM found ORDER BY id OFFSET ${offset} LIMIT ${limit})))
    SELECT counted.total, page.document
    FROM (SELECT count(*) AS total FROM found) AS counted LEFT JOIN page ON true
    ORDER BY page.id`);
  const total = Number(rows[0]?.total);
  if (total > limits.listCountedMax) return undefined;
  const stored = rows.flatMap(({ document }) => (document === null ? [] : [document]));
  return { total, stored };
};

/** Of so many that the first of them are soon met in the order of their ids. */
const pageOfMany = async (
  { tables }: Context,
  { table }: ResourceKind,
  where: SQL | undefined,
  { offset, limit }: ListQuery,
): Promise<readonly Document[]> => {
  if (limit === 0) return [];
  const rows = await tables
    .select({ document: table.document })
    .from(table)
    .where(where)
    .orderBy(asc(table.id))
    .offset(offset)
    .limit(limit);
  return rows.map(({ document }) => document);
};

export const listResources = async (
  context: Context,
  kind: ResourceKind,
  query: ListQuery,
  reach: Reach,
): Promise<ResourcePage> => {
  const where = conditionsOf(kind, query, context, reach);
  const few = where && (await pageOfFew(context, kind, where, query));
  const stored = few?.stored ?? (await pageOfMany(context, kind, where, query));
  const total = where === undefined ? await countAll(context, kind) : few?.total;
  return {
    documents: stored.map((document) =>
      selectFields(shownOf(kind, document, context.actor), query.fields),
    ),
    total,
    // Not counted: then there is more where a page says so.
    isPart:
      total === undefined
        ? query.limit === 0 || stored.length === query.limit
        : query.offset + stored.length < total,
  };
};

/** Every document of a kind in pages, for what has to see all of them. */
export const eachResource = async function* (
  context: Context,
  { table }: ResourceKind,
  where?: SQL,
): AsyncGenerator<Document> {
  for (let after = ""; ; ) {
    const rows = await context.tables
      .select({ id: table.id, document: table.document })
      .from(table)
      .where(and(gt(table.id, after), where))
      .orderBy(asc(table.id))
      .limit(limits.listLimitMax);
    for (const { document } of rows) yield document;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limits.listLimitMax) return;
    after = last.id;
  }
};
