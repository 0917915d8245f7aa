// Whether a Redis may hold balances. INFO tells everything that is needed, also where a provider
// has taken CONFIG away: version, role, eviction and append-only file.

import { Redis } from "ioredis";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { isVersionAtLeast, redisVersionMin } from "../redis/version.mjs";
import { maskUrl } from "./settings.ts";

export type RedisInfo = ReadonlyMap<string, string>;

const connectMilliseconds = 5_000;

export const parseInfo = (text: string): RedisInfo => {
  const info = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) info.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return info;
};

/** Asks for INFO over a connection of its own; the error is Redis's or the system's own text. */
export const askRedis = async (url: string): Promise<Result<RedisInfo, string>> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMilliseconds,
    commandTimeout: connectMilliseconds,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  let problem = "";
  redis.on("error", (error: Error) => {
    problem = error.message;
  });
  try {
    await redis.connect();
    return ok(parseInfo(await redis.info()));
  } catch (error) {
    return err(problem || (error instanceof Error ? error.message : String(error)));
  } finally {
    redis.disconnect();
  }
};

/** What is wrong with a Redis that answers, with the remedy; null when it is fit. */
export const judgeRedis = (info: RedisInfo, url: string): string | null => {
  const redis = `the Redis at ${maskUrl(url)}`;
  const set = (setting: string): string => `redis-cli -u "$REDIS_URL" CONFIG SET ${setting}`;
  const version = info.get("redis_version") ?? "0";
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (!isVersionAtLeast(version, redisVersionMin)) {
    return `${redis} is version ${version}; ${redisVersionMin} or later is needed`;
  }
  if (info.get("loading") === "1")
    return `${redis} is still loading its data; start again when it is done`;
  if ((info.get("role") ?? "master") !== "master") {
    const primary = `${info.get("master_host")}:${info.get("master_port")}`;
    return `${redis} is a replica; set REDIS_URL to its primary, ${primary}`;
  }
  if (policy !== "noeviction") {
    const remedy = set("maxmemory-policy noeviction");
    return `${redis} may throw balances away (maxmemory-policy ${policy}); run: ${remedy}`;
  }
  if (info.get("aof_enabled") !== "1") {
    return `${redis} keeps no append-only file: a crash loses money; run: ${set("appendonly yes")}`;
  }
  return null;
};

/** What is wrong with a Redis that could not be asked, with the remedy. */
export const explainUnreachable = (url: string, problem: string): string => {
  const redis = maskUrl(url);
  if (/NOAUTH|WRONGPASS|invalid username-password/i.test(problem)) {
    return `the Redis at ${redis} refuses the user or password; put the right one into REDIS_URL`;
  }
  const reason = problem.replace(/^connect /, "");
  const remedy = "start it, correct REDIS_URL, or unset it to get one started";
  return `no usable Redis at ${redis} (${reason}); ${remedy}`;
};
