// What the doors remember: answers by Idempotency-Key, and how many of each resource there are.

import { bigint, index, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";

const whole = (name: string) => bigint(name, { mode: "number" });

/** Written in the transaction of what it answers: there with it, or not at all. */
export const httpRequests = pgTable(
  "http_requests",
  {
    actorId: text("actor_id").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of method, address and body, in hex: the same key with another one is a conflict. */
    fingerprint: text().notNull(),
    /** ms since 1970 */
    at: whole("at").notNull(),
    /** Null while it is carried out, which nobody else sees. */
    status: smallint(),
    headers: text(),
    body: text(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.idempotencyKey] }),
    // What is old is forgotten, oldest first.
    index("http_requests_at").on(table.at),
  ],
);

/**
 * The sum over the slots is how many rows a table of resources has. A connection counts in a slot
 * of its own, so that writers never wait for each other. Kept by triggers (count_resources).
 */
export const resourceCounts = pgTable(
  "resource_counts",
  {
    resource: text().notNull(),
    slot: integer().notNull(),
    count: whole("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.resource, table.slot] })],
);
