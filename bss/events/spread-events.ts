// From the outbox to the subscriptions: a page of events that are not spread yet becomes one
// delivery for each subscription that wants it, in one transaction. One process does it at a time,
// under an advisory lock that no writer of events ever asks for: so deliveries are made in the
// order of commits of each resource, and writers wait for nobody.

import type { PoolClient } from "pg";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { notifyDeliveries } from "./event-channel.ts";
import { type EventQuery, isWanted, readEventQuery } from "./event-query.ts";

const spreadingLock = 0x74_6f_6c_65;

export type Spread = {
  readonly events: number;
  readonly deliveries: number;
  /** There may be more. */
  readonly isFull: boolean;
};

type Unspread = {
  readonly position: number;
  readonly domain: string;
  readonly eventType: string;
  readonly resourceName: string;
  /** JSON; null: no subscription asks for it. */
  readonly resource: string | null;
};

type Wish = {
  readonly subscription: number;
  readonly domains: ReadonlySet<string>;
  readonly eventTypes: ReadonlySet<string> | undefined;
  readonly query: EventQuery;
};

const pageQuery = `
  SELECT position, domain, event_type, resource_name, CASE WHEN $2 THEN resource END AS resource
  FROM (SELECT position FROM events_unspread ORDER BY position LIMIT $1) AS page
  JOIN events USING (position) ORDER BY position`;

const wishesQuery = `
  SELECT number, domains, event_types, query FROM event_subscriptions WHERE state = 'active'`;

// The resource's hash is its lane: two resources that share one are delivered one by one, too.
const insertDeliveries = `
  INSERT INTO event_deliveries (subscription, position, lane, state, created_at, due_at, attempts)
  SELECT subscription, position, hashtextextended(resource_name || '/' || resource_id, 0),
    'pending', $3, $3, 0
  FROM unnest($1::int[], $2::bigint[]) AS wanted (subscription, position)
  JOIN events USING (position)
  ON CONFLICT DO NOTHING`;

/** Cheap where there is nothing: one probe of an index, outside of any transaction. */
export const hasUnspread = async ({ statements }: Database): Promise<boolean> => {
  const { rows } = await statements.query("SELECT FROM events_unspread LIMIT 1");
  return rows.length > 0;
};

/** Undefined: another process is at it. */
export const spreadEvents = (database: Database, wallNow: number): Promise<Spread | undefined> =>
  database.transact(async (client) => {
    const locked = "SELECT pg_try_advisory_xact_lock($1) AS is_held";
    const { rows } = await client.query(locked, [spreadingLock]);
    return rows[0].is_held === true ? spreadPage(client, wallNow) : undefined;
  }, limits.spreadMsMax);

const spreadPage = async (client: PoolClient, wallNow: number): Promise<Spread> => {
  const wishes = await readWishes(client);
  const page = await readPage(client, wishes);
  const subscriptions: number[] = [];
  const positions: number[] = [];
  for (const event of page) {
    for (const subscription of wantedBy(event, wishes)) {
      subscriptions.push(subscription);
      positions.push(event.position);
    }
  }
  if (positions.length > 0) {
    await client.query(insertDeliveries, [subscriptions, positions, wallNow]);
    await notifyDeliveries(client, new Set(subscriptions));
  }
  const spread = page.map(({ position }) => position);
  await client.query("DELETE FROM events_unspread WHERE position = ANY($1)", [spread]);
  const isFull = page.length === limits.spreadPageEventsMax;
  return { events: page.length, deliveries: positions.length, isFull };
};

const readWishes = async (client: PoolClient): Promise<readonly Wish[]> => {
  const { rows } = await client.query(wishesQuery);
  return rows.flatMap(({ number, domains, event_types, query }) => {
    const read = readEventQuery(query);
    // It was read when it was registered.
    if (!read.isOk) return [];
    const eventTypes = event_types === null ? undefined : new Set<string>(event_types);
    const wish = { domains: new Set<string>(domains), eventTypes, query: read.value };
    return [{ subscription: number, ...wish }];
  });
};

const readPage = async (
  client: PoolClient,
  wishes: readonly Wish[],
): Promise<readonly Unspread[]> => {
  const isAsked = wishes.some(({ query }) => query.conditions.length > 0);
  const { rows } = await client.query(pageQuery, [limits.spreadPageEventsMax, isAsked]);
  return rows.map(({ position, domain, event_type, resource_name, resource }) => {
    const event = { domain, eventType: event_type, resourceName: resource_name, resource };
    return { position: Number(position), ...event };
  });
};

const wantedBy = (event: Unspread, wishes: readonly Wish[]): readonly number[] => {
  let parsed: { readonly value: unknown } | undefined;
  const resource = () => {
    parsed ??= { value: JSON.parse(event.resource ?? "null") };
    return parsed.value;
  };
  const { domain, eventType, resourceName } = event;
  const queried = { eventType, resourceName, resource };
  const wanting = wishes.filter(
    ({ domains, eventTypes, query }) =>
      domains.has(domain) && (eventTypes?.has(eventType) ?? true) && isWanted(query, queried),
  );
  return wanting.map(({ subscription }) => subscription);
};
