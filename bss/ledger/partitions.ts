// The partitions of the ledger's large tables, one for each day of UTC, made before they are
// needed. Any number of workers may make the same one.

import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { type JournalPosition, momentOf, positionAt } from "./journal-position.ts";

const dayMs = 86_400_000;
const tables = ["ledger_entries", "ledger_records", "ledger_postings"] as const;
/** Taken while one is made: CREATE TABLE IF NOT EXISTS of two at once may fail in one of them. */
const partitionLock = 0x74_6f_6c_70;

const dayOf = (entry: JournalPosition): number => Math.floor(momentOf(entry) / dayMs);

export type Partitions = {
  /** Makes sure that rows from `first` to `last` have a place. */
  prepare(first: JournalPosition, last: JournalPosition): Promise<void>;
};

export const createPartitions = (database: Database): Partitions => {
  const known = new Set<number>();
  return {
    prepare: async (first, last) => {
      const ahead = dayOf(last) + limits.ledgerDaysAhead;
      for (let day = dayOf(first); day <= ahead; day++) {
        if (known.has(day) || (day > dayOf(last) && known.has(dayOf(last)))) continue;
        await makeDay(database, day);
        known.add(day);
      }
    },
  };
};

const makeDay = async ({ transact }: Database, day: number): Promise<void> => {
  const from = positionAt(day * dayMs);
  const to = positionAt((day + 1) * dayMs);
  const suffix = new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "");
  await transact(async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [partitionLock]);
    for (const table of tables) {
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${table}_${suffix} PARTITION OF ${table} ` +
          `FOR VALUES FROM (${from}) TO (${to})`,
      );
    }
  });
};
