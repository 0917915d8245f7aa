// What a plan says, and that it says the same for the whole interval it claims: it is kept and used
// again for any message whose moment lies in it, also for one that comes late.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf, publishedTariff } from "../../scripts/testing/published-tariff.ts";
import {
  type Bucket,
  type Counter,
  type Product,
  type Profile,
  plainBucket,
  plainCounter,
} from "../balance/profile.ts";
import { planBurn } from "./burn-plan.ts";
import type { PublishedTariff } from "./price-plan.ts";

const published = (
  version: number,
  effectiveFrom: number,
  price: number,
  { tariffId = "t", currency = "EUR", ...rest } = {},
): PublishedTariff =>
  publishedTariff(version, effectiveFrom, {
    tariffId,
    currency,
    ratingGroups: [
      {
        ratingGroup: 10,
        unit: "octets",
        blockUnits: 100,
        blockPrice: decimalOf(price),
        quotaUnits: 1_000,
        quotaUnitsMax: 5_000,
        validityTimeSeconds: 600,
        ...rest,
      },
    ],
  });
const product = (validFrom: number, validUntil: number, tariffId = "t"): Product => ({
  productId: `p${validFrom}-${validUntil}-${tariffId}`,
  tariffId,
  validFrom,
  validUntil,
});
const bucket = (unit: Bucket["unit"], rest: Partial<Bucket> = {}): Bucket => ({
  bucketId: unit,
  unit,
  priority: 1,
  validFrom: 0,
  validUntil: 10_000,
  ratingGroups: [],
  ...plainBucket,
  ...rest,
});
const profileOf = (parts: {
  readonly products?: readonly Product[];
  readonly buckets?: readonly (Bucket | null)[];
  readonly counters?: readonly (Counter | null)[];
}): Profile => ({
  accountId: "a",
  version: 1,
  currency: "EUR",
  timeZone: "UTC",
  subscriberIdentifiers: [],
  products: [product(0, 10_000)],
  buckets: [bucket("money")],
  counters: [],
  rules: [],
  ...parts,
});
const catalogue = (...versions: PublishedTariff[]) => {
  const byId = new Map<string, PublishedTariff[]>();
  for (const one of versions) {
    byId.set(one.tariff.tariffId, [...(byId.get(one.tariff.tariffId) ?? []), one]);
  }
  return byId;
};
const question = (at: number, { ratingGroup = 10, tariffVersion = 9 } = {}) => ({
  ratingGroup,
  tariffVersion,
  at,
  context: {},
});

test("prices money by the block, allowances unit for unit, in burn order", () => {
  const buckets = [bucket("money"), null, bucket("octets"), bucket("seconds")];
  const plan = planBurn(profileOf({ buckets }), catalogue(published(1, 0, 7)), question(50));
  expect(plan.steps).toEqual([
    { cell: 8, blockUnits: 0, blockPriceMicros: 0, isUsable: true, floor: 0 },
    { cell: 4, blockUnits: 100, blockPriceMicros: 7, isUsable: true, floor: 0 },
  ]);
  expect(plan.refusal).toBeUndefined();
});

test("a bucket not valid yet gives nothing, an expired one only what it held", () => {
  const buckets = [
    bucket("octets", { bucketId: "old", validUntil: 40 }),
    bucket("octets", { bucketId: "new", validFrom: 60 }),
  ];
  const plan = planBurn(profileOf({ buckets }), catalogue(published(1, 0, 7)), question(50));
  expect(plan.steps.map(({ cell, isUsable }) => ({ cell, isUsable }))).toEqual([
    { cell: 4, isUsable: false },
  ]);
  expect([plan.validFrom, plan.validUntil]).toEqual([40, 60]);
});

test("a bucket and a counter serve the rating groups that they name", () => {
  const profile = profileOf({
    buckets: [bucket("octets", { ratingGroups: [11] }), bucket("money", { ratingGroups: [10] })],
    counters: [
      { counterId: "all", unit: "octets", ratingGroups: [], ...plainCounter },
      { counterId: "other", unit: "octets", ratingGroups: [11], ...plainCounter },
      null,
      { counterId: "spend", unit: "money", ratingGroups: [10], ...plainCounter },
      { counterId: "calls", unit: "seconds", ratingGroups: [], ...plainCounter },
    ],
  });
  const plan = planBurn(profile, catalogue(published(1, 0, 7)), question(50));
  expect(plan.steps.map(({ cell }) => cell)).toEqual([6]);
  expect(plan.counters).toEqual([
    { cell: 8, isMoney: false, period: 0 },
    { cell: 14, isMoney: true, period: 0 },
  ]);
});

test("says why nothing may be granted", () => {
  const tariffs = catalogue(
    published(1, 0, 7),
    published(2, 0, 7, { tariffId: "usd", currency: "USD" }),
  );
  const refusalOf = (products: readonly Product[], at = 50, ratingGroup = 10) =>
    planBurn(profileOf({ products }), tariffs, question(at, { ratingGroup })).refusal;
  expect(refusalOf([product(0, 100)])).toBeUndefined();
  expect(refusalOf([])).toBe("END_USER_SERVICE_DENIED");
  expect(refusalOf([product(0, 100)], 100)).toBe("END_USER_SERVICE_DENIED");
  expect(refusalOf([product(0, 100)], 50, 11)).toBe("RATING_FAILED");
  expect(refusalOf([product(0, 100, "unknown")])).toBe("RATING_FAILED");
  expect(refusalOf([product(0, 100, "usd")])).toBe("RATING_FAILED");
});

test("an expired product still prices what was used under it", () => {
  const profile = profileOf({ products: [product(0, 100)] });
  const plan = planBurn(profile, catalogue(published(1, 0, 7)), question(100));
  expect(plan.refusal).toBe("END_USER_SERVICE_DENIED");
  expect(plan.steps).toHaveLength(1);
});

test("a late message is priced by the tariff of its own moment", () => {
  const tariffs = catalogue(published(1, 0, 7), published(2, 200, 9));
  const priceAt = (at: number) => {
    const plan = planBurn(profileOf({}), tariffs, question(at));
    return [plan.steps[0]?.blockPriceMicros, plan.validFrom, plan.validUntil];
  };
  expect(priceAt(199)).toEqual([7, 0, 200]);
  expect(priceAt(200)).toEqual([9, 200, 10_000]);
});

const moments = fc.integer({ min: 0, max: 20 });
const interval = fc
  .tuple(moments, fc.integer({ min: 1, max: 12 }))
  .map(([validFrom, length]) => ({ validFrom, validUntil: validFrom + length }));
const tariffIds = fc.constantFrom("t", "u");
const profiles = fc
  .record({
    products: fc.array(fc.tuple(interval, tariffIds), { maxLength: 3 }),
    buckets: fc.array(
      fc.tuple(interval, fc.constantFrom("money" as const, "octets" as const), fc.nat(2)),
      { maxLength: 4 },
    ),
  })
  .map(({ products, buckets }) =>
    profileOf({
      products: products.map(([{ validFrom, validUntil }, id]) =>
        product(validFrom, validUntil, id),
      ),
      buckets: buckets.map(([valid, unit, priority]) => bucket(unit, { ...valid, priority })),
    }),
  );
const publications = fc.array(fc.tuple(moments, fc.nat(5), tariffIds), { maxLength: 5 });

test("keeps what fees and tiers go by also while another price of the group holds", () => {
  const planOf = (rest: object) =>
    planBurn(profileOf({}), catalogue(published(1, 0, 7, rest)), question(5));
  expect(planOf({}).price).toBeUndefined();
  expect(planOf({ prices: [priceAbroad] }).price).toBeUndefined();
  const withFee = { ...priceAbroad, setupFee: "0.1" };
  expect(planOf({ prices: [withFee] }).price).toMatchObject({ setupFeeMicros: 0 });
});
const priceAbroad = {
  priceId: "abroad",
  when: { ratTypes: ["NR"] },
  blockUnits: 1,
  blockPrice: "1",
};

test("the plan of a moment is the plan of every moment in the interval it claims", () => {
  fc.assert(
    fc.property(profiles, publications, fc.nat(6), moments, (profile, documents, version, at) => {
      const tariffs = catalogue(
        ...documents.map(([from, price, tariffId], index) =>
          published(index + 1, from, price, { tariffId }),
        ),
      );
      const planAt = (moment: number) =>
        planBurn(profile, tariffs, question(moment, { tariffVersion: version }));
      const plan = planAt(at);
      expect(plan.validFrom <= at && at < plan.validUntil).toBe(true);
      for (let other = plan.validFrom; other < Math.min(40, plan.validUntil); other++) {
        expect(planAt(other)).toEqual(plan);
      }
    }),
    { numRuns: 3_000 },
  );
});
