// A page of a journal becomes rows, and the ledger's position moves behind it, in one transaction:
// so each entry is in the ledger exactly once, however often a worker dies or two of them meet.

import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type JournalEntry, readJournalEntry } from "../../engine/cdr/journal-entry.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import type { CopyRows } from "../db/copy-rows.ts";
import { reasonOf } from "../db/database-error.ts";
import { limits } from "../limits.ts";
import { type JournalPosition, positionOf } from "./journal-position.ts";
import type { Committed } from "./journal-stream.ts";
import { addEntry, columns, type LedgerRows, type LedgerTable } from "./ledger-rows.ts";
import { dayOf } from "./partitions.ts";
import { unpack } from "./unpack.ts";

export type Page = {
  readonly rows: LedgerRows;
  readonly entries: number;
  readonly records: number;
  readonly first: JournalPosition;
  readonly last: JournalPosition;
  /** That it has rows of (partitions.ts). */
  readonly days: ReadonlySet<number>;
};

/** Into `rows`, which must not be under way. The error names the entry that cannot be read. */
export const readRows = (
  shard: number,
  entries: readonly JournalEntry[],
  rows: LedgerRows,
): Result<Page, string> => {
  for (const table of Object.values(rows)) table.clear();
  const positions: JournalPosition[] = [];
  let sum = 0;
  for (const entry of entries) {
    const records = readJournalEntry(shard, entry, unpack, true);
    if (!records.isOk) return err(records.error);
    try {
      const position = positionOf(entry.journalId);
      addEntry(rows, { shard, entry: position }, entry, records.value);
      positions.push(position);
    } catch (error) {
      return err(`journal of shard ${shard}, entry ${entry.journalId}: ${reasonOf(error)}`);
    }
    sum += records.value.length;
  }
  const [first, last] = [positions[0]!, positions.at(-1)!];
  const days = new Set(positions.map(dayOf));
  return ok({ rows, entries: entries.length, records: sum, first, last, days });
};

const move = `
  UPDATE ledger_shards SET entry = $4, entries = entries + $5, records = records + $6
  WHERE shard = $1 AND installation = $2 AND entry = $3`;

/** "overtaken": another worker has committed what follows `committed`; nothing is written. */
export const commitPage = async (
  { transact }: Pick<Database, "transact">,
  { shard, installation }: { readonly shard: number; readonly installation: string },
  committed: Committed,
  page: Page,
): Promise<Committed | "overtaken"> => {
  const moved = await transact(async (client) => {
    const places = [shard, installation, committed.entry, page.last];
    const updated = await client.query(move, [...places, page.entries, page.records]);
    if (updated.rowCount !== 1) return false;
    for (const [table, rows] of Object.entries(page.rows)) {
      if (rows.rows() > 0) await copyInto(client, table as LedgerTable, rows);
    }
    return true;
  }, limits.ledgerCommitMsMax);
  if (!moved) return "overtaken";
  return { entry: page.last, entries: committed.entries + page.entries };
};

const copyInto = async (client: PoolClient, table: LedgerTable, rows: CopyRows): Promise<void> => {
  const statement = `COPY ${table} (${columns[table].join()}) FROM STDIN (FORMAT binary)`;
  await pipeline([rows.end()], client.query(copyFrom(statement)));
};
