// What is over and old leaves, a bounded step at a time: deliveries that were made or given up,
// events that nobody waits for, and subscriptions that were deleted with all that they had.

import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";

const cleaningLock = 0x74_6f_6c_78;

const cleanDeliveries = `
  DELETE FROM event_deliveries WHERE (subscription, position) IN (
    SELECT subscription, position FROM event_deliveries
    WHERE subscription = $1 AND position <= $2 AND (state <> 'pending' OR $3)
    ORDER BY position LIMIT $4)`;

// The events of a page of the oldest: as far as they are old, spread, and waited for by nobody.
const cleanEvents = `
  DELETE FROM events WHERE position IN (
    SELECT position FROM (SELECT position, at FROM events ORDER BY position LIMIT $2) AS page
    WHERE at < $1
      AND NOT EXISTS (SELECT FROM events_unspread AS unspread
        WHERE unspread.position = page.position)
      AND NOT EXISTS (SELECT FROM event_subscriptions, event_deliveries AS delivery
        WHERE delivery.subscription = number AND delivery.position = page.position))`;

const forget = `
  DELETE FROM event_subscriptions WHERE number = $1 AND state = 'deleted'
    AND NOT EXISTS (SELECT FROM event_deliveries WHERE subscription = $1)`;

/** The last position of the old; deliveries and events up to there may go. */
const lastOldQuery = `
  SELECT max(position) AS position
  FROM (SELECT position, at FROM events ORDER BY position LIMIT $2) AS page WHERE at < $1`;

/** How many rows went; 0 also where another process is at it. `now` is the clock of the events. */
export const cleanEventsOnce = (database: Database, now: number): Promise<number> =>
  database.transact(async (client) => {
    const locked = "SELECT pg_try_advisory_xact_lock($1) AS is_held";
    const { rows: locks } = await client.query(locked, [cleaningLock]);
    if (locks[0].is_held !== true) return 0;
    const old = [now - limits.eventsKeptMs, limits.cleaningRowsMax];
    const { rows: lasts } = await client.query(lastOldQuery, old);
    const last = Number(lasts[0].position ?? 0);
    const states = "SELECT number, state FROM event_subscriptions";
    const { rows: subscriptions } = await client.query(states);
    let gone = 0;
    for (const { number, state } of subscriptions) {
      const isDeleted = state === "deleted";
      const upTo = isDeleted ? Number.MAX_SAFE_INTEGER : last;
      // Of those that are disabled nothing is pending any more after so long.
      const values = [number, upTo, state !== "active", limits.cleaningRowsMax];
      gone += (await client.query(cleanDeliveries, values)).rowCount ?? 0;
      if (isDeleted) await client.query(forget, [number]);
    }
    gone += (await client.query(cleanEvents, old)).rowCount ?? 0;
    return gone;
  });
