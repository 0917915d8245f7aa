// How far each table is under the newest key: what a rotation that was interrupted goes on with.
// And one value that tells the keys of this installation from others.

import { sql } from "drizzle-orm";
import { bigint, boolean, check, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";

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

export const privacyInstallation = pgTable(
  "privacy_installation",
  {
    id: smallint().primaryKey(),
    /** By Cipher.seal: who cannot open it has not the keys. */
    sealed: text().notNull(),
    /** Of the key of blind indexes, which seals nothing. */
    fingerprint: text().notNull(),
  },
  (table) => [check("privacy_installation_one", sql`${table.id} = 1`)],
);
