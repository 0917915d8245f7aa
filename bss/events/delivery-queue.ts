// Deliveries of one subscription in Postgres: what is due, and what came of it. The order in which
// they are taken keeps that of each lane: one is never taken while an earlier one of its lane is
// due later than it, and among those that are taken the earlier ones come first.
//
// A queue has grown and gone before Postgres has counted it. What is looked up by row stands in
// sub-queries with a LIMIT, which are never made into joins: as such, without statistics, a page of
// 200 out of 20,000 took 2.2 s instead of 1 ms.

import type { PoolClient } from "pg";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import type { OutboxEvent } from "./event-body.ts";

export type DueDelivery = {
  readonly position: number;
  /** A number beyond 2^53, as text. */
  readonly lane: string;
  /** That were made before. */
  readonly attempts: number;
  readonly event: OutboxEvent;
};

const dueQuery = `
  SELECT position, lane, attempts, id, at, event_type, domain, resource_name, resource_id,
    correlation_id, resource
  FROM (
    SELECT position, lane, attempts, due_at FROM event_deliveries AS due
    WHERE subscription = $1 AND state = 'pending' AND due_at <= $2 AND position <> ALL ($3)
      AND (
        SELECT true FROM event_deliveries AS earlier
        WHERE earlier.subscription = $1 AND earlier.state = 'pending' AND earlier.lane = due.lane
          AND earlier.position < due.position AND earlier.due_at > due.due_at
        LIMIT 1) IS NULL
    ORDER BY due_at, position LIMIT $4) AS due
  JOIN events USING (position) ORDER BY due_at, position`;

/** Without those whose positions are held already. */
export const readDue = async (
  { statements }: Database,
  subscription: number,
  wallNow: number,
  held: readonly number[],
): Promise<readonly DueDelivery[]> => {
  const bounds = [subscription, wallNow, held, limits.deliveryPageMax];
  const { rows } = await statements.query({ name: "due", text: dueQuery, values: bounds });
  return rows.map((row) => ({
    position: Number(row.position),
    lane: row.lane,
    attempts: row.attempts,
    event: {
      id: row.id,
      at: Number(row.at),
      eventType: row.event_type,
      domain: row.domain,
      resourceName: row.resource_name,
      resourceId: row.resource_id,
      correlationId: row.correlation_id,
      resource: row.resource,
    },
  }));
};

export type DeliveryResult = {
  readonly position: number;
  readonly lane: string;
  readonly state: "delivered" | "pending" | "dead";
  readonly attempts: number;
  readonly dueAt: number;
  readonly attemptedAt: number;
  readonly tookMs: number;
  readonly code: number | undefined;
  readonly excerpt: string;
};

// Whoever changes one of them at this moment is waited for here: a row that moved on while the next
// statement waited for it would not be found by its ctid any more, and its result would be lost.
const lock = `
  SELECT position FROM event_deliveries
  WHERE subscription = $1 AND position = ANY ($2::bigint[]) ORDER BY position FOR UPDATE`;

const update = `
  UPDATE event_deliveries AS delivery SET state = result.state, attempts = result.attempts,
    due_at = result.due_at, attempted_at = result.attempted_at, took_ms = result.took_ms,
    response_code = result.code, excerpt = result.excerpt
  FROM unnest($2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::int[],
    $8::int[], $9::text[])
    AS result (position, state, attempts, due_at, attempted_at, took_ms, code, excerpt),
    LATERAL (
      SELECT ctid FROM event_deliveries AS one
      WHERE one.subscription = $1 AND one.position = result.position LIMIT 1) AS found
  WHERE delivery.ctid = found.ctid AND delivery.state = 'pending'`;

// What follows in the lane cannot go before: it is not to be looked at until then, as far as it is
// so many.
const holdBack = `
  UPDATE event_deliveries AS delivery SET due_at = result.due_at
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS result (position, lane, due_at),
    LATERAL (
      SELECT ctid FROM event_deliveries AS later
      WHERE later.subscription = $1 AND later.state = 'pending' AND later.lane = result.lane
        AND later.position > result.position AND later.due_at < result.due_at
      ORDER BY position LIMIT $5) AS later
  WHERE delivery.ctid = later.ctid AND delivery.state = 'pending'`;

export const writeResults = async (
  client: Pick<PoolClient, "query">,
  subscription: number,
  results: readonly DeliveryResult[],
): Promise<void> => {
  const positions = results.map(({ position }) => position);
  await client.query(lock, [subscription, positions]);
  await client.query(update, [
    subscription,
    positions,
    results.map(({ state }) => state),
    results.map(({ attempts }) => attempts),
    results.map(({ dueAt }) => dueAt),
    results.map(({ attemptedAt }) => attemptedAt),
    results.map(({ tookMs }) => tookMs),
    results.map(({ code }) => code ?? null),
    results.map(({ excerpt }) => (excerpt === "" ? null : excerpt)),
  ]);
  const failed = results.filter(({ state }) => state === "pending");
  if (failed.length === 0) return;
  await client.query(holdBack, [
    subscription,
    failed.map(({ position }) => position),
    failed.map(({ lane }) => lane),
    failed.map(({ dueAt }) => dueAt),
    limits.heldBackMax,
  ]);
};

const nextQuery = `
  SELECT number, greatest(paused_until, due_at) AS at, next.created_at
  FROM event_subscriptions, LATERAL (
    SELECT due_at, created_at FROM event_deliveries
    WHERE subscription = number AND state = 'pending' ORDER BY due_at LIMIT 1) AS next
  WHERE state = 'active' AND number = ANY ($1)`;

export type NextDelivery = {
  readonly subscription: number;
  /** When it may be attempted. */
  readonly at: number;
  readonly createdAt: number;
};

/** Of each of these subscriptions that has any, its next delivery. */
export const readNext = async (
  { statements }: Database,
  subscriptions: readonly number[],
): Promise<readonly NextDelivery[]> => {
  const { rows } = await statements.query(nextQuery, [subscriptions]);
  return rows.map(({ number, at, created_at }) => {
    return { subscription: number, at: Number(at), createdAt: Number(created_at) };
  });
};

/** That something may be delivered to. */
export const readActive = async ({ statements }: Database): Promise<readonly number[]> => {
  const active = "SELECT number FROM event_subscriptions WHERE state = 'active' ORDER BY number";
  const { rows } = await statements.query(active);
  return rows.map(({ number }) => number);
};
