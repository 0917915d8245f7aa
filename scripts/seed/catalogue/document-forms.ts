// The forms that the demo catalogue's documents take, so that its data is what differs: TMF620 by
// its own names, dates and statuses filled in.

import type { CatalogueDocuments } from "../../../bss/catalogue/compile/index.ts";

export type PriceDocument = CatalogueDocuments["productOfferingPrice"][number];
export type OfferingDocument = CatalogueDocuments["productOffering"][number];
type Characteristic = NonNullable<PriceDocument["prodSpecCharValueUse"]>[number];
type Values = Readonly<Record<string, readonly unknown[] | string | number | boolean | object>>;

export const currency = "EUR";
/** When the demo operator opened. */
export const openedAt = "2020-01-01T00:00:00Z";
const published = { lifecycleStatus: "Launched", validFor: { startDateTime: openedAt } };

/** One with several values is written as a list. */
export const characteristicsFrom = (values: Values): Characteristic[] =>
  Object.entries(values).map(([name, value]) => ({
    name,
    productSpecCharacteristicValue: (Array.isArray(value) ? value : [value]).map(
      (one: unknown) => ({ value: one }),
    ),
  }));

const priceOf = (id: string, name: string, rest: Partial<PriceDocument>): PriceDocument => ({
  ...{ id, name, version: "1.0", ...published },
  ...rest,
});

const vat = [{ taxCategory: "VAT", taxRate: 19 }];

export const usagePrice = (
  id: string,
  name: string,
  rate: { readonly price: number; readonly per: readonly [amount: number, units: string] },
  characteristics: Values,
): PriceDocument => {
  const [amount, units] = rate.per;
  return priceOf(id, name, {
    priceType: "usage",
    price: { unit: currency, value: rate.price },
    unitOfMeasure: { amount, units },
    tax: vat,
    prodSpecCharValueUse: characteristicsFrom({ ...characteristics, taxIncluded: true }),
  });
};

export const freePrice = (id: string, name: string, ratingGroups: readonly number[]) =>
  priceOf(id, name, {
    priceType: "usage",
    prodSpecCharValueUse: characteristicsFrom({
      ...{ ratingGroup: ratingGroups, access: "free", taxIncluded: true },
    }),
  });

/** The tiers follow each other; the last one goes on for ever. */
export const tieredPrice = (
  id: string,
  name: string,
  tiers: readonly { readonly upTo?: number; readonly price: number }[],
  { units, characteristics }: { readonly units: string; readonly characteristics: Values },
): readonly PriceDocument[] => {
  const parts = tiers.map(({ price, upTo }, index) =>
    priceOf(`${id}-${index + 1}`, `${name}, tier ${index + 1}`, {
      priceType: "usage",
      price: { unit: currency, value: price },
      unitOfMeasure: { amount: 1, units },
      prodSpecCharValueUse: [
        {
          name: "tier",
          productSpecCharacteristicValue: [
            {
              valueFrom: tiers[index - 1]?.upTo ?? 0,
              ...(upTo === undefined ? {} : { valueTo: upTo }),
              unitOfMeasure: units,
            },
          ],
        },
      ],
    }),
  );
  const whole = priceOf(id, name, {
    priceType: "usage",
    isBundle: true,
    pricingLogicAlgorithm: [{ plaSpecId: "graduated" }],
    bundledPopRelationship: parts.map((part) => ({ id: part.id })),
    tax: vat,
    prodSpecCharValueUse: characteristicsFrom({ ...characteristics, taxIncluded: true }),
  });
  return [whole, ...parts];
};

type Off = { readonly discounts?: readonly string[] };

const relatedTo = ({ discounts = [] }: Off) =>
  discounts.length === 0
    ? {}
    : { popRelationship: discounts.map((id) => ({ id, relationshipType: "discount" })) };

export const monthly = (id: string, name: string, value: number, off: Off = {}): PriceDocument =>
  recurring(id, name, value, { type: "month", ...off });

export const recurring = (
  id: string,
  name: string,
  value: number,
  { type, ...off }: Off & { readonly type: "month" | "year" },
): PriceDocument =>
  priceOf(id, name, {
    priceType: "recurring",
    ...{ recurringChargePeriodType: type, recurringChargePeriodLength: 1 },
    price: { unit: currency, value },
    tax: vat,
    prodSpecCharValueUse: characteristicsFrom({ taxIncluded: true }),
    ...relatedTo(off),
  });

export const once = (id: string, name: string, value: number, off: Off = {}): PriceDocument =>
  priceOf(id, name, {
    priceType: "oneTime",
    price: { unit: currency, value },
    tax: vat,
    prodSpecCharValueUse: characteristicsFrom({ taxIncluded: true }),
    ...relatedTo(off),
  });

export const discount = (
  id: string,
  name: string,
  rest: Partial<PriceDocument> & { readonly code?: string },
): PriceDocument => {
  const { code, ...document } = rest;
  return priceOf(id, name, {
    priceType: "discount",
    ...document,
    ...(code === undefined
      ? {}
      : { prodSpecCharValueUse: characteristicsFrom({ promotionCode: code }) }),
  });
};

type Grant = {
  readonly amount: readonly [amount: number, units: string];
  /** Left out: it is granted once. */
  readonly each?: "month" | "year";
  readonly lasts?: readonly [amount: number, units: string];
  readonly characteristics?: Values;
};

export const allowance = (id: string, name: string, grant: Grant): PriceDocument => {
  const { amount, characteristics = {}, each, lasts } = grant;
  return priceOf(id, name, {
    priceType: "allowance",
    unitOfMeasure: { amount: amount[0], units: amount[1] },
    ...(each === undefined ? {} : { recurringChargePeriodType: each }),
    ...(lasts === undefined
      ? {}
      : { productOfferingTerm: [{ duration: { amount: lasts[0], units: lasts[1] } }] }),
    prodSpecCharValueUse: characteristicsFrom(characteristics),
  });
};

/** What is paid in goes to the bucket `main`, which all prepaid products share. */
export const purse = (id: string, name: string, value: number, characteristics: Values = {}) =>
  priceOf(id, name, {
    priceType: "allowance",
    price: { unit: currency, value },
    prodSpecCharValueUse: characteristicsFrom({
      ...{ bucket: "main", priority: 2 },
      ...characteristics,
    }),
  });

type Offered = Partial<OfferingDocument> & {
  readonly categories: readonly string[];
  readonly prices: readonly string[];
  readonly specification?: string;
  readonly characteristics?: Values;
  readonly requires?: readonly string[];
  readonly excludes?: readonly string[];
  readonly migratesTo?: readonly string[];
  readonly commitmentMonths?: number;
};

export const offering = (id: string, name: string, offered: Offered): OfferingDocument => {
  const { categories, characteristics, commitmentMonths, prices, specification, ...more } = offered;
  const { excludes = [], migratesTo = [], requires = [], ...rest } = more;
  const related = (ids: readonly string[], relationshipType: string) =>
    ids.map((one) => ({ id: one, relationshipType }));
  const relations = [
    ...related(requires, "requires"),
    ...related(excludes, "excludes"),
    ...related(migratesTo, "migratesTo"),
  ];
  return {
    ...{ id, name, version: "1.0", ...published, isBundle: false, isSellable: true },
    category: categories.map((one) => ({ id: one })),
    productOfferingPrice: prices.map((one) => ({ id: one })),
    ...(specification === undefined ? {} : { productSpecification: { id: specification } }),
    ...(characteristics === undefined
      ? {}
      : { prodSpecCharValueUse: characteristicsFrom(characteristics) }),
    ...(relations.length === 0 ? {} : { productOfferingRelationship: relations }),
    ...(commitmentMonths === undefined
      ? {}
      : {
          productOfferingTerm: [
            { name: "commitment", duration: { amount: commitmentMonths, units: "month" } },
          ],
        }),
    ...rest,
  };
};

export const categoryOf = (id: string, name: string, parentId?: string) => ({
  ...{ id, name, version: "1.0", ...published },
  ...(parentId === undefined ? { isRoot: true } : { isRoot: false, parentId }),
});

export const specificationOf = (id: string, name: string, characteristics: Values) => ({
  ...{ id, name, version: "1.0", ...published },
  productSpecCharacteristic: characteristicsFrom(characteristics),
});
