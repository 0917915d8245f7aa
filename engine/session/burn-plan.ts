// The seam between the tariff model and the balances: for one rating group of one account at one
// moment, which buckets give, in which order, at which price, and how grants are sized. Pure; a
// plan holds for an interval of time and is kept until that is over, so that a message costs a
// look-up.

import { isValidAt, type Profile } from "../balance/profile.ts";
import type { ConditionalPrice } from "../rating/compiled-tariff.ts";
import type { Price } from "../rating/price.ts";
import { amountMax, type UnitKind } from "../values/units.ts";
import { type BurnStep, stepsOf } from "./burn-steps.ts";
import { type CountedBy, countersOf, tierCounterOf } from "./counted.ts";
import {
  type KeyOf,
  type PricePlan,
  type PriceQuestion,
  planPrice,
  type TariffCatalogue,
} from "./price-plan.ts";
import { type RuleSpending, spendingOf } from "./rule-spending.ts";
import { type Serving, servingOf } from "./serving.ts";
import { type Watch, watchesOf } from "./watch.ts";

export type PlanRefusal = "END_USER_SERVICE_DENIED" | "RATING_FAILED";

export type BurnPlan = {
  readonly steps: readonly BurnStep[];
  readonly counters: readonly CountedBy[];
  /** Counters with a cap or thresholds. */
  readonly watches: readonly Watch[];
  /** Rules of the account that count the money it costs. */
  readonly spending: readonly RuleSpending[];
  /** What money pays; undefined: the block price of the steps says it all. */
  readonly price: Price | undefined;
  /** The counter that the steps of the price run over; undefined: units of the session. */
  readonly tierCounter: CountedBy | undefined;
  /** The publication that priced it; 0: none did. */
  readonly publication: number;
  /** Why nothing may be granted; undefined where it may. */
  readonly refusal: PlanRefusal | undefined;
  /** What units are wanted in. */
  readonly unit: UnitKind;
  /** Within these the engine chooses by what was used; undefined: it grants the default. */
  readonly sizing: { readonly min: number; readonly max: number } | undefined;
  readonly quotaUnitsDefault: number;
  readonly quotaUnitsMin: number;
  readonly quotaUnitsMax: number;
  readonly validityTimeSeconds: number;
  /** The plan is the same for every moment of [validFrom, validUntil). */
  readonly validFrom: number;
  readonly validUntil: number;
  /** When the price or who may be served changes; in between only buckets and periods do. */
  readonly priceFrom: number;
  readonly priceUntil: number;
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
  const serving = plan && servingOf(profile, plan.published, question);
  const paid = plan === undefined ? nothing : payFrom(profile, plan, serving!, at);
  const priceChanges = [...boundaries, ...(serving?.boundaries ?? [])];
  const changes = [...priceChanges, ...paid.boundaries];
  for (const bucket of profile.buckets) {
    if (bucket !== null) changes.push(bucket.validFrom, bucket.validUntil);
  }
  const keyOf = joinKeys(plan?.keyOf, serving?.keyOf);
  return {
    ...paid,
    refusal: refusalOf(profile, plan, at),
    validFrom: lastUpTo(at, changes),
    validUntil: firstAfter(at, changes),
    priceFrom: lastUpTo(at, priceChanges),
    priceUntil: firstAfter(at, priceChanges),
    contextKey: keyOf?.(context) ?? "",
    keyOf,
  };
};

const lastUpTo = (at: number, changes: readonly number[]): number =>
  Math.max(0, ...changes.filter((change) => change <= at));

const firstAfter = (at: number, changes: readonly number[]): number =>
  Math.min(Number.MAX_SAFE_INTEGER, ...changes.filter((change) => change > at));

const joinKeys = (one: KeyOf | undefined, other: KeyOf | undefined): KeyOf | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return (context) => `${one(context)} ${other(context)}`;
};

const nothing = {
  steps: [],
  counters: [],
  watches: [],
  spending: [],
  boundaries: [],
  price: undefined,
  tierCounter: undefined,
  publication: 0,
  unit: "serviceUnits",
  sizing: undefined,
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
  const isCounted = tierCounterId === undefined || tierCounterOf(profile, plan, at) !== undefined;
  return isCounted ? undefined : "RATING_FAILED";
};

const payFrom = (profile: Profile, plan: PricePlan, serving: Serving, at: number) => {
  const { chosen, group, published } = plan;
  const { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax, validityTimeSeconds } = group;
  const quota = { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax, validityTimeSeconds };
  const sizing = { min: quotaUnitsMin, max: quotaUnitsMax };
  const counted = countersOf(profile, plan, serving, at);
  const tier = tierCounterOf(profile, plan, at);
  const isPriced = chosen !== undefined && !chosen.isBlocked;
  const isSimple = !isPriced || chosen.isFree || group.prices.every(leavesNoNote);
  return {
    ...quota,
    unit: group.unit,
    sizing: group.isQuotaAdaptive ? sizing : undefined,
    publication: published.version,
    counters: counted.map(({ by }) => by),
    watches: watchesOf(profile, counted),
    spending: spendingOf(profile, plan, serving),
    boundaries: [...counted, ...(tier === undefined ? [] : [tier])].flatMap(
      ({ boundaries }) => boundaries,
    ),
    steps: isPriced ? stepsOf(profile, plan, serving, at) : [],
    price: isSimple ? undefined : chosen.price,
    tierCounter: isSimple ? undefined : tier?.by,
  };
};

/**
 * A session that goes from one of a group's prices to another takes along what fees and tiers go
 * by: that is kept from its beginning on, or for none of the group's prices.
 */
const leavesNoNote = ({ isFree, isBlocked, price }: ConditionalPrice): boolean =>
  isFree || isBlocked || isByTheBlock(price);

/** Neither fees nor steps: what lua/lib/blocks.lua does, and the common update. */
const isByTheBlock = (price: Price): boolean =>
  price.steps.length === 1 &&
  price.setupFeeMicros === 0 &&
  price.minimumMicros === 0 &&
  price.maximumMicros === amountMax &&
  price.initialBlockUnits === 0 &&
  price.steps[0]!.entryFeeMicros === 0;
