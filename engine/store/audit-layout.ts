// What the slots of an account are for. Most accounts of an operator look alike, so each layout is
// kept once: the audit's memory is what accounts hold, not how they are named.

import type { Profile } from "../balance/profile.ts";
import { bucketMeasure, counterMeasure } from "../balance/slots.ts";
import type { UnitKind } from "../values/units.ts";

export type AccountLayout = {
  readonly currency: string;
  /** By slot; null: a vacant one. */
  readonly buckets: readonly (BucketOf | null)[];
  readonly counters: readonly (SlotOf | null)[];
};
/** What stands in a slot is the same while these are. */
type SlotOf = { readonly id: string; readonly measure: string };
type BucketOf = SlotOf & {
  readonly unit: UnitKind;
  readonly currency: string | null;
  readonly creditLimit: number;
};

export const emptyLayout: AccountLayout = { currency: "", buckets: [], counters: [] };

export type Layouts = Map<string, AccountLayout>;

export const layoutOf = (layouts: Layouts, profile: Profile): AccountLayout => {
  const layout: AccountLayout = {
    currency: profile.currency,
    buckets: profile.buckets.map((bucket) => {
      if (bucket === null) return null;
      const { bucketId: id, unit, currency, creditLimit } = bucket;
      return { id, unit, currency, creditLimit, measure: bucketMeasure(bucket) };
    }),
    counters: profile.counters.map(
      (counter) => counter && { id: counter.counterId, measure: counterMeasure(counter) },
    ),
  };
  const key = JSON.stringify(layout);
  const known = layouts.get(key);
  if (known !== undefined) return known;
  layouts.set(key, layout);
  return layout;
};

export const isSameSlot = (a: SlotOf | null | undefined, b: SlotOf | null | undefined): boolean =>
  a?.id === b?.id && a?.measure === b?.measure;

/** What a bucket's amounts are in: `octets`, `money EUR`. */
export const unitOf = (layout: AccountLayout, slot: number): string => {
  const bucket = layout.buckets[slot];
  if (bucket?.unit === "money") return `money ${bucket.currency ?? layout.currency}`;
  return bucket?.unit ?? "of no bucket";
};

export const bucketName = (layout: AccountLayout, slot: number): string =>
  `bucket ${layout.buckets[slot]?.id ?? "(none)"} in slot ${slot}`;
