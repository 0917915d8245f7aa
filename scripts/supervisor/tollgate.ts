// One Tollgate from nothing to ready, and back: data folder, lock, ports, Redis, tokens, engines,
// in this order, and down in the reverse one. Every step that fails leaves one line; the caller
// brings down whatever had come up.

import { ok } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { type AccessTokens, prepareAccessTokens } from "./access-tokens.ts";
import {
  createSubfolders,
  type DataFolder,
  openDataFolder,
  resetDataFolder,
} from "./data-folder.ts";
import { interrupted, type Step } from "./ending.ts";
import { startEngines } from "./engines.ts";
import type { KeptChild } from "./keep-running.ts";
import { checkPorts } from "./ports.ts";
import { checkForeignRedis, startRedis } from "./redis-server.ts";
import { takeRunningLock } from "./running-lock.ts";
import { portUses, type Settings } from "./settings.ts";

export type Machinery = {
  readonly root: string;
  readonly settings: Settings;
  /** Null where REDIS_URL names one. */
  readonly redisBinary: RedisBinary | null;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
};

export type Up = {
  readonly data: DataFolder;
  readonly tokens: AccessTokens;
  readonly engines: readonly KeptChild[];
  readonly redis: KeptChild | null;
  readonly redisVersion: string;
};

export type Tollgate = {
  readonly bringUp: () => Promise<Step<Up>>;
  /** Engines drain, then Redis syncs its file and ends, then the lock goes. Safe at any time. */
  readonly bringDown: () => Promise<void>;
  /** SIGKILL for all; what was acknowledged during a sync of the append-only file may be lost. */
  readonly killAll: () => void;
};

export const createTollgate = (machinery: Machinery): Tollgate => {
  const { settings } = machinery;
  const engines: KeptChild[] = [];
  const redises: KeptChild[] = [];
  let unlock = (): void => undefined;

  const bringUpRedis = async (data: DataFolder): Promise<Step<string>> => {
    if (machinery.redisBinary === null) {
      const info = await checkForeignRedis(settings.engine.redisUrl);
      return info.isOk ? ok(info.value.get("redis_version") ?? "unknown") : info;
    }
    const started = await startRedis({
      ...machinery,
      data,
      binary: machinery.redisBinary,
      onStarted: (child) => redises.push(child),
    });
    return started.isOk ? ok(machinery.redisBinary.version) : started;
  };

  const bringUp = async (): Promise<Step<Up>> => {
    const data = openDataFolder(settings.dataFolder, settings.isDataFolderDefault);
    if (!data.isOk) return data;
    const lock = takeRunningLock(settings.dataFolder);
    if (!lock.isOk) return lock;
    unlock = lock.value.release;
    const ports = await checkPorts(portUses(settings));
    if (!ports.isOk) return ports;
    const prepared = prepareFolder(machinery, data.value);
    if (!prepared.isOk) return prepared;
    const tokens = prepareAccessTokens(data.value);
    if (!tokens.isOk) return tokens;
    const redisVersion = await bringUpRedis(data.value);
    if (!redisVersion.isOk) return redisVersion;
    if (machinery.stopping.aborted) return interrupted;
    const started = await startEngines({
      ...machinery,
      data: data.value,
      onStarted: (child) => engines.push(child),
    });
    if (!started.isOk) return started;
    return ok({
      data: data.value,
      tokens: tokens.value,
      engines: started.value,
      redis: redises[0] ?? null,
      redisVersion: redisVersion.value,
    });
  };

  return {
    bringUp,
    bringDown: async () => {
      await Promise.all(engines.map((engine) => engine.stop()));
      await Promise.all(redises.map((redis) => redis.stop()));
      unlock();
    },
    killAll: () => {
      for (const child of [...engines, ...redises]) child.kill();
    },
  };
};

const prepareFolder = (machinery: Machinery, data: DataFolder): Step<void> => {
  if (machinery.settings.isReset) {
    const reset = resetDataFolder(data);
    if (!reset.isOk) return reset;
    machinery.say("the data of earlier runs is deleted");
  }
  return createSubfolders(data);
};
