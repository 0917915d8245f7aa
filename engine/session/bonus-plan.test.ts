// What a top-up brings besides, by the rules of a tariff.

import { expect, test } from "vitest";
import { type Bucket, type Profile, plainBucket } from "../balance/profile.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import { planBonuses } from "./bonus-plan.ts";

const now = Date.parse("2027-03-01T00:00:00Z");
const always = { validFrom: 0, validUntil: 4_102_444_800_000 };
const bucket = (
  bucketId: string,
  unit: Bucket["unit"],
  currency: string | null = null,
): Bucket => ({
  ...plainBucket,
  ...{ bucketId, unit, currency, priority: 1, ratingGroups: [] },
  ...always,
});

const profile = (given: Partial<Profile> = {}): Profile => ({
  ...{ accountId: "a", version: 1, currency: "EUR", timeZone: "UTC", subscriberIdentifiers: [] },
  products: [{ productId: "p", tariffId: "plan", ...always }],
  buckets: [bucket("main", "money"), bucket("gift", "money"), bucket("data", "octets")],
  counters: [],
  rules: [],
  ...given,
});

const tariff = (tariffId: string, ...rules: object[]) => {
  const group = { ratingGroup: 10, unit: "octets", blockUnits: 1, blockPrice: "1" };
  const parsed = parseTariff(
    JSON.stringify({
      ...{ tariffId, currency: "EUR", effectiveFrom: "2026-01-01T00:00:00Z" },
      ratingGroups: [{ ...group, quotaUnits: 1, validityTimeSeconds: 60 }],
      bonusRules: rules.map((rule, index) => ({ ruleId: `r${index}`, bucketId: "main", ...rule })),
    }),
  );
  if (!parsed.isOk) throw new Error(parsed.error.join());
  return { version: 1, tariff: parsed.value };
};

const bonuses = (rules: object[], amount: number, given: Partial<Profile> = {}, at = now) => {
  const catalogue = new Map([
    ["plan", [tariff("plan", ...rules)]],
    ["other", [tariff("other", { amountMin: "0", bonusBucketId: "main", bonusAmount: "7" })]],
  ]);
  const question = { bucketId: "main", amount, tariffVersion: 1, at };
  return planBonuses(profile(given), catalogue, question).map((one) => [
    ...[one.ruleId, one.bucket.bucketId, one.amount],
  ]);
};

const tenth = { amountMin: "20", amountMax: "50", bonusBucketId: "gift", bonusPercent: 10 };
const perFive = { amountMin: "5", bonusBucketId: "data", bonusAmount: 100, perAmount: "5" };

test.each([
  ["below the least", 19_999_999, []],
  ["at the least", 20_000_000, [["r0", "gift", 2_000_000]]],
  ["rounded down", 20_000_019, [["r0", "gift", 2_000_001]]],
  ["at the most", 50_000_000, [["r0", "gift", 5_000_000]]],
  ["above the most", 50_000_001, []],
])("a tenth of a top-up that is %s", (_, amount, expected) => {
  expect(bonuses([tenth], amount)).toEqual(expected);
});

test("an amount for each whole step, beside what other rules give", () => {
  expect(bonuses([tenth, perFive], 24_999_999)).toEqual([
    ["r0", "gift", 2_499_999],
    ["r1", "data", 400],
  ]);
});

test("a rule holds from its beginning up to its end", () => {
  const dates = { validFrom: "2027-03-01T00:00:00Z", validUntil: "2027-03-02T00:00:00Z" };
  const dated = [{ ...perFive, ...dates }];
  const at = (ms: number) => bonuses(dated, 5_000_000, {}, now + ms).length;
  expect([at(-1), at(0), at(86_400_000 - 1), at(86_400_000)]).toEqual([0, 1, 1, 0]);
});

test.each([
  ["the bonus bucket is not there", [bucket("main", "money")]],
  ["it is of money and the rule gives units", [bucket("main", "money"), bucket("data", "money")]],
  ["the topped-up bucket is of units", [bucket("main", "octets"), bucket("data", "octets")]],
  ["it is of another currency", [bucket("main", "money", "USD"), bucket("data", "octets")]],
])("a rule does not apply where %s", (_, buckets) => {
  expect(bonuses([perFive], 5_000_000, { buckets })).toEqual([]);
});

test("the first product that is valid and has rules for the bucket decides", () => {
  const [over, other] = [
    { productId: "over", tariffId: "plan", validFrom: 0, validUntil: now },
    { productId: "other", tariffId: "other", ...always },
  ];
  expect(bonuses([perFive], 5_000_000, { products: [over, other] })).toEqual([
    ["r0", "main", 7_000_000],
  ]);
});

test("what no bucket can hold is told as more than that, never rounded", () => {
  const huge = { amountMin: "0", bonusBucketId: "gift", bonusPercent: 1_000 };
  const [[, , amount]] = bonuses([huge], Number.MAX_SAFE_INTEGER) as [[string, string, number]];
  expect(amount).toBe(2 ** 53);
});
