// What discounts leave of a block's price, held to exact fractions.

import fc from "fast-check";
import { expect, test } from "vitest";
import { applyDiscounts, discountTiers, type Reduction } from "./discounts.ts";

const percent = (n: number): Reduction => ({ partsPerMillion: n * 10_000 });
const off = (micros: number): Reduction => ({ micros });

test.each<[string, number, Reduction[], number]>([
  ["none leave a price as it is", 12_000, [], 12_000],
  ["a tenth is taken off", 12_000, [percent(10)], 10_800],
  ["half a micro is rounded up", 25, [percent(10)], 23],
  ["less than half is rounded down", 26, [percent(10)], 23],
  ["rounding comes once, at the end", 7, [percent(50), percent(50)], 2],
  ["an amount comes off what is left", 12_000, [percent(50), off(1_000)], 5_000],
  ["a share comes off what an amount left", 12_000, [off(1_000), percent(50)], 5_500],
  ["a price never falls below nothing", 500, [off(1_000), percent(10)], 0],
  ["what fell to nothing does not come back", 500, [off(1_000), off(0)], 0],
  ["all is taken off by a hundred per cent", 10 ** 15, [percent(100)], 0],
  [
    "a millionth of the largest price is exact",
    10 ** 15,
    [{ partsPerMillion: 1 }],
    999_999_000_000_000,
  ],
])("%s", (_title, price, discounts, left) => {
  expect(applyDiscounts(price, discounts)).toBe(left);
});

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const discount: fc.Arbitrary<Reduction> = fc.oneof(
  fc.record({ partsPerMillion: fc.integer({ min: 0, max: 1_000_000 }) }),
  fc.record({ micros: fc.integer({ min: 0, max: 1_000_000 }) }),
);

test(`one discount more never makes a price higher (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.nat(10 ** 9), fc.array(discount, { maxLength: 5 }), (price, discounts) => {
      let before = price;
      for (const [index] of discounts.entries()) {
        const after = applyDiscounts(price, discounts.slice(0, index + 1));
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(0);
        before = after;
      }
    }),
    { seed, numRuns: 2_000 },
  );
});

test("parts tiers where a discount begins; an entry fee is due once", () => {
  const tier = { blockUnits: 60, blockPriceMicros: 100, entryFeeMicros: 7 };
  const discounts = [
    { partsPerMillion: 100_000, from: 0 },
    { micros: 40, from: 500 },
    { micros: 20, from: 1_000 },
  ];
  const parts = discountTiers(
    [
      { ...tier, upTo: 1_000 },
      { ...tier, upTo: undefined },
    ],
    discounts,
  );
  expect(parts).toEqual([
    { blockUnits: 60, upTo: 500, blockPriceMicros: 90, entryFeeMicros: 7 },
    { blockUnits: 60, upTo: 1_000, blockPriceMicros: 50, entryFeeMicros: 0 },
    { blockUnits: 60, upTo: undefined, blockPriceMicros: 30, entryFeeMicros: 7 },
  ]);
});
