// `npm run rebuild`: an empty Redis becomes what it was, from the ledger. Exit code 0: done; 1: it
// cannot be done, with one line that says why; 2: a flag is wrong; 130: interrupted.

import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { openDatabase } from "../../bss/db/connection.ts";
import { databaseReason } from "../../bss/db/database-error.ts";
import { openStore } from "../../engine/store/connection.ts";
import { err, type Result } from "../../engine/values/result.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { readRedisSettings } from "../redis-settings.ts";
import { complain, print } from "../terminal-text.ts";
import { help, type RebuildOptions, readRebuildOptions } from "./options.ts";
import { type Stores, withOwnStores } from "./own-stores.ts";
import { type Rebuilt, rebuildRedis } from "./rebuild-redis.ts";

const exitCodes = { done: 0, impossible: 1, usage: 2, interrupted: 130 } as const;

const rebuild = async (
  { redisUrl, databaseUrl }: Stores,
  isCluster: boolean,
  options: RebuildOptions,
  signal: AbortSignal,
): Promise<Result<Rebuilt, string>> => {
  const onError = () => undefined;
  const database = openDatabase({ url: databaseUrl, name: "tollgate rebuild", onError });
  try {
    const store = await openStore({ url: redisUrl, isCluster, onError });
    try {
      return await rebuildRedis({ store, database, options, progress: openProgress(), signal });
    } finally {
      await store.close();
    }
  } catch (error) {
    const reason = databaseReason(error);
    if (reason !== undefined) return err(`the ledger cannot be read: ${reason}`);
    const words = error instanceof Error ? error.message : String(error);
    return err(`it stopped (${words}); begun again, it goes on`);
  } finally {
    await database.close();
  }
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.done;
  }
  const options = readRebuildOptions(words);
  const settings = readRedisSettings(process.env);
  const mistake = options.isOk
    ? settings.isOk
      ? undefined
      : settings.error.join("; ")
    : options.error;
  if (!options.isOk || !settings.isOk) {
    complain("rebuild", mistake!);
    return exitCodes.usage;
  }
  const redisUrl = process.env["REDIS_URL"]?.trim();
  if (options.value.until !== undefined && !redisUrl) {
    complain("rebuild", "--until needs a Redis of its own: set REDIS_URL");
    return exitCodes.usage;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const startedAt = performance.now();
  const { isRedisCluster } = settings.value;
  const use = (stores: Stores) => rebuild(stores, isRedisCluster, options.value, stopping.signal);
  const database = findDatabaseUrl(process.env);
  const outcome =
    redisUrl && database.isOk
      ? await use({ redisUrl, databaseUrl: database.value })
      : await withOwnStores(stopping.signal, (line) => print([line]), use);
  if (!outcome.isOk) {
    complain("rebuild", outcome.error);
    return outcome.error === "interrupted" ? exitCodes.interrupted : exitCodes.impossible;
  }
  const { accounts, entries, snapshot } = outcome.value;
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const first = snapshot === undefined ? "" : `snapshot ${snapshot.id} and `;
  const sum = `${wholeFigure(accounts)} accounts from ${first}${wholeFigure(entries)} entries`;
  print([`${sum} in ${seconds} s.`]);
  return exitCodes.done;
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
