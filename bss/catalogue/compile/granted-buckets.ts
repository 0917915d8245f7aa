// Allowances and counters of a product as the engine has them: buckets and counters of the account,
// with names, times and renewals that come out of the moment of the purchase.

import type { Zone } from "../../../engine/rating/time-zone.ts";
import { conditionNames, type When } from "./conditions.ts";
import { dayOfMonth, endOf, type Period, secondsOf } from "./periods.ts";
import type {
  AllowanceTerms,
  Anchor,
  BucketSpecification,
  CounterSpecification,
  CounterTerms,
  Credit,
} from "./product-terms.ts";

export type Owner = {
  readonly productId: string;
  readonly at: number;
  readonly validUntil: number;
  readonly zone: Zone;
  readonly subscribers: readonly string[];
};

export const grantedBuckets = (
  allowances: readonly AllowanceTerms[],
  owner: Owner,
): { readonly buckets: readonly BucketSpecification[]; readonly credits: readonly Credit[] } => {
  const granted = allowances.filter(
    ({ validFrom, validUntil }) => validFrom <= owner.at && owner.at < validUntil,
  );
  return {
    buckets: granted.flatMap((allowance) => bucketsOf(allowance, owner)),
    credits: granted
      .filter(({ amount, period }) => period === null && amount > 0)
      .map((allowance) => ({ bucketId: bucketIdOf(allowance, owner), amount: allowance.amount })),
  };
};

const bucketIdOf = ({ bucketId, priceId }: AllowanceTerms, { productId }: Owner): string =>
  bucketId ?? `${priceId}.${productId}`;

/** With the one that it rolls over to. */
const bucketsOf = (allowance: AllowanceTerms, owner: Owner): readonly BucketSpecification[] => {
  const { amount, anchor, lasts, period, rollover, startsAtFirstUse } = allowance;
  const end = lasts === null || startsAtFirstUse ? undefined : endOf(lasts, owner.at, owner.zone);
  const bucketId = bucketIdOf(allowance, owner);
  const bucket: BucketSpecification = {
    bucketId,
    unit: allowance.unit,
    priority: allowance.priority,
    validFrom: owner.at,
    validUntil: Math.min(owner.validUntil, end ?? owner.validUntil),
    ratingGroups: allowance.ratingGroups,
    creditLimit: allowance.creditLimit,
    currency: allowance.currency,
    eligibility: eligibilityOf(allowance.when, allowance.sharing === "subscriber", owner),
    isBlocker: allowance.isBlocker,
    ownValiditySeconds: startsAtFirstUse && lasts !== null ? (secondsOf(lasts) ?? 0) : 0,
    renewal: null,
  };
  if (period === null) return [bucket];
  const renewal = { period: periodOf(period, anchor, owner), amount };
  if (rollover === null) return [{ ...bucket, renewal: { ...renewal, rollover: null } }];
  const { amountMax, lastsOnePeriod, priority } = rollover;
  const leftOver = { ...bucket, bucketId: `${bucketId}.rollover`, priority };
  const to = { bucketId: leftOver.bucketId, amountMax, lastsOnePeriod };
  return [{ ...bucket, renewal: { ...renewal, rollover: to } }, leftOver];
};

export const grantedCounters = (
  counters: readonly CounterTerms[],
  owner: Owner,
): readonly CounterSpecification[] =>
  counters.map(({ anchor, cap, counterId, isPerSubscriber, period, ...counter }) => ({
    counterId: isPerSubscriber ? `${counterId}.${owner.productId}` : counterId,
    unit: counter.unit,
    ratingGroups: counter.ratingGroups,
    eligibility: eligibilityOf(counter.when, isPerSubscriber, owner),
    period: period === null ? null : periodOf(period, anchor, owner),
    cap,
    thresholds: counter.thresholds,
  }));

const periodOf = ({ count, unit }: Period, anchor: Anchor, { at, zone }: Owner) => ({
  ...{ unit, count },
  anchorDay: anchor === "purchase" ? dayOfMonth(zone, at) : 1,
});

const eligibilityOf = (when: When, isOwn: boolean, { subscribers }: Owner) => {
  if (Object.keys(when).length === 0 && !isOwn) return null;
  const lists = Object.values(conditionNames).map((list) => [list, when[list] ?? []]);
  const conditions = Object.fromEntries(lists) as Required<When>;
  return { ...conditions, subscribers: isOwn ? subscribers : [] };
};
