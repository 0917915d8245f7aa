// Who owns which account of the engine, what was asked of it, and what of that is not answered yet.
// Balances are nowhere here: those are the engine's.

import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { resourceTable } from "../http/tmf/resource-table.ts";
import type { BucketTerms } from "./bucket-terms.ts";
import type { Movement } from "./movement.ts";

/** Amounts in the unit of their bucket, and ms since 1970: they fit a number. */
const whole = (name: string) => bigint(name, { mode: "number" });

export const balanceAccounts = pgTable(
  "balance_accounts",
  {
    accountId: text("account_id").primaryKey(),
    /** The customer whose it is: what `own` reaches. */
    owner: text(),
    billingAccountId: text("billing_account_id"),
    productIds: text("product_ids").array().notNull(),
    /** Blind indexes of its identifiers (MSISDN, IMSI): no number stands here. */
    identifierKeys: text("identifier_keys").array().notNull(),
    /** What it was opened with, in the order of its profile: names and units, never amounts. */
    buckets: jsonb().$type<readonly BucketTerms[]>().notNull(),
    state: text({ enum: ["opening", "open"] }).notNull(),
    /** When opening it was first asked for: what the engine is told in every repetition. */
    requestedAt: whole("requested_at").notNull(),
    updatedAt: whole("updated_at").notNull(),
  },
  (table) => [
    // What a customer has; what `own` reaches.
    index("balance_accounts_owner").on(table.owner, table.accountId),
    index("balance_accounts_billing").on(table.billingAccountId, table.accountId),
    // Whose number it is, whose product: each has few.
    index("balance_accounts_identifiers").using("gin", table.identifierKeys),
    index("balance_accounts_products").using("gin", table.productIds),
  ],
);

export const topupBalances = resourceTable("topup_balance");
export const adjustBalances = resourceTable("adjust_balance");
export const transferBalances = resourceTable("transfer_balance");
export const reserveBalances = resourceTable("reserve_balance");
export const deductBalances = resourceTable("deduct_balance");

/** What the engine is still to be asked: written with the action, gone with its outcome. */
export const balanceSteps = pgTable(
  "balance_steps",
  {
    /** The engine's key: the same in each repetition, so that it is carried out once. */
    requestId: text("request_id").primaryKey(),
    kind: text({ enum: ["topup", "adjust", "transfer", "reserve", "deduct"] }).notNull(),
    actionId: text("action_id").notNull(),
    /** What the outcome means: the action itself, or that what it held comes back. */
    purpose: text({ enum: ["execute", "release"] }).notNull(),
    movement: jsonb().$type<Movement>().notNull(),
    /** What the engine is told in every repetition: too late, it refuses instead of doubling. */
    requestedAt: whole("requested_at").notNull(),
    /** The worker asks again from then on; null: it waits for somebody's approval. */
    nextAt: whole("next_at"),
    attempts: integer().notNull(),
    /** `kind:id` of the actor: who approves is another one. */
    askedBy: text("asked_by").notNull(),
  },
  (table) => [
    // What is left to be asked, oldest first.
    index("balance_steps_next").on(table.nextAt).where(sql`${table.nextAt} IS NOT NULL`),
    index("balance_steps_action").on(table.actionId),
  ],
);

/** What is reserved outside of sessions: taken from its bucket, and neither spent nor back yet. */
export const balanceHolds = pgTable(
  "balance_holds",
  {
    /** The reservation's id. */
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    bucketId: text("bucket_id").notNull(),
    amount: whole("amount").notNull(),
    expiresAt: whole("expires_at").notNull(),
    /** `ending`: what comes back of it is under way. */
    state: text({ enum: ["held", "ending"] }).notNull(),
  },
  (table) => [
    // What is reserved of a bucket.
    index("balance_holds_account").on(table.accountId),
    // What is over, oldest first.
    index("balance_holds_expiry").on(table.expiresAt).where(sql`${table.state} = 'held'`),
    check("balance_holds_amount", sql`${table.amount} > 0`),
  ],
);

/** Top-ups that repeat: by the calendar, or whenever a bucket falls below a threshold. */
export const autoTopUps = pgTable(
  "balance_auto_top_ups",
  {
    id: text().primaryKey(),
    owner: text(),
    accountId: text("account_id").notNull(),
    bucketId: text("bucket_id").notNull(),
    amount: whole("amount").notNull(),
    kind: text({ enum: ["recurring", "threshold"] }).notNull(),
    /** Of recurring ones: the period, and how many there are; null: until it is cancelled. */
    period: text({ enum: ["weekly", "fortnightly", "monthly"] }),
    periodsMax: integer("periods_max"),
    /** Of those by threshold: in the unit of the bucket. */
    threshold: whole("threshold"),
    /** So many in a calendar month at the most. */
    monthlyMax: integer("monthly_max").notNull(),
    /** The first instant; later ones are counted from it, never from the one before. */
    anchorAt: whole("anchor_at").notNull(),
    /** How often it has topped up: the number of the next one, which is part of its key. */
    fired: integer().notNull(),
    /** The latest of its top-ups; null: there was none. */
    lastId: text("last_id"),
    /** The calendar month `2026-11`, and how often in it. */
    month: text().notNull(),
    firedInMonth: integer("fired_in_month").notNull(),
    state: text({ enum: ["active", "ended", "cancelled"] }).notNull(),
    /** When it is due, or is looked at next. */
    nextAt: whole("next_at").notNull(),
    createdAt: whole("created_at").notNull(),
  },
  (table) => [
    index("balance_auto_top_ups_next").on(table.nextAt).where(sql`${table.state} = 'active'`),
    index("balance_auto_top_ups_account").on(table.accountId),
    index("balance_auto_top_ups_owner").on(table.owner, table.id),
    check(
      "balance_auto_top_ups_kind",
      sql`(${table.kind} = 'recurring') = (${table.period} IS NOT NULL)
        AND (${table.kind} = 'threshold') = (${table.threshold} IS NOT NULL)`,
    ),
  ],
);
