// No room: on the disk of Redis, on that of Postgres, in the memory of Redis. And a Redis that
// comes back without the end of its file.

import { readdir, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Part } from "../world/part.ts";
import type { World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

const diskFull = (store: "redis" | "postgres"): Fault => ({
  name: `disk-full-${store}`,
  does: `no octet more on the disk of ${store}, then room again; started again if it ended`,
  heldMs: [1_000, 4_000],
  isRedisCrash: store === "redis",
  obstacle: ({ disks, diskObstacle }) => (disks === undefined ? diskObstacle : undefined),
  inject: async (world) => {
    const disk = world.disks![store];
    const part: Part = world[store];
    await disk.fill();
    return {
      where: "",
      lift: async () => {
        await disk.empty();
        if (!part.isRunning()) await part.start();
      },
    };
  },
});

const setMemory = async ({ redisUrl }: World, bytes: string): Promise<void> => {
  const client = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 0 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.config("SET", "maxmemory", bytes);
  } finally {
    client.disconnect();
  }
};

const memoryFull: Fault = {
  name: "memory-full-redis",
  does: "maxmemory of Redis below what it has, nothing evicted, then no bound again",
  heldMs: [1_000, 4_000],
  inject: async (world) => {
    await setMemory(world, "1mb");
    return { where: "", lift: () => setMemory(world, "0") };
  },
};

/** The part of the append-only file that grows. */
const growingFile = async ({ redisFolder }: World): Promise<string> => {
  const folder = path.join(redisFolder, "appendonlydir");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".incr.aof"));
  return path.join(folder, files.toSorted().at(-1)!);
};

/** As a power loss does, and a kill in the midst of a sync, but surely, and for so long. */
export const loseRedisEnd = (ms: number): Fault => ({
  name: "lose-redis-end",
  does: `kill -9 of redis, and the last ${ms} ms of its file are gone, as everysec may lose them`,
  heldMs: [100, 1_000],
  isRedisCrash: true,
  obstacle: ({ durability }) =>
    durability === "everysec" ? undefined : "only --durability everysec may lose anything",
  inject: async (world) => {
    const file = await growingFile(world);
    const { size } = await stat(file);
    await pause(ms);
    await world.redis.kill();
    if ((await growingFile(world)) === file) await truncate(file, size);
    return { where: "", lift: () => world.redis.start() };
  },
});

const lostMs = 1_000;

export const storeFaults: readonly Fault[] = [
  diskFull("redis"),
  diskFull("postgres"),
  memoryFull,
  loseRedisEnd(lostMs),
];
