// Workers of the ledger in a test's own process, over its Redis and its database; and what the
// ledger then has, held against Redis.

import type { Redis } from "ioredis";
import { openDatabase } from "../../bss/db/connection.ts";
import { type LedgerWorker, openJournalStream, startLedgerWorker } from "../../bss/ledger/index.ts";
import { createLog } from "../../bss/log.ts";
import { journalKey } from "../../engine/cdr/journal-keys.ts";
import type { DatabaseOfFile } from "./database-of-file.ts";
import { type CleanUp, until } from "./engine.ts";

export type LedgerOfTest = LedgerWorker & {
  /** By this worker. */
  committed(): { readonly entries: number; readonly records: number };
};

export type LedgerPlace = { readonly redisUrl: string; readonly databaseUrl: string };

/** Ends with the test, or by `stop`. */
export const ledgerOfTest = (
  cleanUp: CleanUp,
  { redisUrl, databaseUrl }: LedgerPlace,
  { keptMs = 3_600_000, now = Date.now } = {},
): LedgerOfTest => {
  const database = openDatabase({ url: databaseUrl, name: "test", onError: () => undefined });
  const journal = openJournalStream({
    url: redisUrl,
    isCluster: false,
    onError: () => undefined,
  });
  const sums = { entries: 0, records: 0 };
  const onCommitted = (entries: number, records: number) => {
    sums.entries += entries;
    sums.records += records;
  };
  const log = createLog("silent");
  const worker = startLedgerWorker({
    ...{ database, databaseUrl, journal, keptMs, now, log, onCommitted },
  });
  let ended: Promise<void> | undefined;
  const stop = () => {
    ended ??= worker.stop().then(async () => {
      journal.close();
      await database.close();
    });
    return ended;
  };
  cleanUp.add({ close: stop });
  return { ...worker, stop, committed: () => sums };
};

/** Until all that is in the journals is committed. */
export const untilCommitted = (
  client: Redis,
  { sql }: Pick<DatabaseOfFile, "sql">,
  shards: number,
  secondsMax = 30,
): Promise<void> =>
  until(
    "the ledger has all entries",
    async () => {
      const [row] = await sql`SELECT coalesce(sum(entries), 0)::int AS entries FROM ledger_shards`;
      let added = 0;
      for (let shard = 0; shard < shards; shard++) {
        const info = await client.xinfo("STREAM", journalKey(shard)).catch(() => []);
        const flat = info as (string | number)[];
        added += Number(flat[flat.indexOf("entries-added") + 1] ?? 0);
      }
      return row!["entries"] === added;
    },
    { secondsMax, everyMs: 30 },
  );
