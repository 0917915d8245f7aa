// The seam between the tariff model and the balances: for one rating group of one account at one
// moment, which buckets give, in which order, at which price, and how grants are sized. Pure; a
// plan holds for an interval of time and is kept until that is over, so that a message costs a
// look-up.

import { compareBurnOrder, type SlottedBucket } from "../balance/burn-order.ts";
import {
  bucketCell,
  counterCell,
  isValidAt,
  type Product,
  type Profile,
  serves,
} from "../balance/profile.ts";
import type { Price } from "../rating/price.ts";
import {
  lastTariffChange,
  nextTariffChange,
  type RatingGroupTariff,
  type TariffVersion,
  tariffAt,
} from "../rating/tariff.ts";

export type BurnStep = {
  readonly cell: number;
  /** 0: unit for unit. */
  readonly blockUnits: number;
  readonly blockPriceMicros: number;
  /** False: gives only what it held for this group, as an expired bucket does. */
  readonly isUsable: boolean;
  /** The bucket falls no further: 0, or minus its credit limit. */
  readonly floor: number;
};

export type CountedBy = {
  readonly cell: number;
  readonly isMoney: boolean;
  /** The period that holds now; 0: the counter has none. */
  readonly period: number;
};

export type BurnPlan = {
  readonly steps: readonly BurnStep[];
  readonly counters: readonly CountedBy[];
  /** What money pays; undefined: the block price of the steps says it all. */
  readonly price: Price | undefined;
  /** The counter that the steps of the price run over; undefined: units of the session. */
  readonly tierCounter: CountedBy | undefined;
  /** The publication that priced it; 0: none did. */
  readonly publication: number;
  /** Why nothing may be granted; undefined where it may. */
  readonly refusal: "END_USER_SERVICE_DENIED" | "RATING_FAILED" | undefined;
  readonly quotaUnitsDefault: number;
  readonly quotaUnitsMax: number;
  readonly validityTimeSeconds: number;
  /** The plan is the same for every moment of [validFrom, validUntil). */
  readonly validFrom: number;
  readonly validUntil: number;
};

/** Published documents by tariff id. */
export type TariffCatalogue = ReadonlyMap<string, readonly TariffVersion[]>;

type Priced = {
  readonly product: Product;
  readonly group: RatingGroupTariff;
  readonly publication: number;
};

export const planBurn = (
  profile: Profile,
  tariffs: TariffCatalogue,
  { ratingGroup, tariffVersion, at }: { ratingGroup: number; tariffVersion: number; at: number },
): BurnPlan => {
  const boundaries: number[] = [];
  const candidates: Priced[] = [];
  for (const product of profile.products) {
    boundaries.push(product.validFrom, product.validUntil);
    const versions = tariffs.get(product.tariffId) ?? [];
    boundaries.push(
      lastTariffChange(versions, tariffVersion, at),
      nextTariffChange(versions, tariffVersion, at),
    );
    const published = tariffAt(versions, tariffVersion, at);
    const group = published?.tariff.ratingGroups.get(ratingGroup);
    if (group !== undefined && published?.tariff.currency === profile.currency) {
      candidates.push({ product, group, publication: published.version });
    }
  }
  const valid = candidates.find(({ product }) => isValidAt(product, at));
  const isAnyProductValid = profile.products.some((product) => isValidAt(product, at));
  // An expired product still prices what was granted under it.
  const priced = valid ?? candidates.findLast(({ product }) => product.validUntil <= at);
  for (const bucket of profile.buckets) {
    if (bucket !== null) boundaries.push(bucket.validFrom, bucket.validUntil);
  }
  return {
    steps: priced === undefined ? [] : burnSteps(profile, priced.group, at),
    counters: priced === undefined ? [] : countersOf(profile, priced.group),
    price: undefined,
    tierCounter: undefined,
    publication: priced?.publication ?? 0,
    refusal:
      valid !== undefined
        ? undefined
        : isAnyProductValid
          ? "RATING_FAILED"
          : "END_USER_SERVICE_DENIED",
    quotaUnitsDefault: priced?.group.quotaUnitsDefault ?? 0,
    quotaUnitsMax: priced?.group.quotaUnitsMax ?? 0,
    validityTimeSeconds: priced?.group.validityTimeSeconds ?? 0,
    validFrom: Math.max(0, ...boundaries.filter((boundary) => boundary <= at)),
    validUntil: Math.min(Number.MAX_SAFE_INTEGER, ...boundaries.filter((b) => b > at)),
  };
};

/** Units to grant: what was asked for within the bounds; 0 asks the engine to choose. */
export const sizeGrant = (plan: BurnPlan, requestedUnit: number): number =>
  requestedUnit === 0 ? plan.quotaUnitsDefault : Math.min(requestedUnit, plan.quotaUnitsMax);

/** Seconds; a grant never outlives the moment when its plan changes. */
export const validityTime = (plan: BurnPlan, at: number): number =>
  Math.max(1, Math.min(plan.validityTimeSeconds, Math.ceil((plan.validUntil - at) / 1_000)));

const burnSteps = (profile: Profile, group: RatingGroupTariff, at: number): BurnStep[] => {
  const candidates: SlottedBucket[] = [];
  for (const [slot, bucket] of profile.buckets.entries()) {
    if (bucket === null || bucket.validFrom > at) continue;
    const isOfUse = bucket.unit === "money" || bucket.unit === group.unit;
    if (isOfUse && serves(bucket.ratingGroups, group.ratingGroup))
      candidates.push({ slot, bucket });
  }
  return candidates.sort(compareBurnOrder).map(({ slot, bucket }) => ({
    cell: bucketCell(slot),
    blockUnits: bucket.unit === "money" ? group.blockUnits : 0,
    blockPriceMicros: bucket.unit === "money" ? group.blockPriceMicros : 0,
    isUsable: isValidAt(bucket, at),
    floor: 0 - bucket.creditLimit,
  }));
};

const countersOf = (profile: Profile, group: RatingGroupTariff): CountedBy[] => {
  const counters: CountedBy[] = [];
  for (const [slot, counter] of profile.counters.entries()) {
    if (counter === null || !serves(counter.ratingGroups, group.ratingGroup)) continue;
    const isMoney = counter.unit === "money";
    if (isMoney || counter.unit === group.unit) {
      counters.push({ cell: counterCell(profile.buckets.length, slot), isMoney, period: 0 });
    }
  }
  return counters;
};
