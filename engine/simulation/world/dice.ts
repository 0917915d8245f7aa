// What a world is dealt by: each turn has dice of its own, one pair for each purpose, so that a
// turn that is left out, or a fault that is switched off, changes nothing of what others are dealt.

import { nextBelow, nextFraction, type Random, randomFrom } from "../../values/random.ts";

export type Dice = {
  /** A whole number from 0 below `bound`. */
  below(bound: number): number;
  chance(share: number): boolean;
  /** One of them; of none undefined. */
  pick<T>(list: readonly T[]): T;
  /** By how much each weighs. */
  weighed<T extends string>(weights: Readonly<Record<T, number>>): T;
  shuffle<T>(list: readonly T[]): T[];
};

export const purposes = ["time", "faults", "traffic", "network", "wire", "answers"] as const;
export type Purpose = (typeof purposes)[number];

export const diceOf = (seed: number, turn: number, purpose: Purpose): Dice =>
  roll(randomFrom(seed, (turn + 1) * purposes.length + purposes.indexOf(purpose)));

export const roll = (random: Random): Dice => {
  const below = (bound: number) => nextBelow(random, bound);
  return {
    below,
    chance: (share) => nextFraction(random) < share,
    pick: (list) => list[below(Math.max(1, list.length))]!,
    weighed: (weights) => {
      const entries = Object.entries<number>(weights);
      let left = nextFraction(random) * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name as never;
      }
      return entries.at(-1)![0] as never;
    },
    shuffle: (list) => {
      const shuffled = [...list];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const k = below(i + 1);
        [shuffled[i], shuffled[k]] = [shuffled[k]!, shuffled[i]!];
      }
      return shuffled;
    },
  };
};
