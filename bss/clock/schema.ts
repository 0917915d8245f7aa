// Where the movable clock of a test installation is to stand, in one row. It is locked by whoever
// moves it, so that of two moves at once the second begins where the first one ends; and it
// outlives a Redis that was wiped, so that no time comes twice.

import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint } from "drizzle-orm/pg-core";

export const clockGoals = pgTable(
  "clock_goals",
  {
    id: smallint().primaryKey(),
    /** ms ahead of the machines' clocks. */
    offsetMs: bigint("offset_ms", { mode: "number" }).notNull(),
  },
  (table) => [
    check("clock_goals_one_row", sql`${table.id} = 1`),
    // Of an installation that was never moved there is none: time does not go back.
    check("clock_goals_ahead", sql`${table.offsetMs} >= 0`),
  ],
);
