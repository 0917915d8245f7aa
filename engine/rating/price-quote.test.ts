// What amounts cover at a price with steps and fees, held to the naive reckoning and to what must
// be so of any price. That Lua says the same is tested on a real Redis (lua/price.live.test.ts).

import fc from "fast-check";
import { expect, test } from "vitest";
import { coverNaively, type NaiveProgress } from "../simulation/naive-price.ts";
import {
  anyQuestions,
  largeQuestions,
  type PriceQuestion,
  smallQuestions,
} from "../simulation/price-questions.ts";
import { amountMax } from "../values/units.ts";
import { type Price, plainPrice } from "./price.ts";
import { notBegun, quotePrice } from "./price-quote.ts";
import { quoteBlocks } from "./quote.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = (numRuns: number) => ({ seed, numRuns, interruptAfterTimeLimit: 5_000 });

const ask = ({ price, available, units, before }: PriceQuestion) =>
  quotePrice(price, available, units, before);

const clampToMax = (n: bigint) => Number(n < BigInt(amountMax) ? n : BigInt(amountMax));

const askNaively = ({ price, available, units, before }: PriceQuestion) => {
  const { ratedMicros } = before;
  const progress: NaiveProgress = {
    position: BigInt(before.position),
    ahead: BigInt(before.ahead),
    rated: ratedMicros === notBegun ? undefined : BigInt(ratedMicros),
  };
  const covered = coverNaively(price, BigInt(available), BigInt(units), progress);
  return {
    units: Number(covered.units),
    amount: available - Number(covered.money),
    progress: {
      position: clampToMax(progress.position),
      ahead: Number(progress.ahead),
      ratedMicros: progress.rated === undefined ? notBegun : clampToMax(progress.rated),
    },
  };
};

test(`is what block after block comes to (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.oneof(smallQuestions, smallQuestions, largeQuestions), (question) => {
      expect(ask(question)).toEqual(askNaively(question));
    }),
    runs(20_000),
  );
});

test(`never gives more than there is, never covers more than asked (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyQuestions, (question) => {
      const { units, amount, progress } = ask(question);
      expect(amount).toBeLessThanOrEqual(question.available);
      expect(units).toBeLessThanOrEqual(question.units);
      for (const n of [units, amount, progress.position, progress.ahead]) {
        expect(Number.isSafeInteger(n) && n >= 0).toBe(true);
      }
      expect(Number.isSafeInteger(progress.ratedMicros)).toBe(true);
      expect(progress.ratedMicros).toBeGreaterThanOrEqual(question.before.ratedMicros);
    }),
    runs(10_000),
  );
});

test(`more units never cost less and are never covered less (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyQuestions, fc.maxSafeNat(), (question, other) => {
      const less = ask({ ...question, units: other % (question.units + 1) });
      const more = ask(question);
      expect(more.amount).toBeGreaterThanOrEqual(less.amount);
      expect(more.units).toBeGreaterThanOrEqual(less.units);
    }),
    runs(10_000),
  );
});

test(`a usage reported in two parts costs what it costs in one (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyQuestions, fc.maxSafeNat(), (question, cut) => {
      const whole = ask(question);
      fc.pre(whole.units === question.units);
      const first = ask({ ...question, units: cut % (question.units + 1) });
      const second = ask({
        ...question,
        available: question.available - first.amount,
        units: question.units - first.units,
        before: first.progress,
      });
      expect(first.amount + second.amount).toBe(whole.amount);
      expect(first.units + second.units).toBe(whole.units);
      expect(second.progress).toEqual(whole.progress);
    }),
    runs(10_000),
  );
});

test(`what is left does not pay one unit more (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyQuestions, (question) => {
      const { units, amount, progress } = ask(question);
      fc.pre(units < question.units);
      const available = question.available - amount;
      const one = { ...question, available, units: 1, before: progress };
      expect(ask(one)).toEqual({ units: 0, amount: 0, progress });
      expect(askNaively(one)).toEqual({ units: 0, amount: 0, progress });
    }),
    runs(10_000),
  );
});

const plain = (blockUnits: number, blockPriceMicros: number): Price =>
  plainPrice([{ from: 0, blockUnits, blockPriceMicros, entryFeeMicros: 0 }]);

test(`one step and nothing else costs what it does by the block (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyQuestions, ({ price, available, units, before }) => {
      const { blockUnits: size, blockPriceMicros } = price.steps[0]!;
      const asPlain = plain(size, blockPriceMicros);
      const ratedMicros = Math.min(before.ratedMicros, amountMax - available);
      const quote = quotePrice(asPlain, available, units, { ...before, ratedMicros });
      expect({ units: quote.units, amount: quote.amount, ahead: quote.progress.ahead }).toEqual(
        quoteBlocks(available, units, before.ahead, { size, price: blockPriceMicros }),
      );
    }),
    runs(20_000),
  );
});

const start = { position: 0, ahead: 0, ratedMicros: notBegun };
const at = (position: number, ahead: number, ratedMicros: number) => ({
  position,
  ahead,
  ratedMicros,
});
/** 3 a block of 10; from 100 on 2 a block of 20, after a fee of 5. */
const twoSteps: Price = {
  ...plain(10, 3),
  steps: [
    { from: 0, blockUnits: 10, blockPriceMicros: 3, entryFeeMicros: 0 },
    { from: 100, blockUnits: 20, blockPriceMicros: 2, entryFeeMicros: 5 },
  ],
};

test.each<[string, Price, [number, number, Parameters<typeof at>?], number[]]>([
  ["a begun block is paid whole", plain(10, 3), [100, 11], [11, 6, 11, 9, 6]],
  ["setup fee comes once", { ...plain(10, 3), setupFeeMicros: 7 }, [100, 11], [11, 13, 11, 9, 6]],
  [
    "setup fee comes not again",
    { ...plain(10, 3), setupFeeMicros: 7 },
    [100, 11, [11, 9, 6]],
    [11, 3, 22, 8, 9],
  ],
  [
    "without money for a block there is no setup",
    { ...plain(10, 3), setupFeeMicros: 7 },
    [9, 11],
    [0, 0, 0, 0, -1],
  ],
  [
    "setup fee comes even where units are free",
    { ...plain(10, 0), setupFeeMicros: 7 },
    [100, 11],
    [11, 7, 11, 0, 0],
  ],
  ["a minimum is paid at once", { ...plain(10, 3), minimumMicros: 8 }, [9, 5], [5, 8, 5, 5, 3]],
  [
    "and rated against later",
    { ...plain(10, 3), minimumMicros: 8 },
    [1, 20, [5, 5, 3]],
    [20, 1, 25, 5, 9],
  ],
  [
    "beyond a maximum all is free",
    { ...plain(10, 3), maximumMicros: 7 },
    [7, 1_000],
    [1_000, 7, 1_000, 0, 300],
  ],
  [
    "a maximum that cannot be reached caps nothing",
    { ...plain(10, 3), maximumMicros: 7 },
    [6, 1_000],
    [20, 6, 20, 0, 6],
  ],
  ["a step's end owes no fee", twoSteps, [100, 100], [100, 30, 100, 0, 30]],
  ["the next unit does", twoSteps, [100, 1, [100, 0, 30]], [1, 7, 101, 19, 37]],
  ["so does a unit that is paid ahead", twoSteps, [100, 1, [100, 4, 30]], [1, 5, 101, 3, 35]],
  ["without money for the fee it waits", twoSteps, [4, 1, [100, 4, 30]], [0, 0, 100, 4, 30]],
  ["a fee alone buys no block", twoSteps, [6, 1, [100, 0, 30]], [0, 0, 100, 0, 30]],
  [
    "a block reaches into the next step and stays paid",
    twoSteps,
    [100, 20, [95, 0, 0]],
    [20, 10, 115, 10, 10],
  ],
  [
    "the first block may be another one",
    { ...plain(10, 3), initialBlockUnits: 60, initialBlockPriceMicros: 9 },
    [100, 61],
    [61, 12, 61, 9, 12],
  ],
])("%s", (_title, price, [available, units, before], [covered, amount, ...progress]) => {
  const quote = quotePrice(price, available, units, before === undefined ? start : at(...before));
  const [position, ahead, ratedMicros] = progress;
  expect(quote).toEqual({
    units: covered,
    amount,
    progress: { position, ahead, ratedMicros },
  });
});

test("without a maximum nothing is paid beyond the largest amount", () => {
  const before = { position: 0, ahead: 0, ratedMicros: amountMax - 5 };
  const quote = quotePrice(plain(1, 3), amountMax, 10, before);
  expect(quote.units).toBe(1);
  expect(quote.progress.ratedMicros).toBe(amountMax - 2);
});

test("as many blocks as there are seconds in a million years take no time", () => {
  const price: Price = { ...twoSteps, maximumMicros: 10 ** 15 };
  const quote = quotePrice(price, amountMax, 31_556_952_000_000, start);
  expect(quote.units).toBe(31_556_952_000_000);
  expect(quote.amount).toBe(30 + 5 + (31_556_952_000_000 - 100) / 10);
});
