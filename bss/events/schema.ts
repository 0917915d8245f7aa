// The outbox and who gets what of it. An event is written in the transaction of what it tells of,
// and its position in `events_unspread` with it; spreading (spread-events.ts) turns that into one
// delivery for each subscription that wants it, and takes the position away. Nothing here refers by
// a foreign key: each row would pay for one, and only spreading and cleaning make and end them.

import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";

/** Positions, and ms since 1970: they fit a number. */
const whole = (name: string) => bigint(name, { mode: "number" });

export const events = pgTable("events", {
  /** By writing; of one resource, whose writers wait for each other, by commits. */
  position: whole("position").primaryKey().generatedAlwaysAsIdentity(),
  /** Version 7; subscribers get it as `eventId` and `webhook-id`. */
  id: uuid().notNull(),
  at: whole("at").notNull(),
  eventType: text("event_type").notNull(),
  domain: text().notNull(),
  resourceName: text("resource_name").notNull(),
  resourceId: text("resource_id").notNull(),
  correlationId: text("correlation_id").notNull(),
  /** JSON, octet for octet what is delivered: jsonb would parse it here and write it anew there. */
  resource: text().notNull(),
});

/** Positions that are not spread yet; apart from events: those are written once. */
export const eventsUnspread = pgTable("events_unspread", {
  position: whole("position").primaryKey(),
});

export const eventSubscriptions = pgTable(
  "event_subscriptions",
  {
    /** Whose deliveries; also what a worker locks to have it to itself. */
    number: integer().primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull().unique(),
    /** `hub`: of a TMF API, by TMF630; `webhook`: our own, signed. */
    kind: text({ enum: ["hub", "webhook"] }).notNull(),
    callback: text().notNull(),
    description: text().notNull(),
    /** Of which APIs; a hub has the one. */
    domains: text().array().notNull(),
    /** Null: all. */
    eventTypes: text("event_types").array(),
    /** event-query.ts; empty: all. */
    query: text().notNull(),
    /** Who made it, as `kind:id`. */
    owner: text().notNull(),
    state: text({ enum: ["active", "disabled", "deleted"] }).notNull(),
    /** Why it is not active. */
    stateReason: text("state_reason"),
    /** Sealed; a hub has none. */
    secret: text(),
    /** The one before signs too until then. */
    previousSecret: text("previous_secret"),
    previousSecretUntil: whole("previous_secret_until"),
    /** Deliveries at once, of different resources. */
    concurrency: smallint().notNull(),
    createdAt: whole("created_at").notNull(),
    updatedAt: whole("updated_at").notNull(),
    /** Null: the last attempt went well. */
    failingSince: whole("failing_since"),
    /** Attempts in a row that failed. */
    failures: integer().notNull(),
    /** Nothing is attempted before. */
    pausedUntil: whole("paused_until").notNull(),
  },
  (table) => [
    check(
      "event_subscriptions_reason",
      sql`(${table.state} = 'disabled') <= (${table.stateReason} IS NOT NULL)`,
    ),
    check(
      "event_subscriptions_secret",
      sql`(${table.kind} = 'webhook') = (${table.secret} IS NOT NULL)`,
    ),
  ],
);

/** One for each subscription and event: what is to be done, and then the log of it. */
export const eventDeliveries = pgTable(
  "event_deliveries",
  {
    subscription: integer().notNull(),
    position: whole("position").notNull(),
    /** Of the resource: what has the same lane is delivered one after the other. */
    lane: bigint({ mode: "bigint" }).notNull(),
    state: text({ enum: ["pending", "delivered", "dead"] }).notNull(),
    createdAt: whole("created_at").notNull(),
    dueAt: whole("due_at").notNull(),
    attempts: smallint().notNull(),
    /** Of the last attempt: when, for how long, what came back; null: there was none. */
    attemptedAt: whole("attempted_at"),
    tookMs: integer("took_ms"),
    responseCode: smallint("response_code"),
    /** The beginning of what was answered, or why nothing was. */
    excerpt: text(),
  },
  (table) => [
    primaryKey({ columns: [table.subscription, table.position] }),
    // What is next of a subscription, by when it is due.
    index("event_deliveries_due")
      .on(table.subscription, table.dueAt, table.position)
      .where(sql`${table.state} = 'pending'`),
    // Whether something of the same resource comes before.
    index("event_deliveries_lane")
      .on(table.subscription, table.lane, table.position)
      .where(sql`${table.state} = 'pending'`),
  ],
);
