// No room: on the disk of Redis, on that of Postgres, in the memory of Redis.

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

export const storeFaults: readonly Fault[] = [diskFull("redis"), diskFull("postgres"), memoryFull];
