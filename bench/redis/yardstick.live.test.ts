// The yardstick against a real Redis: plausible figures, nothing left behind.

import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import { measureYardstick } from "./yardstick.ts";

test("measures a rate and a cost that fit one core, and leaves no key behind", async () => {
  const redis = await startRedis({ appendOnly: true });
  onTestFinished(redis.stop);
  const { opsPerSecond, redisCpuUsPerOp } = await measureYardstick({
    port: redis.port,
    pid: redis.process.pid as number,
    binary: inject("redisServer"),
    seconds: 0.5,
  });
  expect(opsPerSecond).toBeGreaterThan(10_000);
  expect(redisCpuUsPerOp).toBeGreaterThan(0.1);
  // Redis carries commands out on one thread: no more than a second of CPU a second, and a little.
  expect(opsPerSecond * redisCpuUsPerOp).toBeLessThan(1.5e6);
  const client = new Redis(redis.url);
  onTestFinished(() => client.disconnect());
  expect(await client.dbsize()).toBe(0);
});
