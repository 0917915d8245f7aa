// A failing world made smaller: without kinds of faults that it does not take, with fewer requests
// in a turn, without turns that do not matter. A turn that is left out changes nothing of what
// others are dealt (dice.ts), though it does of what they meet; what still disagrees is kept.

import { type Fault, faultNames } from "./faults.ts";

export type Smaller = {
  readonly without: readonly Fault[];
  readonly turns: readonly number[];
  readonly burst: number | undefined;
};

/** The last turn that it took to disagree; undefined: all agree. */
export type Attempt = (smaller: Smaller) => Promise<number | undefined>;

export type ShrinkOptions = {
  readonly attempt: Attempt;
  readonly attemptsMax: number;
  /** It has taken long enough. */
  readonly isLate?: () => boolean;
  readonly onProgress?: (smaller: Smaller, attempts: number) => void;
};

const bursts = [1, 2, 4, 8, 16, 32, 64];

export const shrink = async (
  begin: Smaller,
  { attempt, attemptsMax, isLate = () => false, onProgress }: ShrinkOptions,
): Promise<Smaller> => {
  let smallest = begin;
  let left = attemptsMax;
  const isFailing = async (candidate: Smaller): Promise<boolean> => {
    if (left-- <= 0 || isLate()) return false;
    const lastTurn = await attempt(candidate);
    if (lastTurn === undefined) return false;
    const turns = candidate.turns.filter((turn) => turn <= lastTurn);
    smallest = { ...candidate, turns };
    onProgress?.(smallest, attemptsMax - left);
    return true;
  };
  await isFailing(begin);
  for (const fault of faultNames) {
    if (smallest.without.includes(fault)) continue;
    await isFailing({ ...smallest, without: [...smallest.without, fault] });
  }
  for (const burst of bursts) {
    if (burst >= (smallest.burst ?? Number.POSITIVE_INFINITY)) break;
    if (await isFailing({ ...smallest, burst })) break;
  }
  // Halves, then quarters, …: what can be left out is.
  for (let parts = 2; left > 0 && !isLate(); ) {
    const { turns } = smallest;
    const size = Math.ceil(turns.length / parts);
    let isSmaller = false;
    for (let from = 0; from < turns.length && !isSmaller; from += size) {
      const rest = turns.filter((_, index) => index < from || index >= from + size);
      isSmaller = await isFailing({ ...smallest, turns: rest });
    }
    if (isSmaller) parts = Math.max(2, parts - 1);
    else if (size <= 1) break;
    else parts = Math.min(turns.length, 2 * parts);
  }
  return smallest;
};
