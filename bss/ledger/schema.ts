// The ledger's tables. Each row knows its place in the journal: shard, then `entry`, the id of the
// stream's entry as one number (journal-position.ts), then `place` among the entry's records. The
// three large tables are partitioned by `entry`, which rises with time: a day of UTC is a
// partition (partitions.ts), so that old days are dropped or moved whole, and a row costs the same
// however many there are. Drizzle knows no partitions: the migration says it.

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
/** Beyond 2^53: text in JavaScript. */
const position = (name: string) => bigint(name, { mode: "bigint" });
/** Amounts, and ms since 1970: they fit a number. */
const whole = (name: string) => bigint(name, { mode: "number" });

/** How far each shard's journal is committed; written in the transaction of the rows. */
export const ledgerShards = pgTable("ledger_shards", {
  shard: smallint().primaryKey(),
  /** Of the installation whose journal it is; another one's is never mixed in. */
  installation: text().notNull(),
  entry: position("entry").notNull(),
  /** So many there were up to there, records those of them that changed something. */
  entries: whole("entries").notNull(),
  records: whole("records").notNull(),
});

/** The journal itself, octet for octet: what rebuilds Redis and explains a charge years later. */
export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    shard: smallint().notNull(),
    entry: position("entry").notNull(),
    /** entry-bytes.ts */
    fields: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.shard, table.entry] })],
);

/** One row for each thing that happened to an account. */
export const ledgerRecords = pgTable(
  "ledger_records",
  {
    shard: smallint().notNull(),
    entry: position("entry").notNull(),
    place: smallint().notNull(),
    accountId: text("account_id").notNull(),
    /** engine/cdr/journal-numbers.ts */
    verb: smallint().notNull(),
    /** ms since 1970: when the engine carried it out, and when it had happened. */
    at: whole("at").notNull(),
    eventTimestamp: whole("event_timestamp").notNull(),
    /** Session id or request id; empty where the verb has none. */
    operationId: text("operation_id").notNull(),
    sequence: whole("sequence").notNull(),
    tariffVersion: whole("tariff_version").notNull(),
    /** Of the answer; other than SUCCESS: it was refused, and changed nothing. */
    code: smallint().notNull(),
    /** Money debited, in micros; of a refund money given back. */
    cost: whole("cost").notNull(),
    /** Units used that nothing was left for. */
    overrun: whole("overrun").notNull(),
  },
  // The history of an account, newest first, is what is asked for.
  (table) => [index("ledger_records_account").on(table.accountId, table.entry)],
);

/**
 * What a record did to one bucket, as entries of a double entry that sum to zero: the two sides of
 * the account (free and held), and against them whatever gave or took. `ledger_lines` has them one
 * by one, each with the name of its ledger account.
 */
export const ledgerPostings = pgTable(
  "ledger_postings",
  {
    shard: smallint().notNull(),
    entry: position("entry").notNull(),
    place: smallint().notNull(),
    accountId: text("account_id").notNull(),
    /** -1: of no bucket, as the fee of a transfer whose bucket was taken away on its way. */
    slot: smallint().notNull(),
    verb: smallint().notNull(),
    remainingChange: whole("remaining_change").notNull(),
    reservedChange: whole("reserved_change").notNull(),
    credited: whole("credited").notNull(),
    debited: whole("debited").notNull(),
    renewed: whole("renewed").notNull(),
    expired: whole("expired").notNull(),
    /** Of what was debited, what stays with the operator when a transfer has arrived. */
    fee: whole("fee").notNull(),
    remainingAfter: whole("remaining_after").notNull(),
    reservedAfter: whole("reserved_after").notNull(),
  },
  (table) => {
    const held = sql`${table.remainingChange} + ${table.reservedChange}`;
    const given = sql`${table.credited} + ${table.renewed}`;
    const taken = sql`${table.debited} - ${table.expired}`;
    return [
      // What a bucket held at any moment is the last of its postings up to there.
      index("ledger_postings_bucket").on(table.accountId, table.slot, table.entry),
      check("ledger_postings_sum_to_zero", sql`${held} = ${given} - ${taken}`),
    ];
  },
);

/** Which bucket a slot of an account was, from a profile on to the next. */
export const ledgerBuckets = pgTable(
  "ledger_buckets",
  {
    accountId: text("account_id").notNull(),
    slot: smallint().notNull(),
    entry: position("entry").notNull(),
    shard: smallint().notNull(),
    profileVersion: whole("profile_version").notNull(),
    /** Null: the slot is vacant. */
    bucketId: text("bucket_id"),
    unit: text(),
    /** Of money; else null. */
    currency: text(),
    creditLimit: whole("credit_limit").notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.slot, table.entry] })],
);

/** All that Redis had at a moment: from there on the journal is carried out, not from its begin. */
export const ledgerSnapshots = pgTable("ledger_snapshots", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  installation: text().notNull(),
  /** Of the accounts' octets; a program with another one cannot read them. */
  accountLayout: smallint("account_layout").notNull(),
  /** ms since 1970: when it was begun. */
  begunAt: whole("begun_at").notNull(),
  accounts: whole("accounts").notNull(),
  pages: integer().notNull(),
  /** All pages are there, and the ledger has what led to them. */
  isComplete: boolean("is_complete").notNull(),
});

/** How far each shard's journal was at that moment; none that had not begun. */
export const ledgerSnapshotShards = pgTable(
  "ledger_snapshot_shards",
  {
    snapshot: whole("snapshot")
      .notNull()
      .references(() => ledgerSnapshots.id, { onDelete: "cascade" }),
    shard: smallint().notNull(),
    entry: position("entry").notNull(),
    entries: whole("entries").notNull(),
  },
  (table) => [primaryKey({ columns: [table.snapshot, table.shard] })],
);

export const ledgerSnapshotPages = pgTable(
  "ledger_snapshot_pages",
  {
    snapshot: whole("snapshot")
      .notNull()
      .references(() => ledgerSnapshots.id, { onDelete: "cascade" }),
    /** From 0 on. */
    page: integer().notNull(),
    /** entry-bytes.ts, of what engine/store/snapshot.ts makes. */
    octets: bytea().notNull(),
    /** SHA-256 of them: a page that is not what was saved is never restored. */
    digest: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.snapshot, table.page] })],
);
