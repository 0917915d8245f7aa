// Purchases: what an account gets, what it pays when, and that the engine takes the profile that
// all its products make.

import fc from "fast-check";
import { expect, test } from "vitest";
import { readRequest, requestMessage } from "../../../engine/protocol/messages.ts";
import { accountProblem } from "../../../engine/store/account-problem.ts";
import {
  catalogueAt,
  randomCatalogues,
  valued,
} from "../../../scripts/testing/random-catalogues.ts";
import { chargeAt } from "./agreed-charges.ts";
import { type BoughtProduct, neverMs, type Purchase, productTerms } from "./buy-product.ts";
import { type CompiledCatalogue, compileCatalogue } from "./compile-catalogue.ts";
import type { CatalogueDocuments } from "./documents.ts";
import { profileOf } from "./profile-of.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const timeZone = "Europe/Berlin";
const dayMs = 86_400_000;

const compiled = (documents: CatalogueDocuments): CompiledCatalogue => {
  const outcome = compileCatalogue(documents, { version: 1, effectiveAt: catalogueAt });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error, null, 1));
  return outcome.value;
};

const bought = (catalogue: CompiledCatalogue, purchase: Partial<Purchase>): BoughtProduct => {
  const outcome = productTerms(catalogue, { ...purchaseOf(), ...purchase });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
};

const purchaseOf = (): Purchase => ({
  ...{ offeringId: "plan", productId: "p1", timeZone, subscribers: ["msisdn-1"] },
  at: Date.parse("2027-01-31T12:00:00+01:00"),
});

const accountOf = (products: readonly BoughtProduct[]) =>
  profileOf({
    ...{ accountId: "a", currency: "EUR", timeZone, subscriberIdentifiers: ["msisdn-1"] },
    products,
  });

/** The request as the engine reads it: with all that may be left out. */
const refusalOf = (profile: object): string | undefined => {
  const read = readRequest(requestMessage("putAccount", 1, profile as never));
  if (read.refusal !== undefined) return read.refusal.detail;
  return accountProblem(read.request as Parameters<typeof accountProblem>[0]);
};

const plans: CatalogueDocuments = {
  ...{ catalog: [], category: [], productSpecification: [] },
  productOffering: [
    {
      ...{ id: "plan", productOfferingPrice: ["fee", "start", "gift"].map((id) => ({ id })) },
      productOfferingTerm: [{ name: "commitment", duration: { amount: 1, units: "month" } }],
      channel: [{ id: "online" }],
    },
    {
      ...{ id: "pass", productOfferingPrice: [{ id: "week" }] },
      productOfferingRelationship: [
        { id: "plan", relationshipType: "requires" },
        { id: "rival", relationshipType: "excludes" },
      ],
    },
    { id: "part", isSellable: false, productOfferingPrice: [{ id: "week" }] },
    { id: "rival" },
    {
      ...{ id: "bundle", isBundle: true },
      bundledProductOffering: [
        { id: "plan" },
        {
          id: "part",
          bundledProductOfferingOption: {
            ...{ numberRelOfferLowerLimit: 1, numberRelOfferUpperLimit: 3 },
            numberRelOfferDefault: 2,
          },
        },
      ],
    },
  ],
  productOfferingPrice: [
    {
      ...{ id: "fee", priceType: "recurring", recurringChargePeriodType: "month" },
      price: { unit: "EUR", value: 10 },
      popRelationship: [
        { id: "half", relationshipType: "discount" },
        { id: "code", relationshipType: "discount" },
      ],
    },
    {
      ...{ id: "half", priceType: "discount", percentage: 50 },
      productOfferingTerm: [{ duration: { amount: 2, units: "month" } }],
    },
    {
      ...{ id: "code", priceType: "discount", price: { unit: "EUR", value: 1 } },
      prodSpecCharValueUse: [valued("promotionCode", "ONE")],
    },
    { id: "start", priceType: "oneTime", price: { unit: "EUR", value: 5 } },
    {
      ...{ id: "gift", priceType: "allowance", recurringChargePeriodType: "month" },
      unitOfMeasure: { amount: 1, units: "GiB" },
      prodSpecCharValueUse: [
        valued("anchor", "purchase"),
        valued("rollover", { amount: 500, units: "MiB", periods: 1 }),
      ],
    },
    {
      ...{ id: "week", priceType: "allowance", unitOfMeasure: { amount: 100, units: "SMS" } },
      productOfferingTerm: [{ duration: { amount: 7, units: "day" } }],
    },
  ],
};
const catalogue = compiled(plans);

test("a plan gives a bucket that is renewed from that day on, and one that it rolls to", () => {
  const { buckets, credits, boundUntil } = bought(catalogue, {});
  expect(buckets).toMatchObject([
    {
      bucketId: "gift.p1",
      priority: 10,
      validUntil: neverMs,
      renewal: {
        period: { unit: "month", count: 1, anchorDay: 31 },
        amount: 2 ** 30,
        rollover: {
          ...{ bucketId: "gift.p1.rollover", amountMax: 500 * 2 ** 20, lastsOnePeriod: true },
        },
      },
    },
    { bucketId: "gift.p1.rollover", priority: 9, renewal: null },
  ]);
  expect(credits).toEqual([]);
  expect(boundUntil).toBe(Date.parse("2027-02-28T12:00:00+01:00"));
});

test("fees fall due with the discounts that this buyer has, for as long as these last", () => {
  const { at } = purchaseOf();
  const later = Date.parse("2027-03-31T12:00:00+02:00");
  const [fee, start] = bought(catalogue, { promotionCode: "ONE" }).charges;
  expect([fee!, start!].map((charge) => chargeAt(charge, at))).toEqual([4_000_000, 5_000_000]);
  expect(chargeAt(fee!, later - 1)).toBe(4_000_000);
  expect(chargeAt(fee!, later)).toBe(9_000_000);
  expect(chargeAt(bought(catalogue, {}).charges[0]!, later)).toBe(10_000_000);
});

test("what is granted once is topped up, and is over after a week by the clocks", () => {
  const { buckets, credits } = bought(catalogue, { offeringId: "pass", owned: ["plan"] });
  expect(credits).toEqual([{ bucketId: "week.p1", amount: 100 }]);
  expect(buckets[0]!.validUntil).toBe(purchaseOf().at + 7 * dayMs);
});

test("a bundle is one purchase of all its parts, each as often as it is wanted", () => {
  const bundle = bought(catalogue, { offeringId: "bundle", components: { part: 3 } });
  expect(bundle.buckets.map(({ bucketId }) => bucketId)).toEqual([
    ...["gift.p1.plan", "gift.p1.plan.rollover"],
    ...["week.p1.part", "week.p1.part-2", "week.p1.part-3"],
  ]);
  expect(bought(catalogue, { offeringId: "bundle" }).credits.length).toBe(2);
});

test.each<readonly [Partial<Purchase>, string]>([
  [{ offeringId: "nothing" }, "NOT_ON_SALE"],
  [{ offeringId: "plan", version: "2.0" }, "NOT_ON_SALE"],
  [{ offeringId: "part" }, "ONLY_IN_BUNDLES"],
  [{ channel: "shop" }, "OTHER_CHANNEL"],
  [{ offeringId: "pass" }, "REQUIREMENT_MISSING"],
  [{ offeringId: "rival", owned: ["pass"] }, "EXCLUDED"],
  [{ offeringId: "pass", owned: ["plan", "rival"] }, "EXCLUDED"],
  [{ offeringId: "bundle", components: { part: 4 } }, "COMPONENT_COUNT"],
  [{ offeringId: "bundle", components: { pass: 1 } }, "COMPONENT_COUNT"],
  [{ promotionCode: "TWO" }, "UNKNOWN_PROMOTION"],
  [{ timeZone: "Mars/Olympus" }, "UNKNOWN_TIME_ZONE"],
])("%j is refused: %s", (purchase, code) => {
  const outcome = productTerms(catalogue, { ...purchaseOf(), ...purchase });
  expect(outcome).toMatchObject({ isOk: false, error: [{ code }] });
});

test("more buckets than an account can hold are refused by the bound's name", () => {
  const passes = Array.from({ length: 33 }, (_, n) =>
    bought(catalogue, { offeringId: "pass", owned: ["plan"], productId: `p${n}` }),
  );
  const outcome = accountOf(passes);
  expect(outcome.isOk || outcome.error.map(({ limit }) => limit)).toEqual(["bucketsPerAccountMax"]);
});

const purchases = fc.array(
  fc.record({
    plan: fc.nat(2),
    days: fc.nat(58),
    subscriber: fc.constantFrom("msisdn-1", "msisdn-2"),
  }),
  { minLength: 1, maxLength: 5 },
);

test(`the engine takes what any purchases come to, in any order (seed ${seed})`, () => {
  let taken = 0;
  fc.assert(
    fc.property(randomCatalogues, purchases, (documents, wanted) => {
      const random = compiled(documents);
      const count = documents.productOffering.length;
      const products = wanted.map(({ days, plan, subscriber }, n) =>
        bought(random, {
          ...{ offeringId: `plan-${plan % count}`, productId: `p${n}` },
          ...{ at: catalogueAt + days * dayMs, subscribers: [subscriber] },
        }),
      );
      const profile = accountOf(products);
      const other = accountOf([...products].reverse());
      expect(other).toEqual(profile);
      for (const { charges, credits } of products) {
        for (const { amount } of credits) expect(Number.isSafeInteger(amount)).toBe(true);
        for (const charge of charges) {
          const due = chargeAt(charge, catalogueAt + 30 * dayMs);
          expect(Number.isSafeInteger(due) && due >= 0 && due <= charge.amountMicros).toBe(true);
        }
      }
      if (!profile.isOk) {
        const codes = profile.error.map(({ code }) => code);
        expect(codes.every((code) => code === "CONFLICT" || code === "BEYOND_LIMIT")).toBe(true);
        return;
      }
      expect(refusalOf(profile.value)).toBeUndefined();
      const ids = profile.value.buckets.map(({ bucketId }) => bucketId);
      const credited = products.flatMap(({ credits }) => credits.map(({ bucketId }) => bucketId));
      expect(credited.filter((id) => !ids.includes(id))).toEqual([]);
      taken += 1;
    }),
    { seed, numRuns: 60 },
  );
  expect(taken).toBeGreaterThan(20);
}, 60_000);
