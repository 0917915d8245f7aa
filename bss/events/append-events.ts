// Writes events into the outbox, in the transaction of what they tell of: one statement for all of
// them. Nobody is told by NOTIFY here: transactions that do are committed one after the other
// (README.md); whoever spreads looks.

import type { QueryConfig } from "pg";
import type { DomainEvent } from "../context.ts";
import type { Statement, Statements } from "../db/connection.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { limits } from "../limits.ts";

export type Stamp = {
  /** ms since 1970. */
  readonly now: number;
  readonly requestId: string;
};

// Identities are given in the order of the rows where these are sorted.
const insert = `
  INSERT INTO events (id, at, event_type, domain, resource_name, resource_id, correlation_id,
    resource)
  SELECT id, $1, event_type, domain, resource_name, resource_id, $2, resource
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    WITH ORDINALITY
    AS given (id, event_type, domain, resource_name, resource_id, resource, place)
  ORDER BY place
  RETURNING position`;
const append = `
  WITH written AS (${insert})
  INSERT INTO events_unspread (position) SELECT position FROM written`;

/** In their order. What is larger than an event may be is told of by its id and address alone. */
export const appendEvents = async (
  statements: Statements,
  stamp: Stamp,
  events: readonly DomainEvent[],
): Promise<void> => {
  const statement = eventsStatement(stamp, events);
  if (statement !== undefined) await statements.query(statement as QueryConfig);
};

/** The same, to be sent with others; undefined: there is nothing to tell. */
export const eventsStatement = (
  stamp: Stamp,
  events: readonly DomainEvent[],
): Statement | undefined =>
  events.length === 0
    ? undefined
    : { name: "append_events", text: append, values: valuesOf(stamp, events) };

/** Not to be spread: their positions, for whom they are meant. */
export const insertEvents = async (
  statements: Statements,
  stamp: Stamp,
  events: readonly DomainEvent[],
): Promise<readonly number[]> => {
  const { rows } = await statements.query(insert, valuesOf(stamp, events));
  return rows.map(({ position }) => Number(position));
};

const valuesOf = ({ now, requestId }: Stamp, events: readonly DomainEvent[]): unknown[] => [
  now,
  requestId,
  events.map(() => uuidV7(now)),
  events.map(({ eventType }) => eventType),
  events.map(({ domain }) => domain),
  events.map(({ resourceName }) => resourceName),
  events.map(({ resourceId }) => resourceId),
  events.map(resourceJson),
];

/** NUL is no text for Postgres; in JSON it can only be an escape, and stays one. */
const resourceJson = ({ resource, resourceId }: DomainEvent): string => {
  const text = JSON.stringify(resource ?? null);
  if (Buffer.byteLength(text) <= limits.eventBytesMax) return text;
  const { href } = resource as { readonly href?: unknown };
  const isAddress = typeof href === "string" && href.length <= limits.eventHrefCharactersMax;
  return JSON.stringify({ id: resourceId, ...(isAddress ? { href } : {}) });
};
