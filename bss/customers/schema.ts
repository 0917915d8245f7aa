// Customers, and every time that somebody spoke with one. What was said is written down once; a
// trigger of the migration lets nothing but the key that the note is sealed with change.

import { bigint, index, pgTable, text } from "drizzle-orm/pg-core";
import { resourceTable } from "../http/tmf/resource-table.ts";

const whole = (name: string) => bigint(name, { mode: "number" });

export const customers = resourceTable("customer");

export const customerInteractions = pgTable(
  "customer_interactions",
  {
    id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
    customerId: text("customer_id").notNull(),
    /** Who spoke for the customer; null: not known. */
    partyId: text("party_id"),
    /** ms since 1970: when it was, and when it was written down. */
    at: whole("at").notNull(),
    recordedAt: whole("recorded_at").notNull(),
    direction: text({ enum: ["inbound", "outbound"] }).notNull(),
    channel: text().notNull(),
    subject: text().notNull(),
    /** Sealed: people tell everything. Null: none. */
    note: text(),
    recordedBy: text("recorded_by").notNull(),
  },
  (table) => [
    // Of a customer, the latest first.
    index("customer_interactions_customer").on(table.customerId, table.at, table.id),
  ],
);
