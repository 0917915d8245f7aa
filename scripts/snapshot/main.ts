// `npm run snapshot`: all that Redis has at a moment, kept beside the ledger. Exit code 0: done; 1:
// it cannot be done, with one line that says why; 2: a flag is wrong; 130: interrupted.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { openProgress } from "../../bench/report/progress.ts";
import { renderTable, wholeFigure } from "../../bench/report/table.ts";
import { type Database, openDatabase } from "../../bss/db/connection.ts";
import { databaseReason } from "../../bss/db/database-error.ts";
import { dropSnapshot, readSnapshots } from "../../bss/ledger/index.ts";
import type { Config } from "../../engine/config.ts";
import { openStore } from "../../engine/store/connection.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { exitCodes } from "../exit-codes.ts";
import { locateRedis } from "../redis/locate.mjs";
import { readRedisSettings } from "../redis-settings.ts";
import { complain, counted, print } from "../terminal-text.ts";
import { ageText } from "../transfers/age-text.ts";
import { help, readSnapshotOptions, type SnapshotOptions } from "./options.ts";
import { takeSnapshot } from "./take-snapshot.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Asked = {
  readonly redis: Pick<Config, "redisUrl" | "isRedisCluster">;
  readonly database: Database;
  readonly signal: AbortSignal;
};

const onError = () => undefined;

/** Lines to print. The error is one. */
const run = async (options: SnapshotOptions, asked: Asked): Promise<Result<string[], string>> => {
  const { database } = asked;
  const snapshots = await readSnapshots(database);
  if (options.action === "list") {
    if (snapshots.length === 0) return ok(["no snapshot yet: npm run snapshot"]);
    const rows = snapshots.map(({ id, begunAt, accounts, positions, installation }) => [
      ...[String(id), new Date(begunAt).toISOString(), wholeFigure(accounts)],
      ...[wholeFigure(positions.reduce((sum, { entries }) => sum + entries, 0)), installation],
    ]);
    const head = ["id", "taken at", "accounts", "journal entries", "installation"];
    return ok([renderTable([head, ...rows])]);
  }
  if (options.action === "drop") {
    if (!snapshots.some(({ id }) => id === options.id)) return err(`no snapshot ${options.id}`);
    await dropSnapshot(database, options.id);
    return ok([`snapshot ${options.id} is deleted.`]);
  }
  const age = Date.now() - (snapshots[0]?.begunAt ?? 0);
  if (options.olderThanMs !== undefined && age < options.olderThanMs) {
    return ok([`snapshot ${snapshots[0]!.id} is ${ageText(age)} old: nothing to do.`]);
  }
  return take(options.kept, asked);
};

const take = async (
  kept: number,
  { redis, database, signal }: Asked,
): Promise<Result<string[], string>> => {
  const startedAt = performance.now();
  const dataFolder = path.resolve(root, process.env["TOLLGATE_DATA"]?.trim() || ".tollgate");
  const otherFolders = [path.join(root, ".tollgate")];
  const binary = await locateRedis({ dataFolder, log: (line) => print([line]), otherFolders });
  const store = await openStore({
    url: redis.redisUrl,
    isCluster: redis.isRedisCluster,
    onError,
  });
  try {
    const progress = openProgress();
    const taken = await takeSnapshot({ store, database, binary, kept, progress, signal });
    if (!taken.isOk) return taken;
    const { id, accounts, dropped } = taken.value;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const lines = [`snapshot ${id}: ${counted(accounts, "account")} in ${seconds} s.`];
    if (dropped > 0) lines.push(`${counted(dropped, "older one")} deleted.`);
    return ok(lines);
  } finally {
    await store.close();
  }
};

const attempt = async (options: SnapshotOptions, asked: Asked) => {
  try {
    return await run(options, asked);
  } catch (error) {
    if (asked.signal.aborted) return err("interrupted");
    const reason = databaseReason(error);
    if (reason !== undefined) return err(`the ledger's database: ${reason}`);
    return err(error instanceof Error ? error.message : String(error));
  } finally {
    await asked.database.close();
  }
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.good;
  }
  const options = readSnapshotOptions(words);
  const redis = readRedisSettings(process.env);
  if (!options.isOk || !redis.isOk) {
    complain("snapshot", options.isOk ? (redis.isOk ? "" : redis.error.join("; ")) : options.error);
    return exitCodes.usage;
  }
  const url = findDatabaseUrl(process.env);
  if (!url.isOk) {
    complain("snapshot", url.error);
    return exitCodes.failed;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const database = openDatabase({ url: url.value, name: "tollgate snapshot", onError });
  const asked = { redis: redis.value, database, signal: stopping.signal };
  const outcome = await attempt(options.value, asked);
  if (!outcome.isOk) {
    complain("snapshot", outcome.error);
    return outcome.error === "interrupted" ? exitCodes.interrupted : exitCodes.failed;
  }
  print(outcome.value.flatMap((text) => text.split("\n")));
  return exitCodes.good;
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
