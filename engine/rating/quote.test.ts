// What amounts cover, held to exact arithmetic in bigint up to 2^53 - 1. That Lua says the same is
// tested on a real Redis (lua/blocks.live.test.ts).

import fc from "fast-check";
import { expect, test } from "vitest";
import { amountMax } from "../values/units.ts";
import { quoteBlocks, quoteUnits } from "./quote.ts";

/** Small numbers, any numbers, and those where doubles begin to skip. */
const amounts = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 50 }).map((n) => amountMax - n),
);
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 2 ** 50 }),
  fc.integer({ min: 0, max: 50 }).map((n) => 2 ** n),
);
const prices = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.integer({ min: 0, max: 999_999_999_999_999 }),
);
const questions = fc
  .record({ available: amounts, units: amounts, size: sizes, price: prices, part: fc.maxSafeNat() })
  .map(({ part, ...rest }) => ({ ...rest, ahead: part % rest.size }));

type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never;
const ask = ({ available, units, ahead, size, price }: Question) =>
  quoteBlocks(available, units, ahead, { size, price });

/** The same in words: pay whole blocks for what is not paid ahead, as many as can be paid. */
const exactQuote = (question: Question) => {
  const [available, units, ahead, size, price] = [
    BigInt(question.available),
    BigInt(question.units),
    BigInt(question.ahead),
    BigInt(question.size),
    BigInt(question.price),
  ];
  if (units <= ahead) return { units, amount: 0n, ahead: ahead - units };
  if (price === 0n) return { units, amount: 0n, ahead: 0n };
  const needed = (units - ahead + size - 1n) / size;
  const affordable = available / price;
  if (needed <= affordable) {
    return { units, amount: needed * price, ahead: ahead + needed * size - units };
  }
  return { units: ahead + affordable * size, amount: affordable * price, ahead: 0n };
};

test("is exact up to 2^53 - 1", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const exact = exactQuote(question);
      expect(ask(question)).toEqual({
        units: Number(exact.units),
        amount: Number(exact.amount),
        ahead: Number(exact.ahead),
      });
    }),
    { numRuns: 8_000 },
  );
});

test("never costs more than is available, never covers more than is asked", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { units, amount, ahead } = ask(question);
      expect(amount).toBeLessThanOrEqual(question.available);
      expect(units).toBeLessThanOrEqual(question.units);
      expect(ahead).toBeLessThan(question.size);
      for (const n of [units, amount, ahead]) expect(Number.isSafeInteger(n) && n >= 0).toBe(true);
    }),
    { numRuns: 8_000 },
  );
});

test("more units never cost less and are never covered less", () => {
  fc.assert(
    fc.property(questions, amounts, (question, other) => {
      const [few, many] = [question.units, other].sort((a, b) => a - b) as [number, number];
      const less = ask({ ...question, units: few });
      const more = ask({ ...question, units: many });
      expect(more.amount).toBeGreaterThanOrEqual(less.amount);
      expect(more.units).toBeGreaterThanOrEqual(less.units);
    }),
    { numRuns: 8_000 },
  );
});

test("a usage reported in two parts costs what it costs in one", () => {
  fc.assert(
    fc.property(questions, fc.maxSafeNat(), (question, cut) => {
      const whole = ask(question);
      fc.pre(whole.units === question.units);
      const first = ask({ ...question, units: question.units === 0 ? 0 : cut % question.units });
      const second = ask({
        ...question,
        available: question.available - first.amount,
        units: question.units - first.units,
        ahead: first.ahead,
      });
      expect(first.amount + second.amount).toBe(whole.amount);
      expect(second.ahead).toBe(question.price === 0 ? second.ahead : whole.ahead);
    }),
    { numRuns: 8_000 },
  );
});

test("an allowance gives one unit for one, as far as it goes", () => {
  expect(quoteUnits(10, 4, 3)).toEqual({ units: 4, amount: 4, ahead: 3 });
  expect(quoteUnits(10, 14, 3)).toEqual({ units: 10, amount: 10, ahead: 3 });
  expect(quoteUnits(0, 14, 3)).toEqual({ units: 0, amount: 0, ahead: 3 });
});

test.each([
  { title: "a begun block is paid whole", ask: [100, 11, 0, 10, 3], is: [11, 6, 9] },
  { title: "what is paid ahead is used first", ask: [100, 9, 9, 10, 3], is: [9, 0, 0] },
  { title: "then the next block begins", ask: [100, 10, 9, 10, 3], is: [10, 3, 9] },
  { title: "money that does not pay a block pays nothing", ask: [2, 5, 0, 10, 3], is: [0, 0, 0] },
  { title: "only whole blocks are bought", ask: [8, 100, 4, 10, 3], is: [24, 6, 0] },
  { title: "a price of nothing needs no money", ask: [0, 100, 4, 10, 0], is: [100, 0, 0] },
  { title: "paid ahead needs no money either", ask: [0, 3, 4, 10, 3], is: [3, 0, 1] },
])("$title", ({ ask: [available, units, ahead, size, price], is }) => {
  const quote = quoteBlocks(available!, units!, ahead!, { size: size!, price: price! });
  expect([quote.units, quote.amount, quote.ahead]).toEqual(is);
});
