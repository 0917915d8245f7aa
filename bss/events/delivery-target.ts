// A subscription as whoever delivers to it sees it: where, with which secrets, how it fared; and
// what becomes of it by that.

import type { PoolClient } from "pg";
import { appendChanges } from "../audit/index.ts";
import { systemActor } from "../context.ts";
import type { Database, Statements } from "../db/connection.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { appendEvents } from "./append-events.ts";
import { type Cipher, openSecret } from "./cipher.ts";

export type DeliveryTarget = {
  readonly number: number;
  readonly id: string;
  readonly callback: string;
  /** The newest first; a hub has none. */
  readonly secrets: readonly string[];
  readonly concurrency: number;
  readonly health: SubscriptionHealth;
};

export type SubscriptionHealth = {
  /** Attempts in a row that failed, since then. */
  readonly failures: number;
  readonly failingSince: number | undefined;
  readonly pausedUntil: number;
};

const targetQuery = `
  SELECT id, callback, secret, previous_secret, previous_secret_until, concurrency, failures,
    failing_since, paused_until
  FROM event_subscriptions WHERE number = $1 AND state = 'active'`;

/** Undefined: nothing is delivered to it. */
export const readTarget = async (
  { statements }: Database,
  cipher: Cipher,
  now: number,
  number: number,
): Promise<DeliveryTarget | undefined> => {
  const { rows } = await statements.query(targetQuery, [number]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const isPreviousUsed = Number(row.previous_secret_until ?? 0) > now;
  const sealed = [row.secret, isPreviousUsed ? row.previous_secret : null];
  return {
    number,
    id: row.id,
    callback: row.callback,
    secrets: sealed.filter((one) => one !== null).map((one) => openSecret(cipher, one)),
    concurrency: row.concurrency,
    health: {
      failures: row.failures,
      failingSince: row.failing_since === null ? undefined : Number(row.failing_since),
      pausedUntil: Number(row.paused_until),
    },
  };
};

const updateHealth = `
  UPDATE event_subscriptions SET failures = $2, failing_since = $3, paused_until = $4
  WHERE number = $1 AND state = 'active'`;

export const writeHealth = async (
  statements: Statements,
  number: number,
  { failures, failingSince, pausedUntil }: SubscriptionHealth,
): Promise<void> => {
  await statements.query(updateHealth, [number, failures, failingSince ?? null, pausedUntil]);
};

const disable = `
  UPDATE event_subscriptions SET state = 'disabled', state_reason = $2, updated_at = $3
  WHERE number = $1 AND state = 'active'
  RETURNING id, kind, description`;

/** By Tollgate itself, which the audit has like any other change; and others are told. */
export const disableSubscription = async (
  client: PoolClient,
  number: number,
  reason: string,
  now: number,
): Promise<void> => {
  const { rows } = await client.query(disable, [number, reason, now]);
  const [row] = rows;
  if (row === undefined) return;
  const { id, kind, description } = row;
  const resource = { id, kind, description, state: "disabled", stateReason: reason };
  const entity = kind === "hub" ? "listener" : "webhook";
  const before = { ...resource, state: "active", stateReason: undefined };
  const actor = systemActor("events");
  const stamp = { actor, now, requestId: uuidV7(now), reason };
  const change = { entity, entityId: id, action: "update", before, after: resource } as const;
  await appendChanges(client, stamp, [change]);
  const told = { resourceName: "subscription", resourceId: id, resource };
  const type = { eventType: "SubscriptionDisabledEvent", domain: "eventManagement" };
  await appendEvents(client, stamp, [{ ...type, ...told }]);
};
