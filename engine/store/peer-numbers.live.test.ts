// Numbers of network elements, given out by engines that know nothing of each other.

import { afterAll, beforeAll, expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { openStore, type Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { createPeerNumbers } from "./peer-numbers.ts";

const redis = redisOfFile();
let store: Store;

beforeAll(async () => {
  store = await openStore({ url: redis.url, isCluster: false, onError: () => undefined });
});
afterAll(() => store.close());

test("a name has one number, whichever engine asks and however many do at once", async () => {
  const names = Array.from({ length: 50 }, (_, i) => `smf-${i}`);
  const engines = Array.from({ length: 8 }, () => createPeerNumbers(store));
  await Promise.all(engines.map((engine, i) => engine.claim([...names.slice(i), ...names])));
  const numbers = engines.map((engine) => names.map((name) => engine.find(name)));
  for (const seen of numbers) expect(seen).toEqual(numbers[0]);
  const sorted = [...numbers[0]!].sort((a, b) => a! - b!);
  expect(sorted).toEqual(names.map((_, i) => i + 1));
});

test("a new name gets the next number, an old one keeps its own", async () => {
  const engine = createPeerNumbers(store);
  const before = await redis.client.hlen(keys.peers);
  await engine.claim(["smf-3", "pgw-1"]);
  expect(engine.find("pgw-1")).toBe(before + 1);
  expect(engine.find("smf-3")).toBe(Number(await redis.client.hget(keys.peers, "smf-3")));
  expect(engine.find("never-claimed")).toBeUndefined();
});

test("when there are no more, a name has none", async () => {
  const all = Array.from({ length: limits.peerNumberMax }, (_, i) => [`full-${i}`, i + 1]);
  await redis.client.del(keys.peers);
  for (let i = 0; i < all.length; i += 5_000) {
    await redis.client.hset(keys.peers, ...(all.slice(i, i + 5_000).flat() as [string, number]));
  }
  const engine = createPeerNumbers(store);
  await engine.claim(["one-too-many", "full-7"]);
  expect([engine.find("one-too-many"), engine.find("full-7")]).toEqual([0, 8]);
});
