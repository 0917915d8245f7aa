// Takes a publication back before it holds, because an engine refuses it or because somebody says
// so: tariffs that were there before get documents of the same begin that say what was before.

import { eq, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { cataloguePublications, cataloguePublishedVersions, catalogueTariffs } from "../schema.ts";
import { planTariffs, type SentTariff } from "./plan-tariffs.ts";
import { findPublication, type PublicationView } from "./publications.ts";

type Sent = SentTariff & { readonly publication: string };

const readSent = ({ tables }: Context): Promise<Sent[]> => {
  const { document, effectiveFrom, publication, sent, tariffId } = catalogueTariffs;
  return tables
    .select({ document, effectiveFrom, publication, tariffId })
    .from(catalogueTariffs)
    .where(sql`${sent} IS NOT NULL`)
    .orderBy(sent);
};

/** What was not sent never is; what was, is followed by what undoes it. */
export const planUndoing = async (
  context: Context,
  { id }: { readonly id: string },
  problem: string | null,
): Promise<void> => {
  const { tables } = context;
  await tables
    .delete(catalogueTariffs)
    .where(sql`${catalogueTariffs.publication} = ${id} AND ${catalogueTariffs.sent} IS NULL`);
  const sent = await readSent(context);
  const own = sent.filter(({ publication }) => publication === id);
  const before = sent.filter(({ publication }) => publication !== id);
  const from = Math.min(...own.map(({ effectiveFrom }) => effectiveFrom));
  const changed = new Set(own.map(({ tariffId }) => tariffId));
  const wanted = before.filter(({ tariffId }) => changed.has(tariffId));
  const undoing = own.length === 0 ? [] : planTariffs(sent, wanted, from);
  for (const [index, one] of undoing.entries()) {
    const { document, effectiveFrom, tariffId } = one;
    const place = undoPlace + index;
    await tables
      .insert(catalogueTariffs)
      .values({ document, effectiveFrom, tariffId, publication: id, place });
  }
  const table = cataloguePublications;
  await tables.update(table).set({ state: "undoing", problem }).where(eq(table.id, id));
};

/** Behind all that a publication can have. */
const undoPlace = 1_000_000;

/** Before it takes effect; afterwards another publication is the way back. */
export const withdrawPublication = async (
  context: Context,
  id: string,
): Promise<Answered<PublicationView>> => {
  const { now, tables } = context;
  const table = cataloguePublications;
  const [row] = await tables.select().from(table).where(eq(table.id, id)).for("update");
  if (row === undefined) return refuse("NOT_FOUND", `there is no publication ${id}`);
  const { effectiveAt, state, version } = row;
  if (state !== "publishing" && state !== "published") {
    return refuse("CONFLICT", `version ${version} is ${state}`);
  }
  if (effectiveAt <= now) {
    return refuse("CONFLICT", `version ${version} is in force: publish another one`);
  }
  const [other] = await tables
    .select({ version: table.version })
    .from(table)
    .where(sql`${table.version} > ${version} AND ${table.state} NOT IN ('failed', 'withdrawn')`);
  if (other !== undefined) {
    return refuse("CONFLICT", `version ${other.version} rests on it: withdraw that one first`);
  }
  await tables
    .delete(cataloguePublishedVersions)
    .where(eq(cataloguePublishedVersions.publication, id));
  await planUndoing(context, { id }, null);
  context.record({
    ...{ entity: "cataloguePublication", entityId: id, action: "delete" },
    ...{ before: { state, version }, after: null },
  });
  return findPublication(context, id);
};
