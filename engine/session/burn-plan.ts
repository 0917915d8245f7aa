// The seam between the tariff model and the balances: for one rating group of one account at one
// moment, which buckets give, in which order, at which price, and how grants are sized. Pure; a
// plan holds for an interval of time and is kept until that is over, so that a message costs a
// look-up.

import { compareBurnOrder, type SlottedBucket } from "../balance/burn-order.ts";
import { bucketCell, counterCell, isValidAt, type Profile, serves } from "../balance/profile.ts";
import type { CompiledRatingGroup } from "../rating/compiled-tariff.ts";
import type { Price } from "../rating/price.ts";
import { amountMax } from "../values/units.ts";
import {
  type KeyOf,
  type PricePlan,
  type PriceQuestion,
  planPrice,
  type TariffCatalogue,
} from "./price-plan.ts";

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
};

/** In place of a bucket: gives whatever is wanted. */
export const freeCell = 0;

export type CountedBy = {
  readonly cell: number;
  readonly isMoney: boolean;
  /** The period that holds now; 0: the counter has none. */
  readonly period: number;
};

export type PlanRefusal = "END_USER_SERVICE_DENIED" | "RATING_FAILED";

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
  readonly refusal: PlanRefusal | undefined;
  readonly quotaUnitsDefault: number;
  readonly quotaUnitsMin: number;
  readonly quotaUnitsMax: number;
  readonly validityTimeSeconds: number;
  /** The plan is the same for every moment of [validFrom, validUntil). */
  readonly validFrom: number;
  readonly validUntil: number;
  /** And for every context of this key; without `keyOf` for any. */
  readonly contextKey: string;
  readonly keyOf: KeyOf | undefined;
};

export const planBurn = (
  profile: Profile,
  tariffs: TariffCatalogue,
  question: PriceQuestion,
): BurnPlan => {
  const { at, context } = question;
  const { plan, boundaries } = planPrice(profile, tariffs, question);
  const changes = [...boundaries];
  for (const bucket of profile.buckets) {
    if (bucket !== null) changes.push(bucket.validFrom, bucket.validUntil);
  }
  const keyOf = plan?.keyOf;
  return {
    ...(plan === undefined ? nothing : payFrom(profile, plan, at)),
    refusal: refusalOf(profile, plan, at),
    validFrom: Math.max(0, ...changes.filter((change) => change <= at)),
    validUntil: Math.min(Number.MAX_SAFE_INTEGER, ...changes.filter((change) => change > at)),
    contextKey: keyOf?.(context) ?? "",
    keyOf,
  };
};

/** Units to grant: what was asked for within the bounds; 0 asks the engine to choose. */
export const sizeGrant = (plan: BurnPlan, requestedUnit: number): number => {
  if (requestedUnit === 0) return plan.quotaUnitsDefault;
  return Math.max(plan.quotaUnitsMin, Math.min(requestedUnit, plan.quotaUnitsMax));
};

/** Seconds; a grant never outlives the moment when its plan changes. */
export const validityTime = (plan: BurnPlan, at: number): number =>
  Math.max(1, Math.min(plan.validityTimeSeconds, validitySeconds(plan.validUntil - at)));

/** At least a second, so that no network asks for ever. */
export const validitySeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

const nothing = {
  steps: [],
  counters: [],
  price: undefined,
  tierCounter: undefined,
  publication: 0,
  quotaUnitsDefault: 0,
  quotaUnitsMin: 0,
  quotaUnitsMax: 0,
  validityTimeSeconds: 0,
} as const;

const refusalOf = (
  profile: Profile,
  plan: PricePlan | undefined,
  at: number,
): PlanRefusal | undefined => {
  if (!profile.products.some((product) => isValidAt(product, at))) return "END_USER_SERVICE_DENIED";
  if (plan === undefined || !plan.isValid || plan.chosen === undefined) return "RATING_FAILED";
  if (plan.chosen.isBlocked) return "END_USER_SERVICE_DENIED";
  const { tierCounterId } = plan.chosen.price;
  const isCounted = tierCounterId === undefined || tierCounterOf(profile, plan) !== undefined;
  return isCounted ? undefined : "RATING_FAILED";
};

const payFrom = (profile: Profile, plan: PricePlan, at: number) => {
  const { chosen, group, publication } = plan;
  const { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax, validityTimeSeconds } = group;
  const quota = { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax, validityTimeSeconds };
  const counters = countersOf(profile, group);
  const isPriced = chosen !== undefined && !chosen.isBlocked;
  const isSimple = !isPriced || chosen.isFree || isByTheBlock(chosen.price);
  return {
    ...quota,
    publication,
    counters,
    steps: isPriced ? stepsOf(profile, plan, chosen.price, at) : [],
    price: isSimple ? undefined : chosen.price,
    tierCounter: isSimple ? undefined : tierCounterOf(profile, plan),
  };
};

/** Neither fees nor steps: what lua/lib/blocks.lua does, and the common update. */
const isByTheBlock = (price: Price): boolean =>
  price.steps.length === 1 &&
  price.setupFeeMicros === 0 &&
  price.minimumMicros === 0 &&
  price.maximumMicros === amountMax &&
  price.initialBlockUnits === 0 &&
  price.steps[0]!.entryFeeMicros === 0;

const stepsOf = (profile: Profile, plan: PricePlan, price: Price, at: number): BurnStep[] => {
  if (plan.chosen?.isFree) return [free];
  const { blockUnits, blockPriceMicros } = price.steps[0]!;
  return burnable(profile, plan.group, at).map(({ slot, bucket }) => ({
    cell: bucketCell(slot),
    blockUnits: bucket.unit === "money" ? blockUnits : 0,
    blockPriceMicros: bucket.unit === "money" ? blockPriceMicros : 0,
    isUsable: isValidAt(bucket, at),
    floor: 0 - bucket.creditLimit,
  }));
};

const free: BurnStep = {
  cell: freeCell,
  blockUnits: 1,
  blockPriceMicros: 0,
  isUsable: true,
  floor: 0,
};

const burnable = (profile: Profile, group: CompiledRatingGroup, at: number): SlottedBucket[] => {
  const candidates: SlottedBucket[] = [];
  for (const [slot, bucket] of profile.buckets.entries()) {
    if (bucket === null || bucket.validFrom > at) continue;
    const isOfUse = bucket.unit === "money" || bucket.unit === group.unit;
    if (isOfUse && serves(bucket.ratingGroups, group.ratingGroup))
      candidates.push({ slot, bucket });
  }
  return candidates.sort(compareBurnOrder);
};

const countersOf = (profile: Profile, group: CompiledRatingGroup): CountedBy[] => {
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

/** Undefined: the account has no such counter of the group's units. */
const tierCounterOf = (profile: Profile, { chosen, group }: PricePlan): CountedBy | undefined => {
  const slot = profile.counters.findIndex(
    (counter) => counter?.counterId === chosen?.price.tierCounterId && counter?.unit === group.unit,
  );
  if (slot === -1) return undefined;
  return { cell: counterCell(profile.buckets.length, slot), isMoney: false, period: 0 };
};
