// Movements of money by chance, for tests that hold the engine to the naive model: small ids, so
// that requests meet again, with the same body or another one.

import fc from "fast-check";
import { limits } from "../../../engine/limits.ts";
import type { AnyRequest } from "../../../engine/simulation/direct-engine.ts";
import type { ModelAccount, ModelBonusRule } from "../../../engine/simulation/model-account.ts";
import { amountMax } from "../../../engine/values/units.ts";
import { often, seldom } from "./weights.ts";

const seconds = fc.oneof(
  often(fc.constant(0), 3),
  seldom(fc.integer({ min: 1, max: 7_200 })),
  seldom(fc.constantFrom(limits.ownValiditySecondsMax, limits.ownValiditySecondsMax + 1)),
);
/** Before the moment of the request; undefined: it does not say. */
const ages = fc.oneof(
  often(fc.constant(undefined), 12),
  seldom(fc.constantFrom(0, limits.movementRepeatMsMax, limits.movementRepeatMsMax + 1)),
  seldom(fc.constantFrom(-limits.eventAheadMsMax, -limits.eventAheadMsMax - 1)),
);

export type Place = { readonly account: number; readonly bucketId: string };

export const randomMovements = (accounts: number, bucketIds: readonly string[]) => {
  const place = fc.record({
    account: fc.nat(accounts),
    bucketId: fc.constantFrom(...bucketIds),
  });
  const adjustments = fc.record({
    kind: fc.constant("adjust" as const),
    id: fc.nat(9),
    place,
    amount: fc.oneof(
      often(fc.integer({ min: -20_000, max: 1_000 })),
      seldom(fc.constantFrom(-amountMax, 0)),
    ),
    seconds,
    age: ages,
  });
  const transfers = fc.record({
    kind: fc.constant("transfer" as const),
    id: fc.nat(9),
    from: place,
    to: place,
    /** Money is moved by little, so that no account comes to more than a cost can be. */
    amount: fc.oneof(often(fc.integer({ min: 1, max: 1_000 }), 12), seldom(fc.constant(0))),
    isAll: fc.oneof(often(fc.constant(false), 9), seldom(fc.constant(true))),
    fee: fc.oneof(often(fc.constant(0)), seldom(fc.nat(50)), seldom(fc.constant(amountMax))),
    isGift: fc.boolean(),
    age: ages,
  });
  return { adjustments, transfers };
};

type Movements = ReturnType<typeof randomMovements>;
type Drawn<T> = T extends fc.Arbitrary<infer M> ? M : never;
export type Adjustment = Drawn<Movements["adjustments"]>;
export type RandomTransfer = Drawn<Movements["transfers"]>;

const requestedAt = (age: number | undefined, now: number) => (age === undefined ? 0 : now - age);

export const adjustRequest = (
  { id, place, amount, seconds: extendsValiditySeconds, age }: Adjustment,
  accountIds: readonly string[],
  now: number,
): AnyRequest => ({
  operation: "adjust",
  request: {
    requestId: `request-${id}`,
    accountId: accountIds[place.account]!,
    bucketId: place.bucketId,
    amount,
    reason: "goodwill",
    extendsValiditySeconds,
    requestedAt: requestedAt(age, now),
  },
});

/** Now and then all that the source has, where it is no money. */
const amountOf = ({ amount, from, isAll }: RandomTransfer, source: ModelAccount | undefined) => {
  const bucket = source?.buckets.find((one) => one?.bucketId === from.bucketId);
  return isAll && bucket?.unit !== "money" ? Number(bucket?.remaining || amount) : amount;
};

export const transferRequest = (
  accounts: ReadonlyMap<string, ModelAccount>,
  drawn: RandomTransfer,
  accountIds: readonly string[],
  now: number,
): AnyRequest => {
  const { id, from, to, fee, isGift, age } = drawn;
  const fromAccountId = accountIds[from.account]!;
  const places = {
    fromAccountId,
    fromBucketId: from.bucketId,
    toAccountId: accountIds[to.account]!,
    toBucketId: to.bucketId,
  };
  const request = {
    requestId: `request-${id}`,
    ...places,
    amount: amountOf(drawn, accounts.get(fromAccountId)),
    kind: isGift ? ("gift" as const) : ("transfer" as const),
    fee,
    requestedAt: requestedAt(age, now),
  };
  return { operation: "transfer", request };
};
const money = fc.constantFrom("0.000001", "0.00002", "0.001", "0.02");
const units = fc.constantFrom(1, 7, 100, 5_000);

const sizes = (topUps: fc.Arbitrary<number | string>, given: fc.Arbitrary<number | string>) =>
  fc.record({
    bonusAmount: given,
    perAmount: fc.option(topUps, { nil: undefined }),
  });

const moneyRule = fc.record({
  bucketId: fc.constant("main"),
  amountMin: money,
  bonusBucketId: fc.constantFrom("main", "bonus", "data", "texts"),
  size: fc.oneof(
    fc.constantFrom("0.00001", 30).map((bonusAmount) => ({ bonusAmount })),
    sizes(fc.constantFrom("0.000003", "0.01"), fc.constantFrom(2, 9)),
  ),
});
const unitsRule = fc.record({
  bucketId: fc.constantFrom("data", "bonus", "talk"),
  amountMin: units,
  bonusBucketId: fc.constantFrom("data", "more", "talk"),
  size: fc.oneof(
    fc.constantFrom(1, 50, 150).map((bonusPercent) => ({ bonusPercent })),
    sizes(units, fc.constantFrom(3, 50)),
  ),
});

export const bonusRules: fc.Arbitrary<readonly ModelBonusRule[]> = fc
  .array(
    fc.record({
      rule: fc.oneof(moneyRule, unitsRule),
      isBounded: fc.boolean(),
      extendsValiditySeconds: fc.constantFrom(0, 0, 60),
    }),
    { maxLength: 3 },
  )
  .map((list) =>
    list.map(({ rule: { size, ...rule }, isBounded, ...rest }, index) => {
      const amountMax = typeof rule.amountMin === "string" ? "0.03" : 9_000;
      return { ruleId: `r${index}`, ...rule, ...size, ...rest, ...(isBounded && { amountMax }) };
    }),
  );
