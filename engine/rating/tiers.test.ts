// What tiers come to, unit after unit, held to what their kinds say in words; and what is refused.

import fc from "fast-check";
import { expect, test } from "vitest";
import { amountMax } from "../values/units.ts";
import { type PriceStep, plainPrice } from "./price.ts";
import { notBegun, quotePrice } from "./price-quote.ts";
import { compileTiers, type Tier, type TierKind } from "./tiers.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 2_000, interruptAfterTimeLimit: 5_000 };
const unitsMax = 50;

const stepsOf = (kind: TierKind, tiers: readonly Tier[]): readonly PriceStep[] => {
  const compiled = compileTiers(kind, tiers);
  if (!compiled.isOk) throw new Error(compiled.error.join("\n"));
  return compiled.value;
};

const cover = (steps: readonly PriceStep[], position: number, units: number) => {
  const before = { position, ahead: 0, ratedMicros: notBegun };
  return quotePrice(plainPrice(steps), amountMax, units, before).amount;
};

const tiersOf = (blockUnits: fc.Arbitrary<number>): fc.Arbitrary<Tier[]> =>
  fc
    .array(
      fc.record({
        length: fc.integer({ min: 1, max: 12 }),
        blockUnits,
        blockPriceMicros: fc.integer({ min: 0, max: 9 }),
        entryFeeMicros: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((drawn) => {
      let end = 0;
      return drawn.map(({ length, ...tier }, index) => {
        end += length;
        return { upTo: index === drawn.length - 1 ? undefined : end, ...tier };
      });
    });
const anyBlocks = tiersOf(fc.integer({ min: 1, max: 7 }));
const singleUnits = tiersOf(fc.constant(1));

const tierAt = (tiers: readonly Tier[], unit: number) =>
  tiers.find(({ upTo }) => upTo === undefined || unit <= upTo)!;

/** All units at the price of the tier reached, had nothing been charged before. */
const totalAt = (tiers: readonly Tier[], units: number) => {
  if (units === 0) return 0;
  const { blockUnits, blockPriceMicros, entryFeeMicros } = tierAt(tiers, units);
  return entryFeeMicros + Math.ceil(units / blockUnits) * blockPriceMicros;
};

const mostUpTo = (tiers: readonly Tier[], units: number) =>
  Math.max(...Array.from({ length: units + 1 }, (_, fewer) => totalAt(tiers, fewer)));

test(`volume tiers cost the most that any fewer units come to (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyBlocks, (tiers) => {
      const steps = stepsOf("volume", tiers);
      const all = Array.from({ length: unitsMax }, (_, units) => units);
      expect(all.map((units) => cover(steps, 0, units))).toEqual(
        all.map((units) => mostUpTo(tiers, units)),
      );
    }),
    runs,
  );
});

test(`however many sessions use volume tiers by the unit, they pay the same (seed ${seed})`, () => {
  fc.assert(
    fc.property(singleUnits, fc.nat(unitsMax), fc.nat(unitsMax), (tiers, before, units) => {
      expect(cover(stepsOf("volume", tiers), before, units)).toBe(
        mostUpTo(tiers, before + units) - mostUpTo(tiers, before),
      );
    }),
    runs,
  );
});

test(`a volume tier takes four steps at most, in ascending order from 0 (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyBlocks, (tiers) => {
      const steps = stepsOf("volume", tiers);
      expect(steps.length).toBeLessThanOrEqual(4 * tiers.length);
      expect(steps[0]!.from).toBe(0);
      for (const [i, { from }] of steps.entries()) {
        if (i > 0) expect(from).toBeGreaterThan(steps[i - 1]!.from);
      }
    }),
    runs,
  );
});

test(`graduated tiers price each unit by its tier, the first with its fee (seed ${seed})`, () => {
  fc.assert(
    fc.property(singleUnits, fc.nat(unitsMax), fc.nat(unitsMax), (tiers, before, units) => {
      let sum = 0;
      for (let unit = before + 1; unit <= before + units; unit++) {
        const tier = tierAt(tiers, unit);
        sum += tier.blockPriceMicros;
        if (unit === 1 || tierAt(tiers, unit - 1) !== tier) sum += tier.entryFeeMicros;
      }
      expect(cover(stepsOf("graduated", tiers), before, units)).toBe(sum);
    }),
    runs,
  );
});

const tier = (upTo: number | undefined, blockUnits: number, price: number, fee = 0): Tier => ({
  upTo,
  blockUnits,
  blockPriceMicros: price,
  entryFeeMicros: fee,
});

test("a package that is begun is paid whole", () => {
  const steps = stepsOf("package", [tier(200, 100, 5), tier(undefined, 500, 9)]);
  expect([1, 100, 101, 200, 201, 700, 701].map((units) => cover(steps, 0, units))).toEqual([
    5, 5, 10, 10, 19, 19, 28,
  ]);
});

test("after a cheaper volume tier begins nothing is due until it has caught up", () => {
  const steps = stepsOf("volume", [tier(10, 1, 5), tier(undefined, 1, 3)]);
  expect(steps).toEqual([
    { from: 0, blockUnits: 1, blockPriceMicros: 5, entryFeeMicros: 0 },
    { from: 10, blockUnits: 1, blockPriceMicros: 0, entryFeeMicros: 0 },
    { from: 16, blockUnits: 1, blockPriceMicros: 0, entryFeeMicros: 1 },
    { from: 17, blockUnits: 1, blockPriceMicros: 3, entryFeeMicros: 0 },
  ]);
});

test("a dearer volume tier lets the difference fall due with its first unit", () => {
  const steps = stepsOf("volume", [tier(10, 1, 3), tier(undefined, 2, 7)]);
  expect(steps).toEqual([
    { from: 0, blockUnits: 1, blockPriceMicros: 3, entryFeeMicros: 0 },
    { from: 10, blockUnits: 2, blockPriceMicros: 7, entryFeeMicros: 5 },
  ]);
});

test("a volume tier of free units is one step, with what falls due when it begins", () => {
  const steps = stepsOf("volume", [tier(10, 1, 3), tier(20, 3, 0, 32), tier(undefined, 1, 3)]);
  expect(steps).toEqual([
    { from: 0, blockUnits: 1, blockPriceMicros: 3, entryFeeMicros: 0 },
    { from: 10, blockUnits: 3, blockPriceMicros: 0, entryFeeMicros: 2 },
    { from: 20, blockUnits: 1, blockPriceMicros: 3, entryFeeMicros: 28 },
  ]);
});

test("a cheaper volume tier may be so cheap that it never catches up", () => {
  const steps = stepsOf("volume", [tier(2 ** 50, 1, 7), tier(undefined, 2 ** 50, 1)]);
  expect(steps.at(-1)).toEqual({
    from: 2 ** 50,
    blockUnits: 2 ** 50,
    blockPriceMicros: 0,
    entryFeeMicros: 0,
  });
});

const whole = 2 ** 50;

test.each<[string, TierKind, Tier[], string[]]>([
  ["no tier", "graduated", [], ["steps: expected at least one tier"]],
  [
    "tiers that do not ascend",
    "graduated",
    [tier(10, 1, 1), tier(10, 1, 1), tier(undefined, 1, 1)],
    ["steps[1].upTo: expected more than 10, got 10"],
  ],
  [
    "a tier after one that does not end",
    "volume",
    [tier(undefined, 1, 1), tier(undefined, 1, 1)],
    ["steps[0].upTo: left out, though another tier follows"],
  ],
  [
    "units without a tier",
    "graduated",
    [tier(10, 1, 1)],
    ["steps[0].upTo: units beyond 10 have no tier; leave it out"],
  ],
  [
    "absurd numbers, all at once",
    "volume",
    [tier(0, 0, 10 ** 15 + 1, -1), tier(whole + 1, 1.5, Number.NaN), tier(undefined, 1, 1)],
    [
      `steps[0].upTo: expected 1 to ${whole} whole units, got 0`,
      `steps[0].blockUnits: expected 1 to ${whole} whole units, got 0`,
      "steps[0].blockPrice: expected 0 to 1000000000000000 whole micros, got 1000000000000001",
      "steps[0].entryFee: expected 0 to 1000000000000000 whole micros, got -1",
      `steps[1].upTo: expected 1 to ${whole} whole units, got ${whole + 1}`,
      `steps[1].blockUnits: expected 1 to ${whole} whole units, got 1.5`,
      "steps[1].blockPrice: expected 0 to 1000000000000000 whole micros, got NaN",
      "steps[0].upTo: expected more than 0, got 0",
    ],
  ],
  [
    "a package that would reach into the next tier",
    "package",
    [tier(20, 10, 1), tier(35, 10, 1), tier(undefined, 10, 1)],
    ["steps[1].upTo: expected whole packages of 10 after 20, got 35"],
  ],
  [
    "a difference between volume tiers that nobody could pay",
    "volume",
    [tier(10 ** 9, 1, 1), tier(undefined, 1, 10 ** 12)],
    ["steps[1]: more than 1000000000000000 micros fall due beyond unit 1000000000"],
  ],
])("%s is refused", (_title, kind, tiers, problems) => {
  expect(compileTiers(kind, tiers)).toEqual({ isOk: false, error: problems });
});
