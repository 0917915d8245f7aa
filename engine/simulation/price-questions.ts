// Prices and questions to them by chance, for the tests that hold the three ways of reckoning
// together: TypeScript, Lua, and the naive one. Small numbers, where everything happens at once,
// and numbers up to 2^53 - 1, in few blocks so that the naive way comes to an end.

import fc from "fast-check";
import { type Price, plainPrice } from "../rating/price.ts";
import { notBegun, type Progress } from "../rating/price-quote.ts";
import { amountMax } from "../values/units.ts";

export type PriceQuestion = {
  readonly price: Price;
  readonly available: number;
  readonly units: number;
  readonly before: Progress;
};

type Scale = {
  readonly gap: fc.Arbitrary<number>;
  readonly blockUnits: fc.Arbitrary<number>;
  readonly micros: fc.Arbitrary<number>;
  readonly amount: fc.Arbitrary<number>;
};

const upTo = (max: number) => fc.integer({ min: 0, max });
const oftenZero = (micros: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), micros);

const stepsOf = ({ gap, blockUnits, micros }: Scale) => {
  const step = fc.record({
    gap,
    blockUnits,
    blockPriceMicros: fc.oneof({ weight: 3, arbitrary: micros }, fc.constant(0)),
    entryFeeMicros: oftenZero(micros),
  });
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => {
    let end = 0;
    return steps.map((step) => {
      const from = end;
      end += step.gap;
      const { blockUnits, blockPriceMicros, entryFeeMicros } = step;
      return { from, blockUnits, blockPriceMicros, entryFeeMicros };
    });
  });
};

const pricesOf = (scale: Scale): fc.Arbitrary<Price> =>
  fc.record({
    setupFeeMicros: oftenZero(scale.micros),
    minimumMicros: oftenZero(scale.micros),
    maximumMicros: fc.oneof(fc.constant(amountMax), scale.amount),
    initialBlockUnits: oftenZero(scale.blockUnits),
    initialBlockPriceMicros: scale.micros,
    tierCounterId: fc.constant(undefined),
    steps: stepsOf(scale),
  });

const questionsOf = (scale: Scale): fc.Arbitrary<PriceQuestion> => {
  const price = pricesOf(scale);
  const position = fc.oneof(scale.amount, fc.constant(0));
  const stepNumber = upTo(3);
  const rated = fc.oneof(fc.constant(notBegun), scale.amount);
  return fc
    .record({
      price,
      available: fc.oneof({ weight: 3, arbitrary: scale.amount }, fc.constant(amountMax)),
      units: scale.amount,
      before: fc.record({ position, ahead: oftenZero(scale.blockUnits), ratedMicros: rated }),
      stepNumber,
      isAtStep: fc.boolean(),
    })
    .map(({ stepNumber, isAtStep, ...question }) => {
      const from = question.price.steps[stepNumber]?.from;
      if (!isAtStep || from === undefined) return question;
      return { ...question, before: { ...question.before, position: from } };
    });
};

/** Everything within a few units and micros of everything else. */
export const smallQuestions = questionsOf({
  gap: fc.integer({ min: 1, max: 12 }),
  blockUnits: fc.integer({ min: 1, max: 7 }),
  micros: upTo(6),
  amount: upTo(60),
});

const nearest = fc.oneof(
  fc.maxSafeNat(),
  upTo(50).map((n) => amountMax - n),
  fc.tuple(fc.integer({ min: 44, max: 52 }), fc.integer({ min: -1, max: 1 })).map(([n, by]) => {
    return 2 ** n + by;
  }),
);

/** Where doubles begin to skip: blocks of 2^44 units and more, prices up to 10^15. */
export const largeQuestions = questionsOf({
  gap: fc.integer({ min: 1, max: 2 ** 48 }),
  blockUnits: fc.integer({ min: 2 ** 44, max: 2 ** 50 }),
  micros: fc.oneof(
    upTo(10 ** 15),
    upTo(50),
    upTo(50).map((n) => 10 ** 15 - n),
  ),
  amount: nearest,
});

/** Small blocks and large amounts: too many blocks for the naive way. */
export const longQuestions = questionsOf({
  gap: fc.integer({ min: 1, max: 2 ** 48 }),
  blockUnits: fc.integer({ min: 1, max: 2 ** 27 }),
  micros: upTo(2 ** 27),
  amount: fc.oneof(nearest, upTo(60)),
});

/** Divisors of any length, and quotients a hair above or below a whole number. */
const divisors = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.maxSafeNat())
  .map(([bits, n]) => 1 + (n % 2 ** bits));
const quotientQuestions: fc.Arbitrary<PriceQuestion> = fc
  .record({
    divisor: divisors,
    fewer: fc.integer({ min: 1, max: 3 }),
    isForUnits: fc.boolean(),
    off: fc.integer({ min: -1, max: 1 }),
  })
  .map(({ divisor, fewer, isForUnits, off }) => {
    const amount = (Math.floor(amountMax / divisor) - fewer) * divisor + off;
    return {
      price: plainPrice([
        {
          from: 0,
          blockUnits: isForUnits ? divisor : 1,
          blockPriceMicros: isForUnits ? 1 : divisor,
          entryFeeMicros: 0,
        },
      ]),
      available: isForUnits ? amountMax : amount,
      units: isForUnits ? amount : amountMax,
      before: { position: 0, ahead: 0, ratedMicros: notBegun },
    };
  });

export const anyQuestions = fc.oneof(
  smallQuestions,
  largeQuestions,
  longQuestions,
  quotientQuestions,
);
