// Keys: one hash tag per shard, ids that cannot run into one another, and a hash that spreads.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { accountOf, hashOf, keys, shardOf } from "./keys.ts";
import { identifierPlace } from "./profiles.ts";

const shards = fc.nat(limits.shardsMax - 1);
const ids = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 128 })
  .map((codes) => String.fromCharCode(...codes));

test("every key of a shard carries the shard as its hash tag, its first braces", () => {
  fc.assert(
    fc.property(shards, ids, (shard, id) => {
      const ofShard = [
        keys.account(shard, id),
        keys.profile(shard, id),
        keys.identifiers(shard, 7),
        keys.journal(shard),
        keys.answers(shard),
        keys.answersPrevious(shard),
        keys.topUps(shard),
        keys.topUpsPrevious(shard),
        keys.deadlines(shard, 7),
        keys.sweep(shard),
      ];
      for (const key of ofShard) expect(key.startsWith(`{${shard}}:`)).toBe(true);
      expect(new Set(ofShard).size).toBe(ofShard.length);
    }),
  );
});

test("an account key gives back shard and id, whatever the id", () => {
  fc.assert(
    fc.property(shards, ids, (shard, accountId) => {
      const key = keys.account(shard, accountId);
      expect(accountOf(key)).toEqual({ shard, accountId });
      expect(key.slice(keys.accountIdAt(shard) - 1)).toBe(accountId);
    }),
  );
});

test.each([keys.profile(1, "a"), keys.journal(1), "account:a", "{x}:account:a", "{1}:account:"])(
  "%s is no account",
  (key) => {
    expect(accountOf(key)).toBeUndefined();
  },
);

test("hashes as FNV-1a does", () => {
  // Values of the reference code, http://www.isthe.com/chongo/tech/comp/fnv/.
  expect([hashOf(""), hashOf("a"), hashOf("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test("spreads accounts over shards, and identifiers over small hashes", () => {
  const counts = new Array<number>(16).fill(0);
  const places = new Map<string, number>();
  for (let i = 0; i < 64_000; i++) {
    const id = `msisdn-49151${String(i).padStart(8, "0")}`;
    counts[shardOf(id, 16)]! += 1;
    const { key } = identifierPlace(id, 16);
    places.set(key, (places.get(key) ?? 0) + 1);
  }
  for (const count of counts) expect(Math.abs(count - 4_000)).toBeLessThan(400);
  expect(Math.max(...places.values())).toBeLessThan(16);
});
