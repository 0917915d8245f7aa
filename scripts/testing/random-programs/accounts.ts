// Random profiles of three accounts: buckets with everything that can stand in one, counters,
// rules, products of tariffs.ts.

import fc from "fast-check";
import type { PeriodSpec } from "../../../engine/balance/calendar-period.ts";
import { type Eligibility, eligibilityDimensions } from "../../../engine/balance/eligibility.ts";
import type { PutAccount } from "../../../engine/simulation/model-account.ts";
import { randomRules } from "../random-rules.ts";
import { validity } from "./moments.ts";
import { ratingGroups, tariffIds } from "./tariffs.ts";
import { often, seldom } from "./weights.ts";

const served = fc.oneof(
  often(fc.constant<number[]>([])),
  seldom(fc.uniqueArray(fc.constantFrom(...ratingGroups), { maxLength: 3 })),
);

const periods: fc.Arbitrary<Required<PeriodSpec>> = fc.record({
  unit: fc.constantFrom("hour" as const, "hour" as const, "day" as const),
  anchorDay: fc.constant(1),
  count: fc.integer({ min: 1, max: 3 }),
});
const anywhere = Object.fromEntries(
  eligibilityDimensions.map((dimension) => [dimension, [] as string[]]),
) as unknown as Eligibility;
/** By who uses it. */
const restrictions = fc.oneof(
  often(fc.constant(null), 6),
  seldom(
    fc
      .tuple(fc.constantFrom("msisdn", "imsi"), fc.constantFrom("anna", "bruno", "clara"))
      .map(([kind, name]) => ({ ...anywhere, subscribers: [`${kind}-${name}`] })),
  ),
);
const rollovers = fc.record({
  bucketId: fc.constantFrom("bonus", "data", "more"),
  amountMax: fc.nat(5_000),
  lastsOnePeriod: fc.boolean(),
});
const renewals = fc.record({
  period: periods,
  amount: fc.nat(2_000),
  rollover: fc.option(rollovers),
});

/** A bucket changes its unit now and then, which it may only while it is empty. */
export const bucketUnits = {
  main: ["money"],
  bonus: ["money", "octets"],
  data: ["octets"],
  more: ["octets", "seconds"],
  talk: ["seconds"],
  texts: ["messages"],
} as const;
type Renewed = Pick<PutAccount["buckets"][number], "bucketId" | "unit" | "renewal">;
/** What rolls over goes to another bucket of the same unit that is not renewed itself. */
const withTarget = ({ bucketId, unit, renewal }: Renewed, all: readonly Renewed[]) => {
  if (renewal === null) return null;
  const target = all.find((one) => one.bucketId === renewal.rollover?.bucketId);
  const isFit = target?.unit === unit && target.renewal === null && target.bucketId !== bucketId;
  return { ...renewal, rollover: isFit ? renewal.rollover : null };
};
/** Where another rolls over to the same bucket before, the same way, if that can be. */
const alike = <B extends Renewed>(bucket: B, before: readonly Renewed[]): B => {
  const { renewal } = bucket;
  const other = before.find(({ renewal: theirs }) => {
    return theirs?.rollover != null && theirs.rollover.bucketId === renewal?.rollover?.bucketId;
  });
  const theirs = other?.renewal?.rollover;
  if (renewal == null || theirs == null) return bucket;
  return { ...bucket, renewal: { ...renewal, rollover: theirs.lastsOnePeriod ? null : theirs } };
};
const buckets = fc
  .uniqueArray(
    fc
      .record({
        bucketId: fc.constantFrom(...(Object.keys(bucketUnits) as (keyof typeof bucketUnits)[])),
        second: fc.oneof(often(fc.constant(false), 9), seldom(fc.constant(true))),
        priority: fc.nat(2),
        valid: validity,
        ratingGroups: served,
        credit: fc.oneof(often(fc.constant(0), 3), seldom(fc.nat(5_000_000))),
        eligibility: restrictions,
        isBlocker: fc.oneof(often(fc.constant(false), 9), seldom(fc.constant(true))),
        byTime: fc.oneof(
          often(fc.constant({ ownValiditySeconds: 0, renewal: null }), 6),
          seldom(
            fc.integer({ min: 1, max: 180 }).map((ownValiditySeconds) => {
              return { ownValiditySeconds, renewal: null };
            }),
          ),
          seldom(renewals.map((renewal) => ({ ownValiditySeconds: 0, renewal }))),
        ),
      })
      .map(({ bucketId, second, valid, credit, byTime, ...rest }) => {
        const [unit, other = unit] = bucketUnits[bucketId];
        const creditLimit = bucketId === "main" && byTime.renewal === null ? credit : 0;
        const currency = null;
        return {
          bucketId,
          unit: second ? other : unit,
          ...valid,
          ...rest,
          ...byTime,
          creditLimit,
          currency,
        };
      }),
    { selector: ({ bucketId }) => bucketId, minLength: 2, maxLength: 6 },
  )
  .map((list) => list.map((bucket) => ({ ...bucket, renewal: withTarget(bucket, list) })))
  .map((list) => list.map((bucket, index) => alike(bucket, list.slice(0, index))));
const thresholds = fc
  .uniqueArray(fc.integer({ min: 1, max: 3_000 }), { maxLength: 3 })
  .map((list) => {
    const rising = list.sort((a, b) => a - b);
    return rising.map((reachedAt, index) => {
      const below = rising[index - 1] ?? -1;
      return { status: `s${index}`, reachedAt, leftAt: Math.max(below + 1, reachedAt - 100) };
    });
  });
const counters = fc.uniqueArray(
  fc.record({
    counterId: fc.constantFrom("spent", "octets", "some", "other"),
    unit: fc.constantFrom("money" as const, "octets" as const, "seconds" as const),
    ratingGroups: served,
    period: fc.oneof(often(fc.constant(null)), seldom(periods)),
    cap: fc.oneof(often(fc.constant(null)), seldom(fc.nat(20_000))),
    thresholds: fc.oneof(often(fc.constant([])), seldom(thresholds)),
    eligibility: restrictions,
  }),
  { selector: ({ counterId }) => counterId, maxLength: 3 },
);
const products = fc
  .array(fc.tuple(tariffIds, validity), { minLength: 1, maxLength: 3 })
  .map((list) =>
    list.map(([tariffId, valid], index) => ({ productId: `p${index}`, tariffId, ...valid })),
  );
export const accountCount = 3;
export const accountNumbers = fc.nat(accountCount - 1);
const rules = fc.oneof(fc.constant([]), randomRules);
export const profiles = fc
  .record({ account: accountNumbers, products, buckets, counters, rules })
  .chain((rest) =>
    fc.record({
      rest: fc.constant(rest),
      currency: fc.oneof(often(fc.constant("EUR"), 20), seldom(fc.constant("USD"))),
    }),
  );

/** One more than there are accounts. */
export const accountIds = ["anna", "bruno", "clara", "nobody"];

export const requestOfProfile = ({
  rest,
  currency,
}: {
  rest: object;
  currency: string;
}): PutAccount => {
  const { account, ...parts } = rest as { account: number } & Omit<PutAccount, "accountId">;
  return { ...namesOf(accountIds[account]!), currency, ...pick(parts) };
};
export const namesOf = (accountId: string) => {
  return { accountId, subscriberIdentifiers: [`msisdn-${accountId}`, `imsi-${accountId}`] };
};
const pick = (parts: Omit<PutAccount, "accountId">) => ({
  products: parts.products,
  buckets: parts.buckets,
  counters: parts.counters,
  rules: parts.rules,
  timeZone: "Europe/Berlin",
});
