// Gives the buckets and counters of a new profile their slots: known ones stay where they are, new
// ones take vacant slots, then new slots. Says which slots must be empty for the change to be
// allowed.

import type { Bucket, Counter } from "./profile.ts";

export type Slots<T> = {
  readonly slots: readonly (T | null)[];
  /**
   * Slots whose bucket goes away or changes its unit: only without a balance and without a hold.
   * Slots whose counter goes away or counts something else: it begins anew.
   */
  readonly mustBeEmpty: readonly number[];
};

export const assignBucketSlots = (
  old: readonly (Bucket | null)[],
  wanted: readonly Bucket[],
): Slots<Bucket> => assign(old, wanted, ({ bucketId }) => bucketId, bucketMeasure);

export const assignCounterSlots = (
  old: readonly (Counter | null)[],
  wanted: readonly Counter[],
): Slots<Counter> => assign(old, wanted, ({ counterId }) => counterId, counterMeasure);

/** Amounts of equal measures are comparable. */
export const bucketMeasure = ({ unit, currency }: Bucket): string => `${unit} ${currency ?? ""}`;

/** Numbers of periods are comparable within one calendar only. */
export const counterMeasure = ({ unit, period }: Counter): string => {
  if (period === null) return unit;
  return `${unit} ${period.unit} ${period.anchorDay ?? 1} ${period.count ?? 1}`;
};

const assign = <T>(
  old: readonly (T | null)[],
  wanted: readonly T[],
  idOf: (element: T) => string,
  measure: (element: T) => string,
): Slots<T> => {
  const byId = new Map(wanted.map((element) => [idOf(element), element]));
  const mustBeEmpty: number[] = [];
  const slots: (T | null)[] = old.map((element, slot) => {
    const kept = element === null ? undefined : byId.get(idOf(element));
    const isSame = element !== null && kept !== undefined && measure(kept) === measure(element);
    if (element !== null && !isSame) mustBeEmpty.push(slot);
    if (kept === undefined) return null;
    byId.delete(idOf(kept));
    return kept;
  });
  for (const element of byId.values()) {
    const vacant = slots.indexOf(null);
    if (vacant === -1) slots.push(element);
    else slots[vacant] = element;
  }
  return { slots, mustBeEmpty };
};
