// Random profiles, with everything that can stand in one.

import fc from "fast-check";
import { periodUnits } from "../../engine/balance/calendar-period.ts";
import { type Eligibility, eligibilityDimensions } from "../../engine/balance/eligibility.ts";
import type { Bucket, Counter, Profile } from "../../engine/balance/profile.ts";
import { type Rule, ruleModes } from "../../engine/balance/rules.ts";
import { unitKindNames } from "../../engine/values/units.ts";

type Parts = {
  readonly ids: fc.Arbitrary<string>;
  readonly dates: fc.Arbitrary<{ readonly validFrom: number; readonly validUntil: number }>;
};

const unit = fc.constantFrom(...unitKindNames);
const uint32 = fc.nat(0xffff_ffff);
const amount = fc.maxSafeNat();
const ratingGroups = fc.array(uint32, { maxLength: 4 });
const period = fc.record({
  unit: fc.constantFrom(...periodUnits),
  anchorDay: fc.integer({ min: 1, max: 31 }),
  count: fc.integer({ min: 1, max: 12 }),
});

const eligibilityOf = (ids: fc.Arbitrary<string>): fc.Arbitrary<Eligibility> => {
  const values = fc.array(ids, { maxLength: 2 });
  const dimensions = eligibilityDimensions.map((dimension) => [dimension, values] as const);
  return fc.record(Object.fromEntries(dimensions)) as unknown as fc.Arbitrary<Eligibility>;
};

export const randomBuckets = ({ ids, dates }: Parts): fc.Arbitrary<Bucket> =>
  fc
    .tuple(
      fc.record({
        bucketId: ids,
        unit,
        priority: uint32,
        ratingGroups,
        creditLimit: fc.oneof(fc.constant(0), amount),
        currency: fc.option(fc.constantFrom("EUR", "CHF")),
        eligibility: fc.option(eligibilityOf(ids)),
        isBlocker: fc.boolean(),
        ownValiditySeconds: fc.oneof(fc.constant(0), uint32),
        renewal: fc.option(
          fc.record({
            period,
            amount,
            rollover: fc.option(
              fc.record({ bucketId: ids, amountMax: amount, lastsOnePeriod: fc.boolean() }),
            ),
          }),
        ),
      }),
      dates,
    )
    .map(([fields, valid]) => ({ ...fields, ...valid }));

export const randomCounters = ({ ids }: Parts): fc.Arbitrary<Counter> =>
  fc.record({
    counterId: ids,
    unit,
    ratingGroups,
    eligibility: fc.option(eligibilityOf(ids)),
    period: fc.option(period),
    cap: fc.option(amount),
    thresholds: fc.array(fc.record({ status: ids, reachedAt: amount, leftAt: amount }), {
      maxLength: 2,
    }),
  });

/** One kind for each of the four numbers. */
export const randomRules = ({ ids }: Pick<Parts, "ids">): fc.Arbitrary<Rule> =>
  fc
    .record({
      kind: fc.nat(3),
      ruleId: ids,
      mode: fc.constantFrom(...ruleModes),
      windowSeconds: uint32,
      zones: fc.array(ids, { maxLength: 2 }),
      bound: uint32,
      spent: amount,
    })
    .map(({ kind, ruleId, mode, windowSeconds, zones, bound, spent }) => ({
      ...{ ruleId, mode, windowSeconds },
      spendRate: kind === 0 ? { spentMax: spent } : null,
      destinationShare: kind === 1 ? { zones, sharePercentMax: bound, spentMin: spent } : null,
      simultaneousSessions: kind === 2 ? { sessionsMax: bound } : null,
      impossibleTravel: kind === 3 ? { changesMax: bound } : null,
    }));

export const randomProfiles = (parts: Parts): fc.Arbitrary<Profile> =>
  fc.record({
    accountId: parts.ids,
    version: fc.integer({ min: 1, max: 0xffff_ffff }),
    currency: fc.constantFrom("EUR", "USD"),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin"),
    subscriberIdentifiers: fc.array(parts.ids, { maxLength: 4 }),
    products: fc.array(
      fc
        .tuple(fc.record({ productId: parts.ids, tariffId: parts.ids }), parts.dates)
        .map(([names, valid]) => ({ ...names, ...valid })),
      { maxLength: 3 },
    ),
    buckets: fc.array(fc.option(randomBuckets(parts)), { maxLength: 6 }),
    counters: fc.array(fc.option(randomCounters(parts)), { maxLength: 4 }),
    rules: fc.array(randomRules(parts), { maxLength: 3 }),
  });
