// Which counters a use was added to, by their names and periods: the journal has cells.

import { counterCell, type Profile } from "../balance/profile.ts";
import type { GroupUsage } from "./journal-record.ts";

export type CountedName = { readonly counterId: string; readonly period: number };

/** `profile`: the one that the account had then. */
export const countedNames = (
  { buckets, counters }: Pick<Profile, "buckets" | "counters">,
  usage: Pick<GroupUsage, "counters">,
): readonly CountedName[] =>
  counters.flatMap((counter, slot) => {
    const cell = counterCell(buckets.length, slot);
    const by = usage.counters.find((one) => one.cell === cell);
    return counter === null || by === undefined
      ? []
      : [{ counterId: counter.counterId, period: by.period }];
  });
