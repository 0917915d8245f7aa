// The worker of the ledger, from an empty database to the end of the journal.

import { openDatabase } from "../../bss/db/connection.ts";
import { migrateDatabase } from "../../bss/db/migrate.ts";
import { openJournalStream, readShards, startLedgerWorker } from "../../bss/ledger/index.ts";
import { createLog } from "../../bss/log.ts";
import { assert } from "../../engine/values/assert.ts";
import { openSql } from "../../scripts/testing/sql.ts";
import type { Progress } from "../report/progress.ts";
import { wholeFigure } from "../report/table.ts";
import type { Filled } from "./fill-journal.ts";
import { measureUsage, type Place, type Usage } from "./usage.ts";

export type Following = Usage & {
  /** Of the database, indexes included. */
  readonly octets: number;
};

const hourMs = 3_600_000;

export const measureFollowing = async (
  place: Place,
  { entries }: Filled,
  progress: Progress,
): Promise<Following> => {
  const databaseUrl = place.postgres.url;
  await migrateDatabase(databaseUrl);
  const onError = () => undefined;
  const database = openDatabase({ url: databaseUrl, name: "tollgate bench", onError });
  const journal = openJournalStream({ url: place.redis.url, isCluster: false, onError });
  progress.begin("following the journal");
  let committed = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const onCommitted = (more: number) => {
    committed += more;
    progress.show(committed / entries, `${wholeFigure(committed)} entries`);
    if (committed === entries) finish();
  };
  const shared = { database, databaseUrl, journal, now: Date.now, log: createLog("silent") };
  const usage = await measureUsage(place, async () => {
    const worker = startLedgerWorker({ ...shared, keptMs: hourMs, onCommitted });
    await finished;
    await worker.stop();
  });
  const [shard] = await readShards(database);
  assert(shard?.entries === entries, "the ledger has every entry");
  journal.close();
  await database.close();
  const sql = openSql(databaseUrl, 1);
  const [size] = await sql`SELECT pg_database_size(current_database()) AS octets`;
  await sql.end();
  progress.end(`${usage.seconds.toFixed(1)} s`);
  return { ...usage, octets: Number(size!["octets"]) };
};
