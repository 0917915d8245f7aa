// The partitions of the ledger's large tables, one for each day of UTC, made before they are
// needed. Any number of workers may make the same one. Each is made aside and then attached: that
// locks no reader out and waits for none, as CREATE TABLE ... PARTITION OF would, be it an audit of
// an hour or a dump.

import type { PoolClient } from "pg";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { type JournalPosition, momentOf, positionAt } from "./journal-position.ts";

const dayMs = 86_400_000;
const tables = ["ledger_entries", "ledger_records", "ledger_postings"] as const;
/** Taken while one is made: of two at once one would fail. */
const partitionLock = 0x74_6f_6c_70;

/** Days since 1970. */
export const dayOf = (entry: JournalPosition): number => dayAt(momentOf(entry));

/** The day of that moment, and those that are made ahead. */
export const daysFrom = (moment: number): readonly number[] =>
  Array.from({ length: 1 + limits.ledgerDaysAhead }, (_, ahead) => dayAt(moment) + ahead);

const dayAt = (moment: number): number => Math.floor(moment / dayMs);

export type Partitions = {
  /** Makes sure that rows of those days have a place. */
  prepare(days: Iterable<number>): Promise<void>;
  /** What was made may be gone: Postgres may have been put back to an earlier state. */
  forget(): void;
};

export const createPartitions = (database: Pick<Database, "transact">): Partitions => {
  const made = new Map<number, Promise<void>>();
  const make = (day: number): Promise<void> => {
    const making = made.get(day) ?? makeDay(database, day);
    made.set(day, making);
    // Whoever waits for it hears of it; the next one tries again.
    making.catch(() => {
      if (made.get(day) === making) made.delete(day);
    });
    return making;
  };
  return {
    prepare: async (days) => {
      for (const day of days) await make(day);
    },
    forget: () => made.clear(),
  };
};

/** All of it or nothing: who dies in the middle leaves no table that is not attached. */
const makeDay = ({ transact }: Pick<Database, "transact">, day: number): Promise<void> =>
  transact(async (client) => {
    // Who needs a day that is there waits for nobody who makes another one.
    const made = await client.query(areMade, [tables.map((table) => nameOf(table, day))]);
    if (made.rowCount === tables.length) return;
    await client.query("SELECT pg_advisory_xact_lock($1)", [partitionLock]);
    for (const table of tables) await makePartition(client, table, day);
  }, limits.ledgerCommitMsMax);

const nameOf = (table: string, day: number): string =>
  `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;

const areMade = `
  SELECT FROM unnest($1::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(name)
  WHERE relispartition`;

const makePartition = async (client: PoolClient, table: string, day: number): Promise<void> => {
  const name = nameOf(table, day);
  const { rowCount } = await client.query(areMade, [[name]]);
  if (rowCount === 1) return;
  const [from, to] = [positionAt(day * dayMs), positionAt((day + 1) * dayMs)];
  await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
  await client.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`,
  );
};
