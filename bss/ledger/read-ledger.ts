// What the ledger has, read: entries of a shard in their order, those of an account backwards, and
// what every bucket comes to.

import { sql } from "drizzle-orm";
import type { JournalEntry } from "../../engine/cdr/journal-entry.ts";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { readFields } from "./entry-bytes.ts";
import { type JournalPosition, journalIdOf } from "./journal-position.ts";
import type { Committed } from "./journal-stream.ts";

type Reading = Pick<Database, "tables">;

/** Undefined: nothing of the shard is in the ledger. */
export const readCommitted = async (
  { tables }: Reading,
  shard: number,
  installation: string,
): Promise<Committed | undefined> => {
  const { rows } = await tables.execute(sql`
    SELECT entry, entries FROM ledger_shards
    WHERE shard = ${shard} AND installation = ${installation}`);
  const row = rows[0] as { entry: string; entries: string } | undefined;
  return row && { entry: BigInt(row.entry), entries: Number(row.entries) };
};

export type LedgerShard = Committed & { readonly shard: number; readonly installation: string };

/** In their order. */
export const readShards = async ({ tables }: Reading): Promise<readonly LedgerShard[]> => {
  const { rows } = await tables.execute(sql`
    SELECT shard, installation, entry, entries FROM ledger_shards ORDER BY shard`);
  return rows.map((row) => ({
    shard: row["shard"] as number,
    installation: row["installation"] as string,
    entry: BigInt(row["entry"] as string),
    entries: Number(row["entries"]),
  }));
};

/**
 * Entries of the shard up to `until`: of all that were ever committed, without those behind it.
 * Those that are gone since are among them.
 */
export const countCommitted = (
  { transact }: Pick<Database, "transact">,
  shard: number,
  until: JournalPosition,
): Promise<number> =>
  transact(async (client) => {
    const { rows } = await client.query(countQuery, [shard, until]);
    return Number(rows[0]?.entries ?? 0);
  }, limits.ledgerCountMsMax);

const countQuery = `
  SELECT s.entries - (
    SELECT count(*) FROM ledger_entries e
    WHERE e.shard = s.shard AND e.entry > $2 AND e.entry <= s.entry) AS entries
  FROM ledger_shards s WHERE s.shard = $1`;

/** Behind `after` and up to `until`, at most `count`. */
export const readEntriesAfter = async (
  { tables }: Reading,
  shard: number,
  { after, until }: { readonly after: JournalPosition; readonly until: JournalPosition },
  count: number,
): Promise<readonly JournalEntry[]> => {
  const { rows } = await tables.execute(sql`
    SELECT entry, fields FROM ledger_entries
    WHERE shard = ${shard} AND entry > ${after} AND entry <= ${until}
    ORDER BY entry LIMIT ${count}`);
  return rows.map(entryOf);
};

/** Those that name the account, before `before`, the newest first, at most `count`. */
export const readEntriesBefore = async (
  { tables }: Reading,
  shard: number,
  accountId: string,
  before: JournalPosition,
  count: number,
): Promise<readonly JournalEntry[]> => {
  const { rows } = await tables.execute(sql`
    SELECT entry, fields FROM ledger_entries
    WHERE shard = ${shard} AND entry IN (
      SELECT DISTINCT entry FROM ledger_records
      WHERE account_id = ${accountId} AND shard = ${shard} AND entry < ${before}
      ORDER BY entry DESC LIMIT ${count})
    ORDER BY entry DESC`);
  return rows.map(entryOf);
};

/** The last profile of each account before `before`: the entries that put them, in no order. */
export const readProfileEntries = async (
  { tables }: Reading,
  shard: number,
  accountIds: readonly string[],
  before: JournalPosition,
): Promise<readonly JournalEntry[]> => {
  const { rows } = await tables.execute(sql`
    SELECT e.entry, e.fields FROM (
      SELECT max(entry) AS entry FROM ledger_buckets
      WHERE account_id = ANY(${sql.param(accountIds)}::text[]) AND shard = ${shard}
        AND entry < ${before}
      GROUP BY account_id) AS p
    JOIN ledger_entries e ON e.shard = ${shard} AND e.entry = p.entry`);
  return rows.map(entryOf);
};

/** Undefined: the ledger has no such entry. */
export const readOneEntry = async (
  reading: Reading,
  shard: number,
  entry: JournalPosition,
): Promise<JournalEntry | undefined> => {
  const range = { after: entry - 1n, until: entry };
  return (await readEntriesAfter(reading, shard, range, 1))[0];
};

const entryOf = (row: Record<string, unknown>): JournalEntry => ({
  journalId: journalIdOf(BigInt(row["entry"] as string)),
  fields: readFields(row["fields"] as Buffer),
});

/** What the postings of a slot come to, whichever buckets it was in turn. */
export type LedgerBalance = {
  readonly accountId: string;
  readonly slot: number;
  readonly remaining: bigint;
  readonly reserved: bigint;
  /** Renewals included. */
  readonly credited: bigint;
  readonly debited: bigint;
  readonly expired: bigint;
};

const balancesQuery = `
  DECLARE balances CURSOR FOR
  SELECT account_id, slot, sum(remaining_change) AS remaining, sum(reserved_change) AS reserved,
    sum(credited) + sum(renewed) AS credited, sum(debited) AS debited, sum(expired) AS expired
  FROM ledger_postings WHERE shard = $1 AND entry <= $2 GROUP BY account_id, slot`;

/** Of all accounts of a shard, in no order, page by page; of the entries up to `until`. */
export const readBalances = (
  { transact }: Pick<Database, "transact">,
  shard: number,
  until: JournalPosition,
  onPage: (balances: readonly LedgerBalance[]) => void,
): Promise<void> =>
  transact(async (client) => {
    await client.query(balancesQuery, [shard, until]);
    for (;;) {
      const { rows } = await client.query(`FETCH ${limits.ledgerBalancesPageMax} FROM balances`);
      if (rows.length === 0) return;
      onPage(rows.map(balanceOf));
    }
  }, limits.ledgerBalancesMsMax);

const balanceOf = (row: Record<string, string>): LedgerBalance => ({
  accountId: row["account_id"]!,
  slot: Number(row["slot"]),
  remaining: BigInt(row["remaining"]!),
  reserved: BigInt(row["reserved"]!),
  credited: BigInt(row["credited"]!),
  debited: BigInt(row["debited"]!),
  expired: BigInt(row["expired"]!),
});
