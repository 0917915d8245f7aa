// Vouchers: of each its number, a keyed hash of its code, and whether it is redeemed. Codes are not
// here: they follow from a batch's seed, which is sealed, and gone once they are printed.

import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { UnitKind } from "../../engine/values/units.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const whole = (name: string) => bigint(name, { mode: "number" });

export const voucherBatches = pgTable(
  "voucher_batches",
  {
    number: integer().primaryKey().generatedAlwaysAsIdentity(),
    id: text().notNull().unique(),
    name: text().notNull(),
    count: integer().notNull(),
    /** So many are there already, in the order of their serials. */
    made: integer().notNull(),
    digits: smallint().notNull(),
    /** Null: they were printed, and nobody can tell them again. */
    sealedSeed: text("sealed_seed"),
    /** What is credited, and where: the bucket of that name in whichever account. */
    bucketId: text("bucket_id").notNull(),
    unit: text().$type<UnitKind>().notNull(),
    currency: text(),
    amount: whole("amount").notNull(),
    extendsValiditySeconds: integer("extends_validity_seconds"),
    validFrom: whole("valid_from").notNull(),
    validUntil: whole("valid_until").notNull(),
    state: text({ enum: ["making", "made", "active", "blocked"] }).notNull(),
    /** Codes of it that were there and could not be redeemed. */
    misses: integer().notNull(),
    createdAt: whole("created_at").notNull(),
  },
  (table) => [
    index("voucher_batches_making").on(table.number).where(sql`${table.state} = 'making'`),
    check("voucher_batches_made", sql`${table.made} BETWEEN 0 AND ${table.count}`),
    check("voucher_batches_amount", sql`${table.amount} > 0`),
    check("voucher_batches_valid", sql`${table.validFrom} < ${table.validUntil}`),
  ],
);

export const vouchers = pgTable(
  "vouchers",
  {
    batch: integer().notNull(),
    serial: integer().notNull(),
    /** How often its code had been there before: it was drawn anew. */
    draw: smallint().notNull(),
    /** HMAC-SHA-256 under the installation's key, 16 octets. */
    codeHash: bytea("code_hash").notNull(),
    state: text({ enum: ["created", "redeemed", "blocked"] }).notNull(),
    redeemedAt: whole("redeemed_at"),
    /** The top-up that it became. */
    topUpId: text("top_up_id"),
  },
  (table) => [
    primaryKey({ columns: [table.batch, table.serial] }),
    // By its code, which no two have.
    uniqueIndex("vouchers_code").on(table.codeHash),
    // How many are redeemed, without counting a million that are not.
    index("vouchers_redeemed").on(table.batch).where(sql`${table.state} = 'redeemed'`),
    check(
      "vouchers_redeemed_by",
      sql`(${table.state} = 'redeemed') = (${table.topUpId} IS NOT NULL)`,
    ),
  ],
);

/** Who was wrong how often, and for how long nothing is looked up for them. */
export const voucherGuards = pgTable(
  "voucher_guards",
  {
    /** `account:…`, `customer:…`, `actor:…`, `address:…` */
    subject: text().primaryKey(),
    windowFrom: whole("window_from").notNull(),
    wrong: integer().notNull(),
    /** How often it was locked: each time for twice as long. */
    locks: integer().notNull(),
    lockedUntil: whole("locked_until").notNull(),
  },
  (table) => [
    // What is long over is forgotten.
    index("voucher_guards_old").on(table.windowFrom),
  ],
);
