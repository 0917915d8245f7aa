// What an account is made of, as the table of operations says it: products, buckets, counters.

import { periodUnits } from "../balance/calendar-period.ts";
import { eligibilityDimensions } from "../balance/eligibility.ts";
import { ruleModes } from "../balance/rules.ts";
import { limits } from "../limits.ts";
import { unitKindNames } from "../values/units.ts";
import * as f from "./fields.ts";

const dates = { validFrom: f.timestamp, validUntil: f.timestamp };

export const product = f.struct({ productId: f.identifier, tariffId: f.identifier, ...dates });

const eligibleValues = f.list(f.identifier, limits.eligibilityValuesMax);

/** In each dimension one of the values must be there; empty: any will do. */
const eligibility = f.optional(
  f.nullable(
    f.struct(
      Object.fromEntries(eligibilityDimensions.map((dimension) => [dimension, eligibleValues])) as {
        readonly [D in (typeof eligibilityDimensions)[number]]: typeof eligibleValues;
      },
    ),
  ),
  null,
);

const period = f.struct({
  unit: f.oneOf(periodUnits),
  /** Day on which months begin; in shorter months the last one. */
  anchorDay: f.uint32,
  /** How many units make a period. */
  count: f.uint32,
});

const rollover = f.struct({
  bucketId: f.identifier,
  amountMax: f.amount,
  lastsOnePeriod: f.flag,
});

export const bucketSpecification = f.struct({
  bucketId: f.identifier,
  unit: f.oneOf(unitKindNames),
  /** Lower is used first. */
  priority: f.uint32,
  ...dates,
  /** Empty: every rating group. */
  ratingGroups: f.list(f.uint32, limits.ratingGroupsPerRequestMax),
  /** How far the bucket may fall below zero: what a postpaid subscriber may owe. */
  creditLimit: f.optional(f.amount, 0),
  /** Of money in another currency than the account's. */
  currency: f.optional(f.nullable(f.identifier), null),
  eligibility,
  /** Where it serves, nothing that comes after it does. */
  isBlocker: f.optional(f.flag, false),
  /** From its first use on; 0: only `validFrom` and `validUntil` count. */
  ownValiditySeconds: f.optional(f.uint32, 0),
  renewal: f.optional(
    f.nullable(f.struct({ period, amount: f.amount, rollover: f.nullable(rollover) })),
    null,
  ),
});

export const counterSpecification = f.struct({
  counterId: f.identifier,
  unit: f.oneOf(unitKindNames),
  ratingGroups: f.list(f.uint32, limits.ratingGroupsPerRequestMax),
  eligibility,
  /** nil: it counts for ever. */
  period: f.optional(f.nullable(period), null),
  /** What would take the counter beyond is neither granted nor charged; nil: no cap. */
  cap: f.optional(f.nullable(f.amount), null),
  thresholds: f.optional(
    f.list(
      f.struct({ status: f.identifier, reachedAt: f.amount, leftAt: f.amount }),
      limits.thresholdsPerCounterMax,
    ),
    [],
  ),
});

/** Of the kinds one is there; a new one comes at the end. */
export const ruleSpecification = f.struct({
  ruleId: f.identifier,
  mode: f.oneOf(ruleModes),
  windowSeconds: f.uint32,
  spendRate: f.optional(f.nullable(f.struct({ spentMax: f.amount })), null),
  destinationShare: f.optional(
    f.nullable(f.struct({ zones: eligibleValues, sharePercentMax: f.uint32, spentMin: f.amount })),
    null,
  ),
  simultaneousSessions: f.optional(f.nullable(f.struct({ sessionsMax: f.uint32 })), null),
  impossibleTravel: f.optional(f.nullable(f.struct({ changesMax: f.uint32 })), null),
});

export const bucketState = f.struct({
  bucketId: f.identifier,
  unit: f.oneOf(unitKindNames),
  /** Below 0: what is owed. */
  remaining: f.balance,
  reserved: f.amount,
  ...dates,
  /** Of money in another currency than the account's. */
  currency: f.optional(f.nullable(f.identifier), null),
});

export const counterState = f.struct({
  counterId: f.identifier,
  unit: f.oneOf(unitKindNames),
  value: f.amount,
  /** Of the highest threshold reached; nil: none. */
  status: f.optional(f.nullable(f.identifier), null),
  /** Under the cap, by open sessions. */
  reserved: f.optional(f.amount, 0),
});
