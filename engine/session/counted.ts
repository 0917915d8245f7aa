// Which counters count a use, and for which of their periods.

import { periodAt } from "../balance/calendar-period.ts";
import { isCompanion } from "../balance/companions.ts";
import { type Counter, counterCell, type Profile, serves } from "../balance/profile.ts";
import { zoneNamed } from "../balance/zone-named.ts";
import type { PricePlan } from "./price-plan.ts";
import type { Serving } from "./serving.ts";

export type CountedBy = {
  readonly cell: number;
  readonly isMoney: boolean;
  /** The period that holds now; 0: the counter has none. */
  readonly period: number;
};

/** A counter as a plan has it, and when the period that it counts begins and ends. */
export type Counted = {
  readonly counter: Counter;
  readonly by: CountedBy;
  readonly boundaries: readonly number[];
};

export const countersOf = (
  profile: Profile,
  { group, published }: PricePlan,
  { isServed }: Serving,
  at: number,
): Counted[] => {
  const isInCurrency = published.tariff.currency === profile.currency;
  const counted: Counted[] = [];
  for (const [slot, counter] of profile.counters.entries()) {
    if (counter === null || isCompanion(counter)) continue;
    if (!serves(counter.ratingGroups, group.ratingGroup)) continue;
    const isOfUse = counter.unit === "money" ? isInCurrency : counter.unit === group.unit;
    if (isOfUse && isServed(counter.eligibility)) counted.push(countedAt(profile, slot, at));
  }
  return counted;
};

const countedAt = (profile: Profile, slot: number, at: number): Counted => {
  const counter = profile.counters[slot]!;
  const cell = counterCell(profile.buckets.length, slot);
  const isMoney = counter.unit === "money";
  if (counter.period === null) return { counter, by: { cell, isMoney, period: 0 }, boundaries: [] };
  const { number: period, from, until } = periodAt(counter.period, zoneNamed(profile.timeZone), at);
  return { counter, by: { cell, isMoney, period }, boundaries: [from, until] };
};

/** Undefined: the account has no such counter of the group's units. */
export const tierCounterOf = (profile: Profile, { chosen, group }: PricePlan, at: number) => {
  const slot = profile.counters.findIndex(
    (counter) => counter?.counterId === chosen?.price.tierCounterId && counter?.unit === group.unit,
  );
  return slot === -1 ? undefined : countedAt(profile, slot, at);
};
