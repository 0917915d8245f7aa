// People, organisations, their roles; what became of those that were merged; and what they agreed
// to, which is only ever added to (a trigger of the migration).

import { sql } from "drizzle-orm";
import { bigint, check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { resourceTable } from "../http/tmf/resource-table.ts";

const whole = (name: string) => bigint(name, { mode: "number" });

export const individuals = resourceTable("individual");
export const organizations = resourceTable("organization");
export const partyRoles = resourceTable("party_role");

/** Who was merged is gone, and known by this. `survivor` is always somebody who is there. */
export const mergedParties = pgTable(
  "merged_parties",
  {
    kind: text({ enum: ["individual", "organization"] }).notNull(),
    id: text().notNull(),
    survivor: text().notNull(),
    mergedAt: whole("merged_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.id] }),
    // Whoever survives takes over those that were merged into the other before.
    index("merged_parties_survivor").on(table.survivor),
  ],
);

/** Each row is something that the party said; what holds now is the last of a purpose. */
export const partyConsents = pgTable(
  "party_consents",
  {
    id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
    partyId: text("party_id").notNull(),
    purpose: text().notNull(),
    decision: text({ enum: ["given", "withdrawn"] }).notNull(),
    /** ms since 1970: when it was said, and when it was written down. */
    at: whole("at").notNull(),
    recordedAt: whole("recorded_at").notNull(),
    channel: text().notNull(),
    /** The text that was agreed to; null: none. */
    textVersion: text("text_version"),
    /** Given up to then; null: without an end. */
    until: whole("until"),
    recordedBy: text("recorded_by").notNull(),
  },
  (table) => [
    // The history of a party, newest first, and the last of each purpose.
    index("party_consents_party").on(table.partyId, table.at, table.id),
    check(
      "party_consents_until",
      sql`${table.until} IS NULL OR (${table.decision} = 'given' AND ${table.until} > ${table.at})`,
    ),
  ],
);
