// Which buckets pay for a use, in which order, and how each one gives.

import { compareBurnOrder, type SlottedBucket } from "../balance/burn-order.ts";
import { validitySlot } from "../balance/companions.ts";
import {
  type Bucket,
  bucketCell,
  counterCell,
  isValidAt,
  type Profile,
  serves,
} from "../balance/profile.ts";
import type { PricePlan } from "./price-plan.ts";
import type { Serving } from "./serving.ts";

export type BurnStep = {
  /** `freeCell`: nothing is taken anywhere. */
  readonly cell: number;
  /** 0: unit for unit. */
  readonly blockUnits: number;
  readonly blockPriceMicros: number;
  /** False: gives only what it held for this group, as an expired bucket does. */
  readonly isUsable: boolean;
  /** The bucket falls no further: 0, or minus its credit limit. */
  readonly floor: number;
  /** Where the bucket's own validity is kept, and how long it lasts; undefined: it has none. */
  readonly ownValidity: { readonly cell: number; readonly lastsMs: number } | undefined;
};

/** In place of a bucket: gives whatever is wanted. */
export const freeCell = 0;

export const stepsOf = (
  profile: Profile,
  plan: PricePlan,
  serving: Serving,
  at: number,
): BurnStep[] => {
  const { isFree, price } = plan.chosen!;
  if (isFree) return [free];
  const { blockUnits, blockPriceMicros } = price.steps[0]!;
  return burnable(profile, plan, serving, at).map(({ slot, bucket }) => ({
    cell: bucketCell(slot),
    blockUnits: bucket.unit === "money" ? blockUnits : 0,
    blockPriceMicros: bucket.unit === "money" ? blockPriceMicros : 0,
    isUsable: isValidAt(bucket, at),
    floor: 0 - bucket.creditLimit,
    ownValidity: ownValidityOf(profile, bucket),
  }));
};

const free: BurnStep = {
  cell: freeCell,
  blockUnits: 1,
  blockPriceMicros: 0,
  isUsable: true,
  floor: 0,
  ownValidity: undefined,
};

const ownValidityOf = (profile: Profile, bucket: Bucket): BurnStep["ownValidity"] =>
  bucket.ownValiditySeconds === 0
    ? undefined
    : {
        cell: counterCell(profile.buckets.length, validitySlot(profile, bucket)),
        lastsMs: 1_000 * bucket.ownValiditySeconds,
      };

/** In burn order, up to the first blocker that is valid. */
const burnable = (
  profile: Profile,
  { group, published }: PricePlan,
  { isServed }: Serving,
  at: number,
): SlottedBucket[] => {
  const isPaidIn = ({ unit, currency }: Bucket) =>
    unit === "money"
      ? (currency ?? profile.currency) === published.tariff.currency
      : unit === group.unit;
  const candidates: SlottedBucket[] = [];
  for (const [slot, bucket] of profile.buckets.entries()) {
    if (bucket === null || bucket.validFrom > at || !isPaidIn(bucket)) continue;
    const isOfUse = serves(bucket.ratingGroups, group.ratingGroup) && isServed(bucket.eligibility);
    if (isOfUse) candidates.push({ slot, bucket });
  }
  candidates.sort(compareBurnOrder);
  const last = candidates.findIndex(({ bucket }) => bucket.isBlocker && isValidAt(bucket, at));
  return last === -1 ? candidates : candidates.slice(0, last + 1);
};
