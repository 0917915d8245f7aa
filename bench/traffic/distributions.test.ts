// The draws have the means and shares that they are asked for.

import fc from "fast-check";
import { expect, test } from "vitest";
import { randomFrom } from "../../engine/values/random.ts";
import { cumulate, nextGap, nextLogNormal, nextNormal, nextWeighted } from "./distributions.ts";

const draws = 200_000;
const meanOf = (draw: () => number): number => {
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += draw();
  return sum / draws;
};

test("the normal distribution has mean 0 and deviation 1", () => {
  const random = randomFrom(1);
  expect(meanOf(() => nextNormal(random))).toBeCloseTo(0, 1);
  expect(meanOf(() => nextNormal(random) ** 2)).toBeCloseTo(1, 1);
});

test("a log-normal draw has the mean that was asked for, and its median below it", () => {
  const random = randomFrom(2);
  const calls = { mean: 150, sigma: 1.1 };
  expect(meanOf(() => nextLogNormal(random, calls)) / 150).toBeCloseTo(1, 1);
  const medianExpected = 150 * Math.exp(-(1.1 ** 2) / 2); // 82 s
  const below = meanOf(() => (nextLogNormal(random, calls) < medianExpected ? 1 : 0));
  expect(below).toBeCloseTo(0.5, 2);
});

test("gaps have the mean of one over the rate", () => {
  const random = randomFrom(3);
  expect(meanOf(() => nextGap(random, 4))).toBeCloseTo(0.25, 2);
});

test("a weight of nothing is never chosen; the others by their share", () => {
  const random = randomFrom(4);
  const sums = cumulate([1, 0, 3, 0]);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[nextWeighted(random, sums)]! += 1;
  expect(counts[1]).toBe(0);
  expect(counts[3]).toBe(0);
  expect((counts[2] ?? 0) / draws).toBeCloseTo(0.75, 2);
});

test("a choice is always one of the weights that count", () => {
  const weightLists = fc
    .array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 40 })
    .filter((weights) => weights.some((weight) => weight > 0));
  fc.assert(
    fc.property(weightLists, fc.nat(), (weights, seed) => {
      const index = nextWeighted(randomFrom(seed), cumulate(weights));
      expect(weights[index]).toBeGreaterThan(0);
    }),
  );
});
