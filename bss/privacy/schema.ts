// How far each table is under the newest key: what a rotation that was interrupted goes on with.

import { bigint, boolean, pgTable, primaryKey, text } from "drizzle-orm/pg-core";

const whole = (name: string) => bigint(name, { mode: "number" });

export const privacyRotations = pgTable(
  "privacy_rotations",
  {
    table: text("table_name").notNull(),
    /** The key that everything is brought under. */
    keyId: text("key_id").notNull(),
    /** Up to this row of the table, by its id as text; null: none yet. */
    lastId: text("last_id"),
    /** So many rows were looked at, and of those so many sealed anew. */
    rows: whole("rows").notNull(),
    resealed: whole("resealed").notNull(),
    isComplete: boolean("is_complete").notNull(),
  },
  (table) => [primaryKey({ columns: [table.table, table.keyId] })],
);
