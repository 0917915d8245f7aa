// What the slots of an account are for. Most accounts of an operator look alike, so each layout is
// kept once: the audit's memory is what accounts hold, not how they are named.

import type { Profile } from "../balance/profile.ts";
import type { UnitKind } from "../values/units.ts";

export type AccountLayout = {
  readonly currency: string;
  /** By slot; null: a vacant one. */
  readonly buckets: readonly (BucketOf | null)[];
  readonly counters: readonly (SlotOf | null)[];
};
type SlotOf = { readonly id: string; readonly unit: UnitKind };
type BucketOf = SlotOf & { readonly creditLimit: number };

export const emptyLayout: AccountLayout = { currency: "", buckets: [], counters: [] };

export type Layouts = Map<string, AccountLayout>;

export const layoutOf = (layouts: Layouts, profile: Profile): AccountLayout => {
  const layout: AccountLayout = {
    currency: profile.currency,
    buckets: profile.buckets.map((bucket) => {
      if (bucket === null) return null;
      const { bucketId: id, unit, creditLimit } = bucket;
      return { id, unit, creditLimit };
    }),
    counters: profile.counters.map(
      (counter) => counter && { id: counter.counterId, unit: counter.unit },
    ),
  };
  const key = JSON.stringify(layout);
  const known = layouts.get(key);
  if (known !== undefined) return known;
  layouts.set(key, layout);
  return layout;
};

export const isSameSlot = (a: SlotOf | null | undefined, b: SlotOf | null | undefined): boolean =>
  a?.id === b?.id && a?.unit === b?.unit;

/** What a bucket's amounts are in: `octets`, `money EUR`. */
export const unitOf = (layout: AccountLayout, slot: number): string => {
  const unit = layout.buckets[slot]?.unit;
  return unit === "money" ? `money ${layout.currency}` : (unit ?? "of no bucket");
};

export const bucketName = (layout: AccountLayout, slot: number): string =>
  `bucket ${layout.buckets[slot]?.id ?? "(none)"} in slot ${slot}`;
