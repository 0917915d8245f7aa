// A question to the Redis that the environment names, for commands that look into it beside a
// running Tollgate. Why it cannot be asked is one line.

import { openStore, type Store } from "../engine/store/connection.ts";
import { err, type Result } from "../engine/values/result.ts";
import { readInstallation, readRedisSettings } from "./redis-settings.ts";

export const askStore = async <T>(
  ask: (store: Store, shards: number) => Promise<Result<T, string>>,
): Promise<Result<T, string>> => {
  const settings = readRedisSettings(process.env);
  if (!settings.isOk) return err(settings.error.join("; "));
  const { redisUrl: url, isRedisCluster: isCluster } = settings.value;
  let isAway = false;
  const onError = ({ code }: NodeJS.ErrnoException) => {
    isAway = code === "ECONNREFUSED";
  };
  try {
    const store = await openStore({ url, isCluster, onError });
    try {
      const shards = await readInstallation(store);
      return shards.isOk ? await ask(store, shards.value) : shards;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (isAway) return err(`no Redis at ${new URL(url).host}; start Tollgate: npm start`);
    const reason = error instanceof Error ? error.message : String(error);
    return err(`Redis at ${new URL(url).host} does not answer as it should: ${reason}`);
  }
};
