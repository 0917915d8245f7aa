// Slots are places of balances: a bucket that stays must keep its place, or its units would become
// another bucket's.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, type Counter, plainBucket, plainCounter } from "./profile.ts";
import { assignBucketSlots, assignCounterSlots } from "./slots.ts";

const bucket = (bucketId: string, unit: Bucket["unit"] = "octets"): Bucket => ({
  bucketId,
  unit,
  priority: 1,
  validFrom: 0,
  validUntil: 1,
  ratingGroups: [],
  ...plainBucket,
});
const counter = (counterId: string, unit: Counter["unit"] = "octets"): Counter => ({
  counterId,
  unit,
  ratingGroups: [],
  ...plainCounter,
});

test("the first buckets stand in the order they were named", () => {
  expect(assignBucketSlots([], [bucket("b"), bucket("a")])).toEqual({
    slots: [bucket("b"), bucket("a")],
    mustBeEmpty: [],
  });
});

test("a bucket that stays keeps its slot, however the others are named", () => {
  const old = [bucket("a"), bucket("b"), bucket("c")];
  const { slots, mustBeEmpty } = assignBucketSlots(old, [bucket("d"), bucket("c"), bucket("a")]);
  expect(slots.map((slot) => slot?.bucketId)).toEqual(["a", "d", "c"]);
  expect(mustBeEmpty).toEqual([1]);
});

test("a slot that nobody takes is vacant, and the next new bucket gets it", () => {
  const { slots: fewer } = assignBucketSlots([bucket("a"), bucket("b")], [bucket("b")]);
  expect(fewer.map((slot) => slot?.bucketId)).toEqual([undefined, "b"]);
  const { slots, mustBeEmpty } = assignBucketSlots(fewer, [bucket("b"), bucket("c"), bucket("d")]);
  expect(slots.map((slot) => slot?.bucketId)).toEqual(["c", "b", "d"]);
  expect(mustBeEmpty).toEqual([]);
});

test("a bucket that changes its unit keeps its slot but must be empty", () => {
  expect(assignBucketSlots([bucket("a")], [bucket("a", "money")])).toEqual({
    slots: [bucket("a", "money")],
    mustBeEmpty: [0],
  });
});

test("a bucket that changes otherwise keeps its units", () => {
  const changed = { ...bucket("a"), priority: 9, validUntil: 99, ratingGroups: [7] };
  expect(assignBucketSlots([bucket("a")], [changed])).toEqual({
    slots: [changed],
    mustBeEmpty: [],
  });
});

test("counters are given slots in the same way", () => {
  const { slots, mustBeEmpty } = assignCounterSlots(
    [counter("a"), null, counter("c")],
    [counter("c", "money"), counter("d")],
  );
  expect(slots.map((slot) => slot?.counterId)).toEqual(["d", undefined, "c"]);
  expect(mustBeEmpty).toEqual([0, 2]);
});

test("all that is wanted, once, in its old place if it had one, in no more slots", () => {
  const unit = fc.constantFrom("money" as const, "octets" as const);
  const buckets = fc.uniqueArray(
    fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e", "f"), unit }),
    { selector: ({ id }) => id },
  );
  fc.assert(
    fc.property(fc.array(buckets, { minLength: 1, maxLength: 6 }), (profiles) => {
      let old: readonly (Bucket | null)[] = [];
      let most = 0;
      for (const wanted of profiles.map((ids) => ids.map(({ id, unit }) => bucket(id, unit)))) {
        const { slots, mustBeEmpty } = assignBucketSlots(old, wanted);
        const taken = slots.filter((slot) => slot !== null);
        expect(new Set(taken)).toEqual(new Set(wanted));
        expect(taken).toHaveLength(wanted.length);
        most = Math.max(most, wanted.length);
        expect(slots).toHaveLength(most);
        for (const [slot, before] of old.entries()) {
          const after = slots[slot];
          const isKept =
            before === null || (after?.bucketId === before.bucketId && after.unit === before.unit);
          expect(mustBeEmpty.includes(slot)).toBe(!isKept);
          const isWanted = wanted.some(({ bucketId }) => bucketId === before?.bucketId);
          if (isWanted) expect(after?.bucketId).toBe(before?.bucketId);
        }
        old = slots;
      }
    }),
    { numRuns: 1_000 },
  );
});
