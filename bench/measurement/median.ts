// The middle of several rounds: what a noisy moment does to one of them does not reach it.

import { assert } from "../../engine/values/assert.ts";

/** Of an even number of values, the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  assert(values.length > 0, "median: no values");
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
};

export const medianOf = <T>(entries: readonly T[], value: (entry: T) => number): number =>
  median(entries.map(value));
