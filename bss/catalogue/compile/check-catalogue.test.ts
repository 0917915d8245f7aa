// A catalogue that contradicts itself: one contradiction after the other in a sound one, each found
// by its code, in its document, at its place.

import { expect, test } from "vitest";
import { valued } from "../../../scripts/testing/random-catalogues.ts";
import { checkCatalogue } from "./compile-catalogue.ts";
import type { CatalogueDocuments } from "./documents.ts";
import { type FindingCode, findingCodes } from "./finding.ts";

type Kind = keyof CatalogueDocuments;
type Json = Record<string, unknown>;

const euro = (value: number) => ({ unit: "EUR", value });
const related = (id: string, relationshipType: string) => ({ id, relationshipType });
const dates = (from: string, until: string) => ({
  validFor: { startDateTime: `${from}T00:00:00Z`, endDateTime: `${until}T00:00:00Z` },
});

/** What a tier says; changed one by one below. */
const tier = (id: string, span: object): Json => ({
  ...{ id, priceType: "usage", price: euro(0.01) },
  unitOfMeasure: { amount: 1, units: "minute" },
  prodSpecCharValueUse: [
    { name: "tier", productSpecCharacteristicValue: [{ unitOfMeasure: "minute", ...span }] },
  ],
});

const sound = (): Record<Kind, Json[]> => ({
  catalog: [{ id: "all", category: [{ id: "top" }] }],
  category: [
    { id: "top", subCategory: [{ id: "sub" }] },
    { id: "sub", parentId: "top", productOffering: [{ id: "plan" }] },
  ],
  productSpecification: [
    {
      id: "line",
      productSpecCharacteristic: [
        valued(
          "ratingGroup",
          { ratingGroup: 10, unit: "octets", quotaUnits: 100, validityTimeSeconds: 60 },
          { ratingGroup: 100, unit: "seconds", quotaUnits: 60, validityTimeSeconds: 60 },
        ),
        valued("zone", { zoneId: "germany", prefixes: ["+49"] }),
      ],
    },
  ],
  productOffering: [
    {
      ...{ id: "plan", productSpecification: { id: "line" } },
      productOfferingPrice: ["data", "calls", "fee", "gift"].map((id) => ({ id })),
      productOfferingRelationship: [],
    },
    { id: "pass", productOfferingRelationship: [related("plan", "requires")] },
    {
      ...{ id: "bundle", isBundle: true },
      bundledProductOffering: [
        {
          id: "plan",
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
      ...{ id: "data", priceType: "usage", price: euro(0.01) },
      unitOfMeasure: { amount: 1, units: "MiB" },
      prodSpecCharValueUse: [valued("ratingGroup", 10)],
    },
    {
      ...{ id: "calls", priceType: "usage", isBundle: true },
      pricingLogicAlgorithm: [{ plaSpecId: "graduated" }],
      bundledPopRelationship: [{ id: "first" }, { id: "then" }],
      prodSpecCharValueUse: [valued("ratingGroup", 100)],
    },
    tier("first", { valueFrom: 0, valueTo: 10 }),
    tier("then", { valueFrom: 10 }),
    {
      ...{ id: "fee", priceType: "recurring", recurringChargePeriodType: "month" },
      ...{ price: euro(9.99), popRelationship: [related("off", "discount")] },
    },
    {
      ...{ id: "off", priceType: "discount", percentage: 10 },
      prodSpecCharValueUse: [valued("promotionCode", "TEN")],
    },
    {
      ...{ id: "gift", priceType: "allowance", recurringChargePeriodType: "month" },
      unitOfMeasure: { amount: 1, units: "GiB" },
      prodSpecCharValueUse: [valued("ratingGroup", 10)],
    },
  ],
});

const find = (documents: Record<Kind, Json[]>, kind: Kind, id: string): Json =>
  documents[kind].find((one) => one["id"] === id)!;

/** `code kind id pointer`. */
const foundIn = (documents: Record<Kind, Json[]>): readonly string[] =>
  checkCatalogue(documents as unknown as CatalogueDocuments).map(({ code, entity, pointer }) =>
    `${code} ${entity.kind} ${entity.id} ${pointer}`.trimEnd(),
  );

type Spoiling = readonly [
  what: string,
  found: `${FindingCode} ${Kind} ${string}`,
  spoil: (documents: Record<Kind, Json[]>) => void,
];

const inPrice =
  (id: string, change: Json) =>
  (documents: Record<Kind, Json[]>): void => {
    Object.assign(find(documents, "productOfferingPrice", id), change);
  };
const inOffering =
  (id: string, change: Json) =>
  (documents: Record<Kind, Json[]>): void => {
    Object.assign(find(documents, "productOffering", id), change);
  };
const option = (lower: number, upper: number, standard: number) => ({
  bundledProductOffering: [
    {
      id: "plan",
      bundledProductOfferingOption: {
        ...{ numberRelOfferLowerLimit: lower, numberRelOfferUpperLimit: upper },
        numberRelOfferDefault: standard,
      },
    },
  ],
});
const optionAt = "/bundledProductOffering/0/bundledProductOfferingOption";
const gift = (...values: readonly object[]) => ({
  prodSpecCharValueUse: [valued("ratingGroup", 10), ...values],
});
const rolling = (value: object) => gift(valued("rollover", value));
const valueAt = (use: number) => `/prodSpecCharValueUse/${use}/productSpecCharacteristicValue/0`;

const spoilings: readonly Spoiling[] = [
  [
    "a document without an id",
    "ID_MISSING category  /id",
    ({ category }) => category.push({ name: "nameless" }),
  ],
  [
    "a version that is there twice",
    "DUPLICATE productOffering pass /version",
    ({ productOffering }) => productOffering.push({ id: "pass" }),
  ],
  [
    "versions that are valid at the same time",
    "OVERLAPPING_VERSIONS productOfferingPrice fee /validFor",
    (documents) => {
      const fee = find(documents, "productOfferingPrice", "fee");
      Object.assign(fee, dates("2026-01-01", "2027-01-01"));
      documents.productOfferingPrice.push({
        ...{ ...fee, version: "2.0" },
        ...dates("2026-12-31", "2028-01-01"),
      });
    },
  ],
  [
    "a period that ends before it begins",
    "VALIDITY_BACKWARDS productOffering pass /validFor/endDateTime",
    inOffering("pass", dates("2027-01-01", "2026-01-01")),
  ],
  [
    "a date that is none",
    "INVALID_VALUE productOffering pass /validFor/startDateTime",
    inOffering("pass", { validFor: { startDateTime: "2027-02-30T00:00:00Z" } }),
  ],
  [
    "a price that does not exist",
    "DANGLING_REFERENCE productOffering plan /productOfferingPrice/0/id",
    inOffering("plan", { productOfferingPrice: [{ id: "nowhere" }] }),
  ],
  [
    "a price that is a draft",
    "DANGLING_REFERENCE productOffering plan /productOfferingPrice/2/id",
    inPrice("fee", { lifecycleStatus: "In design" }),
  ],
  [
    "a version of a specification that does not exist",
    "DANGLING_REFERENCE productOffering pass /productSpecification/id",
    inOffering("pass", { productSpecification: { id: "line", version: "3.0" } }),
  ],
  [
    "a category whose parent does not exist",
    "DANGLING_REFERENCE category sub /parentId",
    (documents) => Object.assign(find(documents, "category", "sub"), { parentId: "nowhere" }),
  ],
  [
    "categories in a circle",
    "CYCLE category top /subCategory",
    (documents) => Object.assign(find(documents, "category", "top"), { parentId: "sub" }),
  ],
  [
    "a bundle that contains itself",
    "CYCLE productOffering bundle /bundledProductOffering",
    inOffering("plan", { bundledProductOffering: [{ id: "bundle" }] }),
  ],
  [
    "offerings that require each other",
    "CYCLE productOffering pass /productOfferingRelationship",
    inOffering("plan", { productOfferingRelationship: [related("pass", "requires")] }),
  ],
  [
    "an offering that excludes what it requires",
    "REQUIRES_EXCLUDED productOffering pass /productOfferingRelationship",
    inOffering("plan", { productOfferingRelationship: [related("pass", "excludes")] }),
  ],
  [
    "a bundle of at least three and at most two",
    `BUNDLE_LIMITS productOffering bundle ${optionAt}`,
    inOffering("bundle", option(3, 2, 2)),
  ],
  [
    "a default that is more than the most",
    `BUNDLE_LIMITS productOffering bundle ${optionAt}/numberRelOfferDefault`,
    inOffering("bundle", option(1, 3, 4)),
  ],
  [
    "an offering whose specification is retired",
    "RETIRED_SPECIFICATION productOffering plan /productSpecification",
    (documents) =>
      Object.assign(find(documents, "productSpecification", "line"), {
        lifecycleStatus: "Retired",
      }),
  ],
  [
    "usage without a specification",
    "SPECIFICATION_MISSING productOffering plan",
    inOffering("plan", { productSpecification: undefined }),
  ],
  [
    "a type of price that says nothing",
    "UNKNOWN_PRICE_TYPE productOfferingPrice fee /priceType",
    inPrice("fee", { priceType: "penalty" }),
  ],
  [
    "a characteristic with a slip of the pen",
    "UNKNOWN_CHARACTERISTIC productOfferingPrice gift /prodSpecCharValueUse/1/name",
    inPrice("gift", gift(valued("roll-over", 1))),
  ],
  [
    "an allowance of units and of money",
    "PRICE_MISSING productOfferingPrice gift",
    inPrice("gift", { price: euro(1) }),
  ],
  [
    "a price without a currency",
    "CURRENCY_MISSING productOfferingPrice fee /price/unit",
    inPrice("fee", { price: { value: 1 } }),
  ],
  [
    "a price in another currency",
    "TWO_CURRENCIES productOffering plan /productOfferingPrice",
    inPrice("fee", { price: { unit: "CHF", value: 1 } }),
  ],
  [
    "a price of a tenth of a micro",
    "TOO_PRECISE productOfferingPrice data /price/value",
    inPrice("data", { price: euro(1e-7) }),
  ],
  [
    "a recurring price without a period",
    "PERIOD_MISSING productOfferingPrice fee /recurringChargePeriodType",
    inPrice("fee", { recurringChargePeriodType: undefined }),
  ],
  [
    "a usage price for no rating group",
    "RATING_GROUP_MISSING productOfferingPrice data",
    inPrice("data", { prodSpecCharValueUse: [] }),
  ],
  [
    "a usage price for a rating group that is not specified",
    "RATING_GROUP_MISSING productOfferingPrice data",
    inPrice("data", { prodSpecCharValueUse: [valued("ratingGroup", 10, 11)] }),
  ],
  [
    "a usage price without a unit",
    "UNIT_MISSING productOfferingPrice data /unitOfMeasure",
    inPrice("data", { unitOfMeasure: undefined }),
  ],
  [
    "an allowance of gallons",
    "UNKNOWN_UNIT productOfferingPrice gift /unitOfMeasure/units",
    inPrice("gift", { unitOfMeasure: { amount: 1, units: "gallon" } }),
  ],
  [
    "a price by the minute for data",
    "UNKNOWN_UNIT productOfferingPrice data",
    inPrice("data", { unitOfMeasure: { amount: 1, units: "minute" } }),
  ],
  [
    "half a message",
    "INVALID_VALUE productOfferingPrice gift /unitOfMeasure/amount",
    inPrice("gift", { unitOfMeasure: { amount: 0.5, units: "message" } }),
  ],
  [
    "minutes between two tiers",
    `TIER_GAP productOfferingPrice then ${valueAt(0)}`,
    inPrice("then", tier("then", { valueFrom: 11 })),
  ],
  [
    "minutes in two tiers",
    `TIER_OVERLAP productOfferingPrice then ${valueAt(0)}`,
    inPrice("then", tier("then", { valueFrom: 9 })),
  ],
  [
    "two base prices",
    "TWO_BASE_PRICES productOfferingPrice data-again",
    (documents) => {
      const data = find(documents, "productOfferingPrice", "data");
      documents.productOfferingPrice.push({ ...data, id: "data-again" });
      const plan = find(documents, "productOffering", "plan");
      (plan["productOfferingPrice"] as Json[]).push({ id: "data-again" });
    },
  ],
  [
    "usage with and without tax",
    "TAX_DIFFERS productOfferingPrice calls",
    inPrice("data", {
      prodSpecCharValueUse: [valued("ratingGroup", 10), valued("taxIncluded", true)],
    }),
  ],
  [
    "a rollover for two periods",
    `ROLLOVER_TOO_LONG productOfferingPrice gift ${valueAt(1)}/value/periods`,
    inPrice("gift", rolling({ amount: 1, units: "GiB", periods: 2 })),
  ],
  [
    "two promotions with one code",
    "PROMOTION_CODE_TWICE productOfferingPrice other /prodSpecCharValueUse",
    (documents) =>
      documents.productOfferingPrice.push({
        ...find(documents, "productOfferingPrice", "off"),
        id: "other",
      }),
  ],
  [
    "a code that makes usage cheaper",
    "PROMOTION_ON_USAGE productOfferingPrice data /popRelationship/0",
    inPrice("data", { popRelationship: [related("off", "discount")] }),
  ],
  [
    "more tiers than the engine takes",
    "BEYOND_LIMIT productOfferingPrice calls /bundledPopRelationship",
    inPrice("calls", {
      bundledPopRelationship: Array.from({ length: 16 }, () => ({ id: "first" })),
    }),
  ],
  [
    "a condition on a zone that is not specified",
    "REFUSED_BY_ENGINE productOfferingPrice weekend",
    (documents) => {
      const data = find(documents, "productOfferingPrice", "data");
      documents.productOfferingPrice.push({
        ...{ ...data, id: "weekend" },
        prodSpecCharValueUse: [valued("ratingGroup", 10), valued("zone", "austria")],
      });
      const plan = find(documents, "productOffering", "plan");
      (plan["productOfferingPrice"] as Json[]).push({ id: "weekend" });
    },
  ],
];

test("the sound one has no findings", () => {
  expect(foundIn(sound())).toEqual([]);
});

test.each(spoilings)("%s is found", (_, wanted, spoil) => {
  const documents = sound();
  spoil(documents);
  expect(foundIn(documents)).toContain(wanted);
});

test("each code is found somewhere above", () => {
  const found = new Set(spoilings.map(([, code]) => code.split(" ")[0]));
  expect(Object.keys(findingCodes).filter((code) => !found.has(code))).toEqual([]);
});

test("a bound of the engine is named", () => {
  const documents = sound();
  inOffering("plan", {
    prodSpecCharValueUse: [
      valued(
        "counter",
        ...Array.from({ length: 33 }, (_, n) => ({ counterId: `c${n}`, units: "GiB" })),
      ),
    ],
  })(documents);
  expect(checkCatalogue(documents as unknown as CatalogueDocuments)).toMatchObject([
    { code: "BEYOND_LIMIT", limit: "countersPerAccountMax", entity: { id: "plan" } },
  ]);
});

test("a finding is a sentence that names what it is about", () => {
  const documents = sound();
  inPrice("then", tier("then", { valueFrom: 11 }))(documents);
  const [finding] = checkCatalogue(documents as unknown as CatalogueDocuments);
  expect(finding?.message).toBe("Units from 600 to 660 have no price.");
});
