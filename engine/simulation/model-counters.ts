// The naive model's counters: what they count in which period, what their caps leave, and which of
// their thresholds are reached.

import { periodAt } from "../balance/calendar-period.ts";
import { zoneNamed } from "../balance/zone-named.ts";
import type { ModelCounter, PutAccount } from "./model-account.ts";
import { ruleStateNames } from "./model-rules.ts";

/** A counter that counts a use, and the number of the period that the use lies in. */
export type Counting = { readonly counter: ModelCounter; readonly period: number };

export const periodOf = (
  { period }: { readonly period: ModelCounter["period"] },
  { timeZone }: PutAccount,
  at: number,
) =>
  period === null
    ? { number: 0, from: 0, until: Number.POSITIVE_INFINITY }
    : periodAt(period, zoneNamed(timeZone), at);

const counterMax = BigInt(Number.MAX_SAFE_INTEGER);

export const addToCounters = (
  countings: readonly Counting[],
  units: bigint,
  cost: bigint,
): void => {
  for (const { counter, period } of countings) {
    if (counter.periodNumber > period) continue;
    if (counter.periodNumber < period) counter.value = 0n;
    counter.periodNumber = period;
    const sum = counter.value + (counter.unit === "money" ? cost : units);
    counter.value = sum < counterMax ? sum : counterMax;
  }
  for (const { counter, period } of countings) {
    if (counter.periodNumber > period) continue;
    const value = Number(counter.periodNumber === period ? counter.value : 0n);
    const { thresholds } = counter;
    // A profile may have fewer of them since.
    counter.level = Math.min(counter.level, thresholds.length);
    while (counter.level > 0 && value < thresholds[counter.level - 1]!.leftAt) counter.level--;
    while (counter.level < thresholds.length && value >= thresholds[counter.level]!.reachedAt) {
      counter.level++;
    }
  }
};

export type Room = { readonly units: bigint; readonly money: bigint };

/** What the caps leave. */
export const roomUnderCaps = (countings: readonly Counting[]): Room => {
  const roomOf = (isMoney: boolean) => {
    const rooms = countings
      .filter(({ counter }) => (counter.unit === "money") === isMoney && counter.cap !== null)
      .filter(({ counter, period }) => counter.periodNumber <= period)
      .map(({ counter, period }) => {
        const counted = counter.periodNumber === period ? counter.value : 0n;
        const left = BigInt(counter.cap!) - counted - counter.reservedUnder;
        return left > 0n ? left : 0n;
      });
    return rooms.sort((a, b) => Number(a - b))[0] ?? counterMax;
  };
  return { units: roomOf(false), money: roomOf(true) };
};

export const isCapReached = (countings: readonly Counting[]): boolean => {
  const { units, money } = roomUnderCaps(countings);
  return units === 0n || money === 0n;
};

/** Names of what a profile keeps behind its buckets, in the order in which slots are given out. */
export const slotNames = ({ buckets, counters, rules }: PutAccount): string[] => [
  ...counters.map(({ counterId }) => counterId),
  ...counters.filter(hasState).map(({ counterId }) => `${counterId} state`),
  ...buckets
    .filter(({ ownValiditySeconds }) => ownValiditySeconds > 0)
    .map(({ bucketId }) => `${bucketId} validity`),
  ...buckets.filter(({ renewal }) => renewal !== null).map(renewalName),
  ...rules.flatMap(ruleStateNames),
];

export const hasState = ({ cap, thresholds }: Pick<ModelCounter, "cap" | "thresholds">) =>
  cap !== null || thresholds.length > 0;

export const renewalName = ({ bucketId, renewal }: PutAccount["buckets"][number]): string => {
  const { unit, anchorDay, count } = renewal!.period;
  return `${bucketId} renewal ${unit} ${anchorDay} ${count}`;
};
