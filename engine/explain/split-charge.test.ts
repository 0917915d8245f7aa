// The parts of a charge against the whole, at prices of every form.

import fc from "fast-check";
import { expect, test } from "vitest";
import { notBegun, quotePrice } from "../rating/price-quote.ts";
import { largeQuestions, longQuestions, smallQuestions } from "../simulation/price-questions.ts";
import { amountMax } from "../values/units.ts";
import { freshCharge, splitCharge } from "./split-charge.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const half = Math.floor(amountMax / 2);

test(`the parts come to what all units come to at once (seed ${seed})`, () => {
  const questions = fc.oneof(smallQuestions, largeQuestions, longQuestions);
  fc.assert(
    fc.property(questions, ({ price, ...asked }) => {
      const units = Math.min(asked.units, half);
      const position = Math.min(asked.before.position, half);
      const start = { position, ahead: 0, ratedMicros: notBegun };
      const whole = quotePrice(price, amountMax, units, start);
      const split = splitCharge(price, freshCharge(units, position));
      expect(split.totalMicros).toBe(whole.amount);
      expect(split.units).toBe(whole.units);
      expect(split.ahead).toBe(whole.progress.ahead);
      const rated = split.parts.reduce(
        (sum, part) => sum + (part.feeMicros + part.blocksMicros),
        0,
      );
      expect(rated).toBe(Math.max(0, whole.progress.ratedMicros));
      expect(rated + (split.setupFeeMicros + split.boundsMicros)).toBe(split.totalMicros);
    }),
    { seed, numRuns: 5_000 },
  );
});

test(`a part is as many blocks as it says, at the price of its step (seed ${seed})`, () => {
  fc.assert(
    fc.property(smallQuestions, ({ price, units, before: { position } }) => {
      let end = position;
      for (const part of splitCharge(price, freshCharge(units, position)).parts) {
        const { step, from, until, blocks, paidBefore, blocksMicros } = part;
        expect(from).toBe(end);
        end = until;
        expect(step).toBe(price.steps.findLast((one) => one.from < until));
        const each = part.isInitialBlock ? price.initialBlockPriceMicros : step.blockPriceMicros;
        expect(blocksMicros).toBe(blocks * each);
        if (blocks > 0 && !part.isInitialBlock) {
          expect(paidBefore + blocks * step.blockUnits).toBeGreaterThanOrEqual(until - from);
          expect(paidBefore + (blocks - 1) * step.blockUnits).toBeLessThan(until - from);
        }
      }
      expect(end).toBe(position + units);
    }),
    { seed, numRuns: 5_000 },
  );
});
