// What a fingerprint tells apart, and what it does not look at.

import { expect, test } from "vitest";
import { nextBelow, nextUint32, randomFrom } from "../values/random.ts";
import { fingerprint } from "./fingerprint.ts";

const update = (change: Record<number, unknown> = {}) =>
  Object.assign(
    [2, 99, "session-1", 7, "491701234567", 1_732_093_200_123, [[10, 0, 5_000_000_000]], null],
    change,
  );

test("is a whole number of 53 bits that every machine computes alike", () => {
  expect(fingerprint(update(), 2)).toBe(fingerprint(update(), 2));
  expect(fingerprint(update(), 2)).toMatchInlineSnapshot(`5951092385404226`);
  expect(Number.isSafeInteger(fingerprint(update(), 2))).toBe(true);
});

test("correlation and key do not count", () => {
  const body = fingerprint(update(), 2);
  expect(fingerprint(update({ 1: 100 }), 2)).toBe(body);
  expect(fingerprint(update({ 2: "session-2", 3: 8 }), 2)).toBe(body);
  expect(fingerprint(update({ 3: 8 }), 1)).not.toBe(body);
});

test.each([
  ["operation", { 0: 3 }],
  ["subscriber", { 4: "491701234568" }],
  ["time", { 5: 1_732_093_200_124 }],
  ["time, beyond 32 bits", { 5: 1_732_093_200_123 + 2 ** 40 }],
  ["rating group", { 6: [[11, 0, 5_000_000_000]] }],
  ["used units", { 6: [[10, 0, 5_000_000_001]] }],
  ["units moved to the other field", { 6: [[10, 5_000_000_000, 0]] }],
  ["nil for zero", { 6: [[10, null, 5_000_000_000]] }],
  [
    "one more rating group",
    {
      6: [
        [10, 0, 5_000_000_000],
        [20, 0, 0],
      ],
    },
  ],
  ["no rating group", { 6: [] }],
  ["flat instead of nested", { 6: [10, 0, 5_000_000_000] }],
  ["service information", { 7: ["4930", "26201"] }],
  ["empty service information", { 7: [null, null] }],
])("another %s is another fingerprint", (_, change) => {
  expect(fingerprint(update(change), 2)).not.toBe(fingerprint(update(), 2));
});

test("tells types apart", () => {
  const values = [0, 1, "", "0", "1", true, false, [], [0], [[]], "\u0000", -1, null];
  const all = values.map((value) => fingerprint([4, 1, "key", value, 0], 1));
  expect(new Set(all).size).toBe(values.length);
});

test("a nil at the end is the same as a field left out", () => {
  expect(fingerprint(update().slice(0, 7), 2)).toBe(fingerprint(update(), 2));
});

test("minus zero is zero", () => {
  expect(fingerprint([4, 1, "key", -0, 1], 1)).toBe(fingerprint([4, 1, "key", 0, 1], 1));
});

test("a million bodies that differ in a digit have no collision", () => {
  const seen = new Set<number>();
  for (let i = 0; i < 1_000_000; i++) {
    const used = [[10, i % 10, Math.floor(i / 10) % 100]];
    const time = 1_732_093_200_000 + Math.floor(i / 1_000);
    seen.add(fingerprint([2, 1, "session-1", 7, "491701234567", time, used, null], 2));
  }
  expect(seen.size).toBe(1_000_000);
});

test("each bit is set in half of the fingerprints of consecutive numbers", () => {
  const ones = new Array<number>(53).fill(0);
  for (let i = 0; i < 20_000; i++) {
    let rest = fingerprint([6, 1, "key", "account", "bucket", i], 1);
    for (let bit = 0; bit < 53; bit++, rest = Math.floor(rest / 2)) ones[bit]! += rest % 2;
  }
  for (const count of ones) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("a changed bit of an amount changes 26 bits on average", () => {
  const random = randomFrom(1);
  let changed = 0;
  for (let i = 0; i < 10_000; i++) {
    const amount = nextUint32(random);
    const flipped = (amount ^ (1 << nextBelow(random, 32))) >>> 0;
    const one = BigInt(fingerprint([4, 1, "key", amount, 1], 1));
    const other = BigInt(fingerprint([4, 1, "key", flipped, 1], 1));
    for (let rest = one ^ other; rest > 0n; rest >>= 1n) changed += Number(rest & 1n);
  }
  expect(changed / 10_000).toBeGreaterThan(25.5);
  expect(changed / 10_000).toBeLessThan(27.5);
});
