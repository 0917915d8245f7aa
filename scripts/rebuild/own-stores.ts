// Redis and Postgres of the data folder, as npm start brings them up, but without engines: for work
// beside which nothing may be charged. A Tollgate that runs on the folder keeps it.

import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { err, type Result } from "../../engine/values/result.ts";
import { locateRedis } from "../redis/locate.mjs";
import { bringUpRedis } from "../supervisor/charging.ts";
import { createSubfolders, openDataFolder } from "../supervisor/data-folder.ts";
import { bringUpDatabase } from "../supervisor/database.ts";
import type { Step } from "../supervisor/ending.ts";
import type { KeptChild } from "../supervisor/keep-running.ts";
import { takeRunningLock } from "../supervisor/running-lock.ts";
import { readSettings } from "../supervisor/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type Stores = { readonly redisUrl: string; readonly databaseUrl: string };

/** What was started ends with `use`. The error is one line. */
export const withOwnStores = async <T>(
  signal: AbortSignal,
  say: (line: string) => void,
  use: (stores: Stores) => Promise<Result<T, string>>,
): Promise<Result<T, string>> => {
  const machine = { root, cores: availableParallelism() };
  const settings = readSettings(process.env, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) return oneLine(settings);
  const { dataFolder, isDataFolderDefault, isRedisOurs } = settings.value;
  const data = openDataFolder(dataFolder, isDataFolderDefault);
  if (!data.isOk) return oneLine(data);
  const lock = takeRunningLock(dataFolder);
  if (!lock.isOk) return oneLine(lock);
  const started: KeptChild[] = [];
  const onStarted = (child: KeptChild) => void started.push(child);
  try {
    const made = createSubfolders(data.value);
    if (!made.isOk) return oneLine(made);
    const otherFolders = [path.join(root, ".tollgate")];
    const redisBinary = isRedisOurs
      ? await locateRedis({ dataFolder, log: say, otherFolders })
      : null;
    const start = { root, settings: settings.value, data: data.value, say, stopping: signal };
    const redis = await bringUpRedis({ ...start, redisBinary, onRedisStarted: onStarted });
    if (!redis.isOk) return oneLine(redis);
    const database = await bringUpDatabase({ ...start, onStarted });
    if (!database.isOk) return oneLine(database);
    return await use({
      redisUrl: settings.value.engine.redisUrl,
      databaseUrl: database.value.url,
    });
  } finally {
    await Promise.all(started.map((child) => child.stop()));
    lock.value.release();
  }
};

const oneLine = (step: Step<never> | { readonly isOk: true }): Result<never, string> =>
  err(step.isOk ? "" : (step.error.message ?? "interrupted"));
