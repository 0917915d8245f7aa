// Draws from the distributions that traffic follows: log-normal for sizes and durations,
// exponential for the gaps between independent starts, weighted choice for everything that is
// counted.

import { assert } from "../../engine/values/assert.ts";
import { nextFraction, type Random } from "../../engine/values/random.ts";

/** By its mean, which can be compared with published averages; `sigma` is that of the logarithm. */
export type LogNormal = { readonly mean: number; readonly sigma: number };

export const nextLogNormal = (random: Random, { mean, sigma }: LogNormal): number =>
  mean * Math.exp(sigma * nextNormal(random) - (sigma * sigma) / 2);

/** Mean 0, deviation 1 (Box and Muller). */
export const nextNormal = (random: Random): number => {
  const radius = Math.sqrt(-2 * Math.log(1 - nextFraction(random)));
  return radius * Math.cos(2 * Math.PI * nextFraction(random));
};

/** The time to the next of events that come independently, `rate` of them per unit of time. */
export const nextGap = (random: Random, rate: number): number =>
  -Math.log(1 - nextFraction(random)) / rate;

/** Running sums of weights; the last one is their total. */
export type CumulativeWeights = Float64Array;

export const cumulate = (weights: readonly number[]): CumulativeWeights => {
  assert(weights.length > 0, "cumulate: no weights");
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, index) => {
    assert(weight >= 0 && Number.isFinite(weight), `cumulate: weight ${weight}`);
    sum += weight;
    sums[index] = sum;
  });
  return sums;
};

/** The index of a weight, as often as its share of the total. */
export const nextWeighted = (random: Random, sums: CumulativeWeights): number => {
  const aim = nextFraction(random) * (sums[sums.length - 1] as number);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > aim) high = middle;
    else low = middle + 1;
  }
  return low;
};
