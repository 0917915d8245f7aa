// One step of the publication that is under way: a tariff document to the engines, or its end. Each
// step is a transaction that holds the publication, so that one process at a time takes steps, and
// whoever comes after a crash goes on: a document that engines have already is once for them.

import { eq, sql } from "drizzle-orm";
import type { Client } from "../../../engine/protocol/client/client.ts";
import { type Refusal, resultCodes } from "../../../engine/protocol/result-codes.ts";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { untilKnown } from "../../engine-connection.ts";
import type { Answered } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import { hrefTo } from "../kind-names.ts";
import {
  cataloguePublications,
  cataloguePublishedVersions,
  catalogueTariffs,
  type PublicationState,
} from "../schema.ts";
import { beginAt } from "./plan-tariffs.ts";
import { planUndoing } from "./undo-publication.ts";

/** `waiting`: engines cannot be reached, or are too busy; `nothing`: nothing is under way. */
export type Step = "done" | "waiting" | "nothing";

export type TariffSender = Pick<Client, "publishTariff">;

export type Held = Pick<
  typeof cataloguePublications.$inferSelect,
  "id" | "version" | "state" | "effectiveAt" | "problem"
>;

const holdUnderWay = async ({ tables }: Context): Promise<Held | undefined> => {
  const table = cataloguePublications;
  const { effectiveAt, id, problem, state, version } = table;
  const [row] = await tables
    .select({ effectiveAt, id, problem, state, version })
    .from(table)
    .where(sql`${table.state} IN ('publishing', 'undoing')`)
    .limit(1)
    .for("update", { skipLocked: true });
  return row;
};

export const carryOn = async (context: Context, engine: TariffSender): Promise<Answered<Step>> => {
  const held = await holdUnderWay(context);
  if (held === undefined) return ok("nothing");
  const next = await nextTariff(context, held);
  if (next === undefined) {
    await finish(context, held);
    return ok("done");
  }
  const outcome = await untilKnown(() => engine.publishTariff({ document: next.document }));
  if (outcome.isOk) {
    await markSent(context, held, next.place, outcome.value.tariffVersion);
    return ok("done");
  }
  if (resultCodes[outcome.error.code].isRetryable || isOurs(outcome.error)) {
    await tellProblem(context, held, outcome.error);
    return ok("waiting");
  }
  await giveUp(context, held, outcome.error);
  return ok("done");
};

/** A token that is not taken, a fault of the engine: the operator mends it, and it goes on. */
const isOurs = ({ code }: Refusal): boolean =>
  code === "AUTHORIZATION_REJECTED" || code === "UNABLE_TO_COMPLY";

const oneOf = (id: string, place: number) =>
  sql`${catalogueTariffs.publication} = ${id} AND ${catalogueTariffs.place} = ${place}`;

const unsentOf = ({ tables }: Context, id: string) =>
  tables
    .select()
    .from(catalogueTariffs)
    .where(sql`${catalogueTariffs.publication} = ${id} AND ${catalogueTariffs.sent} IS NULL`)
    .orderBy(catalogueTariffs.place);

const nextTariff = async (context: Context, held: Held) => {
  const { tables } = context;
  const isOnTime = held.state === "undoing" || context.now < held.effectiveAt;
  if (!isOnTime && !(await isBegun(context, held))) await putOff(context, held);
  const [next] = await tables
    .select({ document: catalogueTariffs.document, place: catalogueTariffs.place })
    .from(catalogueTariffs)
    .where(sql`${catalogueTariffs.publication} = ${held.id} AND ${catalogueTariffs.sent} IS NULL`)
    .orderBy(catalogueTariffs.place)
    .limit(1);
  return next;
};

const isBegun = async ({ tables }: Context, { id }: Held): Promise<boolean> => {
  const { publication, sent } = catalogueTariffs;
  const rows = await tables
    .select({ sent })
    .from(catalogueTariffs)
    .where(sql`${publication} = ${id} AND ${sent} IS NOT NULL`)
    .limit(1);
  return rows.length > 0;
};

/**
 * Its moment has passed and engines have nothing of it: it takes effect later, but at once in all
 * its parts. What has begun to hold is completed instead.
 */
const putOff = async (context: Context, held: Held): Promise<void> => {
  const { now, tables } = context;
  const effectiveAt = now + limits.publicationLeadMs;
  const isOfMoment = (one: { effectiveFrom: number }) => one.effectiveFrom <= effectiveAt;
  const unsent = await unsentOf(context, held.id);
  if (unsent.length === 0) return;
  for (const one of unsent.filter(isOfMoment)) {
    await tables
      .update(catalogueTariffs)
      .set({ effectiveFrom: effectiveAt, document: beginAt(one.document, effectiveAt) })
      .where(oneOf(held.id, one.place));
  }
  await tables
    .update(cataloguePublications)
    .set({ effectiveAt })
    .where(eq(cataloguePublications.id, held.id));
};

const markSent = async (
  { tables }: Context,
  { id }: Held,
  place: number,
  tariffVersion: number,
): Promise<void> => {
  await tables
    .update(catalogueTariffs)
    .set({
      // One publication at a time, and whoever takes a step holds it.
      sent: sql`(SELECT coalesce(max(sent), 0) + 1 FROM catalogue_tariffs)`,
      tariffVersion,
    })
    .where(oneOf(id, place));
};

const tellProblem = async ({ tables }: Context, held: Held, refusal: Refusal): Promise<void> => {
  if (held.state === "undoing") return;
  const problem = `waiting for an engine: ${refusal.code}`;
  if (problem === held.problem) return;
  const table = cataloguePublications;
  await tables.update(table).set({ problem }).where(eq(table.id, held.id));
};

/** Engines refuse a document for good: what they have taken is undone. */
const giveUp = async (context: Context, held: Held, refusal: Refusal): Promise<void> => {
  const detail = refusal.detail.slice(0, limits.tmfTextCharsMax);
  const problem = `an engine refuses: ${refusal.code}, ${detail}`;
  if (held.state === "undoing") {
    await setState(context, held, "failed", problem);
    return;
  }
  await planUndoing(context, held, problem);
};

const setState = async (
  context: Context,
  held: Held,
  state: PublicationState,
  problem: string | null,
): Promise<void> => {
  const table = cataloguePublications;
  await context.tables
    .update(table)
    .set({ state, problem, finishedAt: context.now })
    .where(eq(table.id, held.id));
  context.record({
    ...{ entity: "cataloguePublication", entityId: held.id, action: "execute" },
    ...{
      before: { state: held.state },
      after: { state, ...(problem === null ? {} : { problem }) },
    },
  });
};

const finish = async (context: Context, held: Held): Promise<void> => {
  if (held.state === "undoing") {
    await setState(context, held, held.problem === null ? "withdrawn" : "failed", held.problem);
    return;
  }
  await setState(context, held, "published", null);
  await context.tables.execute(sql`
    INSERT INTO ${cataloguePublishedVersions} (kind, id, version, publication, effective_at)
    SELECT item ->> 0, item ->> 1, item ->> 2, ${held.id}, ${held.effectiveAt}
    FROM catalogue_publications, jsonb_array_elements(contents) AS item
    WHERE catalogue_publications.id = ${held.id}
    ON CONFLICT DO NOTHING`);
  const id = `publication-${held.version}`;
  context.publish({
    ...{ eventType: "CatalogBatchEvent", domain: "productCatalogManagement" },
    ...{ resourceName: "catalog", resourceId: id },
    resource: {
      ...{ id, href: hrefTo("catalog", id), name: "Everything on offer", "@type": "Catalog" },
      ...{ version: String(held.version), lifecycleStatus: "Active" },
      validFor: { startDateTime: new Date(held.effectiveAt).toISOString() },
      lastUpdate: new Date(context.now).toISOString(),
    },
  });
};
