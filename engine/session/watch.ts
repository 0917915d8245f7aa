// What Lua watches of an account's counters while it charges (lua/lib/watch.lua): caps, which are
// never passed, and thresholds, whose crossings are told.

import { stateSlot } from "../balance/companions.ts";
import { counterCell, type Profile, type Threshold } from "../balance/profile.ts";
import { amountMax } from "../values/units.ts";
import type { Counted, CountedBy } from "./counted.ts";

export type Watch = CountedBy & {
  /** Of what is reserved under the cap, and of the level. */
  readonly stateCell: number;
  /** `amountMax`: none. */
  readonly cap: number;
  readonly thresholds: readonly Threshold[];
};

export const watchesOf = (profile: Profile, counted: readonly Counted[]): readonly Watch[] =>
  counted.flatMap(({ counter, by }) => {
    const slot = stateSlot(profile, counter);
    if (slot === undefined) return [];
    const { cap, thresholds } = counter;
    return [
      {
        ...by,
        stateCell: counterCell(profile.buckets.length, slot),
        cap: cap ?? amountMax,
        thresholds,
      },
    ];
  });
