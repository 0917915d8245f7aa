// What was delivered to a webhook and what was not: the log, replay, a test.

import { and, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { insertEvents } from "./append-events.ts";
import { notifyDeliveries } from "./event-channel.ts";
import { findSubscription, type Subscription, timeOf, webhookView } from "./find-subscription.ts";
import { eventDeliveries, events } from "./schema.ts";

export type DeliveryState = "pending" | "delivered" | "dead";

const columns = {
  ...{ position: eventDeliveries.position, state: eventDeliveries.state },
  ...{ attempts: eventDeliveries.attempts, attemptedAt: eventDeliveries.attemptedAt },
  ...{ tookMs: eventDeliveries.tookMs, responseCode: eventDeliveries.responseCode },
  ...{ excerpt: eventDeliveries.excerpt, createdAt: eventDeliveries.createdAt },
  ...{ dueAt: eventDeliveries.dueAt, eventId: events.id, eventType: events.eventType },
  ...{ resourceName: events.resourceName, resourceId: events.resourceId },
};

type Row = {
  readonly [name in keyof typeof columns]: (typeof columns)[name]["_"]["data"] | null;
};

const viewOf = (row: Row) => ({
  id: String(row.position),
  eventId: row.eventId,
  eventType: row.eventType,
  resourceName: row.resourceName,
  resourceId: row.resourceId,
  state: row.state,
  attempts: row.attempts,
  createdAt: timeOf(Number(row.createdAt)),
  ...(row.state === "pending" ? { nextAttemptAt: timeOf(Number(row.dueAt)) } : {}),
  ...(row.attemptedAt === null ? {} : { attemptedAt: timeOf(row.attemptedAt) }),
  ...(row.tookMs === null ? {} : { tookMs: row.tookMs }),
  ...(row.responseCode === null ? {} : { responseCode: row.responseCode }),
  ...(row.excerpt === null ? {} : { excerpt: row.excerpt }),
});

export type DeliveryView = ReturnType<typeof viewOf>;

export type DeliveriesQuery = {
  readonly state?: DeliveryState | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** The newest first. */
export const listDeliveries = async (
  context: Context,
  id: string,
  { cursor, limit, state }: DeliveriesQuery,
): Promise<Answered<{ readonly items: readonly DeliveryView[]; readonly next?: string }>> => {
  const found = await findSubscription(context, "webhook", id);
  if (!found.isOk) return found;
  const rows = await context.tables
    .select(columns)
    .from(eventDeliveries)
    .innerJoin(events, eq(events.position, eventDeliveries.position))
    .where(
      and(
        eq(eventDeliveries.subscription, found.value.number),
        cursor === undefined ? undefined : lt(eventDeliveries.position, Number(cursor)),
        state === undefined ? undefined : eq(eventDeliveries.state, state),
      ),
    )
    .orderBy(desc(eventDeliveries.position))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(viewOf);
  return ok(rows.length > limit ? { items, next: items.at(-1)!.id } : { items });
};

/** What is replayed comes behind what came since; it has the id that it had. */
const dueAnew = { state: "pending" as const, attempts: 0, dueAt: 0 };

const findActive = async (context: Context, id: string): Promise<Answered<Subscription>> => {
  const found = await findSubscription(context, "webhook", id);
  if (!found.isOk || found.value.state === "active") return found;
  return refuse("CONFLICT", "the webhook is disabled: make it active first");
};

export const replayDelivery = async (
  context: Context,
  id: string,
  deliveryId: string,
): Promise<Answered<undefined>> => {
  const found = await findActive(context, id);
  if (!found.isOk) return found;
  const isOne = and(
    eq(eventDeliveries.subscription, found.value.number),
    eq(eventDeliveries.position, Number(deliveryId)),
  );
  const { rowCount } = await context.tables.update(eventDeliveries).set(dueAnew).where(isOne);
  if (rowCount === 0) return refuse("NOT_FOUND", `there is no delivery ${deliveryId}`);
  await tellOf(context, found.value, { replayed: deliveryId });
  return ok(undefined);
};

export type Span = {
  /** ms since 1970, of the deliveries' making; `to` is not in it. */
  readonly from: number;
  readonly to: number;
  readonly states: readonly DeliveryState[];
};

/** The oldest of them, up to a bound: how many, and whether there are more. */
export const replaySpan = async (
  context: Context,
  id: string,
  { from, states, to }: Span,
): Promise<Answered<{ readonly replayed: number; readonly isMore: boolean }>> => {
  const found = await findActive(context, id);
  if (!found.isOk) return found;
  const isOfIt = eq(eventDeliveries.subscription, found.value.number);
  const chosen = await context.tables
    .select({ position: eventDeliveries.position })
    .from(eventDeliveries)
    .where(
      and(
        isOfIt,
        gte(eventDeliveries.createdAt, from),
        lt(eventDeliveries.createdAt, to),
        inArray(eventDeliveries.state, [...states]),
      ),
    )
    .orderBy(eventDeliveries.position)
    .limit(limits.replayMax + 1);
  const positions = chosen.slice(0, limits.replayMax).map(({ position }) => position);
  const isChosen = sql`${eventDeliveries.position} = ANY(${sql.param(positions)}::bigint[])`;
  await context.tables.update(eventDeliveries).set(dueAnew).where(and(isOfIt, isChosen));
  await tellOf(context, found.value, { replayed: { from, to, states, count: positions.length } });
  return ok({ replayed: positions.length, isMore: chosen.length > limits.replayMax });
};

/** To this webhook alone, whatever it has subscribed to. */
export const sendTestEvent = async (
  context: Context,
  id: string,
): Promise<Answered<{ readonly deliveryId: string }>> => {
  const found = await findActive(context, id);
  if (!found.isOk) return found;
  const [position] = await insertEvents(context.statements, context, [
    {
      eventType: "WebhookTestEvent",
      domain: "eventManagement",
      resourceName: "webhook",
      resourceId: id,
      resource: webhookView(found.value),
    },
  ]);
  const row = { subscription: found.value.number, position: position!, lane: 0n, attempts: 0 };
  const delivery = { ...row, state: "pending" as const, createdAt: context.now, dueAt: 0 };
  await context.tables.insert(eventDeliveries).values(delivery);
  await tellOf(context, found.value, { tested: String(position) });
  return ok({ deliveryId: String(position) });
};

const tellOf = async (
  { record, statements }: Context,
  { id, number }: Subscription,
  what: Readonly<Record<string, unknown>>,
): Promise<void> => {
  record({ entity: "webhook", entityId: id, action: "execute", before: null, after: what });
  await notifyDeliveries(statements, new Set([number]));
};
