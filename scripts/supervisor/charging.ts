// What charges: Redis, or the check of yours, and the engines on it.

import { ok } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import type { DataFolder } from "./data-folder.ts";
import { interrupted, type Step } from "./ending.ts";
import { startEngines } from "./engines.ts";
import type { KeptChild } from "./keep-running.ts";
import { checkForeignRedis, startRedis } from "./redis-server.ts";
import type { Settings } from "./settings.ts";

export type ChargingStart = {
  readonly root: string;
  readonly settings: Settings;
  readonly data: DataFolder;
  /** Null where REDIS_URL names one. */
  readonly redisBinary: RedisBinary | null;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly onRedisStarted: (kept: KeptChild) => void;
  readonly onEngineStarted: (kept: KeptChild) => void;
};

export type ChargingUp = {
  readonly engines: readonly KeptChild[];
  /** Null where the Redis is somebody else's. */
  readonly redis: KeptChild | null;
  readonly redisVersion: string;
};

type RedisUp = Pick<ChargingUp, "redis" | "redisVersion">;

export const bringUpCharging = async (start: ChargingStart): Promise<Step<ChargingUp>> => {
  const redis = await bringUpRedis(start);
  if (!redis.isOk) return redis;
  if (start.stopping.aborted) return interrupted;
  const engines = await startEngines({ ...start, onStarted: start.onEngineStarted });
  return engines.isOk ? ok({ ...redis.value, engines: engines.value }) : engines;
};

export const bringUpRedis = async (
  start: Omit<ChargingStart, "onEngineStarted">,
): Promise<Step<RedisUp>> => {
  const { redisBinary: binary, settings } = start;
  if (binary === null) {
    const info = await checkForeignRedis(settings.engine.redisUrl);
    if (!info.isOk) return info;
    return ok({ redis: null, redisVersion: info.value.get("redis_version") ?? "unknown" });
  }
  const started = await startRedis({ ...start, binary, onStarted: start.onRedisStarted });
  return started.isOk ? ok({ redis: started.value, redisVersion: binary.version }) : started;
};
