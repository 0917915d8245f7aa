// Chance, by a seed: what the rounds of the oracle are dealt from.

import { nextBelow, type Random } from "../../values/random.ts";

export const pick = <T>(random: Random, some: readonly T[]): T =>
  some[nextBelow(random, some.length)] as T;

/** A whole number; both ends are possible. */
export const between = (random: Random, least: number, most: number): number =>
  least + nextBelow(random, most - least + 1);

/** True once in `times`. */
export const onceIn = (random: Random, times: number): boolean => nextBelow(random, times) === 0;
