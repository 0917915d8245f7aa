// The order in which buckets give: total, so that the same account always burns the same way.

import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBurnOrder, type SlottedBucket } from "./burn-order.ts";
import { type Bucket, plainBucket } from "./profile.ts";

const slotted = (slot: number, bucket: Partial<Bucket> = {}): SlottedBucket => ({
  slot,
  bucket: {
    bucketId: `b${slot}`,
    unit: "octets",
    priority: 1,
    validFrom: 0,
    validUntil: 1_000,
    ratingGroups: [],
    ...plainBucket,
    ...bucket,
  },
});
const order = (...buckets: SlottedBucket[]) =>
  buckets.sort(compareBurnOrder).map(({ slot }) => slot);

test("what was bought as an allowance goes before money, whatever its priority", () => {
  expect(order(slotted(0, { unit: "money", priority: 0 }), slotted(1, { priority: 9 }))).toEqual([
    1, 0,
  ]);
});

test("then the operator's priority counts", () => {
  expect(order(slotted(0, { priority: 2 }), slotted(1, { validUntil: 5_000 }))).toEqual([1, 0]);
});

test("then what expires first", () => {
  expect(order(slotted(0, { validUntil: 2_000 }), slotted(1))).toEqual([1, 0]);
});

test("then the older slot", () => {
  expect(order(slotted(2), slotted(0), slotted(1))).toEqual([0, 1, 2]);
});

test("the order does not depend on where a bucket stood before", () => {
  const buckets = fc.record({
    unit: fc.constantFrom("money", "octets", "seconds"),
    priority: fc.integer({ min: 0, max: 2 }),
    validUntil: fc.integer({ min: 1, max: 3 }),
  }) as fc.Arbitrary<Partial<Bucket>>;
  fc.assert(
    fc.property(fc.array(buckets, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (list, keys) => {
      const some = list.map((bucket, slot) => slotted(slot, bucket));
      const shuffled = some
        .map((one) => ({ one, key: keys.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      expect(order(...shuffled)).toEqual(order(...some));
    }),
  );
});
