// What an operator does where Redis came back without some that the ledger has: ends engines and
// workers, rebuilds Redis from the ledger, and starts them again. The load goes on asking.

import type { Progress } from "../../bench/report/progress.ts";
import { openDatabase } from "../../bss/db/connection.ts";
import { openStore } from "../../engine/store/connection.ts";
import type { Result } from "../../engine/values/result.ts";
import { readRebuildOptions } from "../rebuild/options.ts";
import { type Rebuilt, rebuildRedis } from "../rebuild/rebuild-redis.ts";
import type { World } from "./world/world.ts";

const silent: Progress = {
  begin: () => undefined,
  show: () => undefined,
  end: () => undefined,
};

const rebuild = async (
  { redisUrl, databaseUrl }: World,
  signal: AbortSignal,
): Promise<Result<Rebuilt, string>> => {
  const options = readRebuildOptions(["--wipe", "--abandon"]);
  if (!options.isOk) return options;
  const onError = () => undefined;
  const database = openDatabase({ url: databaseUrl, name: "chaos rebuild", onError });
  try {
    const store = await openStore({ url: redisUrl, isCluster: false, onError });
    try {
      const progress = silent;
      return await rebuildRedis({ store, database, options: options.value, progress, signal });
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
  }
};

/** When Redis had been rebuilt, in ms since 1970; rejects when it cannot be. */
export const repair = async (world: World, signal: AbortSignal): Promise<number> => {
  const programs = [...world.engines, ...world.workers];
  await Promise.all(programs.map((part) => part.end()));
  const rebuilt = await rebuild(world, signal);
  if (!rebuilt.isOk) throw new Error(`npm run rebuild: ${rebuilt.error}`);
  const rebuiltAt = Date.now();
  await Promise.all(programs.map((part) => part.start()));
  return rebuiltAt;
};
