// The cluster that the hot path is tried on: all slots served, each by the node that owns it.

import { Cluster } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startRedisCluster } from "./redis-cluster.ts";

test("three primaries serve all slots, and a client finds each key's owner", async () => {
  const cluster = await startRedisCluster({ primaries: 3 });
  onTestFinished(cluster.stop);
  const client = new Cluster([...cluster.urls]);
  onTestFinished(() => client.disconnect());
  const keys = Array.from({ length: 60 }, (_, shard) => `{${shard}}:key`);
  await Promise.all(keys.map((key) => client.set(key, key)));
  expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
  const sizes = await Promise.all(client.nodes("master").map((node) => node.dbsize()));
  expect(sizes).toHaveLength(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(keys.length);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});
