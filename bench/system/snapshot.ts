// The state of a Redis as a file, and another Redis that begins from it as often as it is asked to:
// what was recorded from a state can only be replayed on the same state.

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Durability } from "../../engine/config.ts";
import { startGuardian } from "../../scripts/testing/guardian.ts";
import { type RunningRedis, startRedis } from "../../scripts/testing/redis-server.ts";
import { askRedis, infoNumber, startSettings } from "./bench-redis.ts";

const pollMs = 20;
const fileName = "dump.rdb";

export type Snapshot = { readonly file: string; remove(): Promise<void> };

/** Nobody may write meanwhile. */
export const takeSnapshot = async ({ url, folder }: RunningRedis): Promise<Snapshot> => {
  const kept = await mkdtemp(path.join(tmpdir(), "tollgate-snapshot-"));
  // It removes the folder, also when we are killed.
  const guardian = startGuardian(kept);
  const redis = await askRedis(url);
  try {
    await waitForRewrite(redis);
    await redis.bgsave();
    await waitWhile(redis, "rdb_bgsave_in_progress");
    await copyFile(path.join(folder, fileName), path.join(kept, fileName));
  } finally {
    redis.disconnect();
  }
  return {
    file: path.join(kept, fileName),
    remove: guardian.release,
  };
};

export type Copy = {
  readonly redis: RunningRedis;
  /** Puts it back into the snapshot's state, writing its append-only file again. */
  restore(): Promise<void>;
  stop(): Promise<void>;
};

export const startCopy = async (snapshot: Snapshot, durability: Durability): Promise<Copy> => {
  // A snapshot is only loaded by a Redis without an append-only file: that is switched on later.
  const redis = await startRedis({ appendOnly: false, extra: startSettings(durability) });
  const restore = async (): Promise<void> => {
    await redis.kill();
    await rm(path.join(redis.folder, "appendonlydir"), { recursive: true, force: true });
    await copyFile(snapshot.file, path.join(redis.folder, fileName));
    await redis.restart();
    const connection = await askRedis(redis.url);
    await connection.config("SET", "appendonly", "yes");
    await waitForRewrite(connection);
    connection.disconnect();
  };
  return { redis, restore, stop: redis.stop };
};

/** Rewrites the file now, so that its growth does not make that due amid a measurement. */
export const rewriteFile = async (redis: Redis): Promise<void> => {
  await waitForRewrite(redis);
  await redis.bgrewriteaof();
  await waitForRewrite(redis);
};

/** Until nothing is being rewritten in the background, nor waits to be. */
export const waitForRewrite = async (redis: Redis): Promise<void> => {
  await waitWhile(redis, "aof_rewrite_scheduled");
  await waitWhile(redis, "aof_rewrite_in_progress");
};

const waitWhile = async (redis: Redis, name: string): Promise<void> => {
  while ((await infoNumber(redis, "persistence", name)) === 1) await pause(pollMs);
};
