// Catalogues by chance, valid ones: one line with three rating groups, offerings with usage prices
// of every form and under every kind of condition, fees, discounts, allowances. And uses that they
// have something to say to.

import fc from "fast-check";
import type { CatalogueDocuments } from "../../bss/catalogue/compile/index.ts";

type Price = CatalogueDocuments["productOfferingPrice"][number];
type Offering = CatalogueDocuments["productOffering"][number];

export const catalogueAt = Date.parse("2027-01-01T00:00:00Z");
/** Discounts come and go in its first weeks. */
export const randomUseUntil = Date.parse("2027-03-01T00:00:00Z");

export const valued = (name: string, ...values: readonly unknown[]) => ({
  name,
  productSpecCharacteristicValue: values.map((value) => ({ value })),
});

const groups = [
  { ratingGroup: 10, unit: "octets", units: "octet" },
  { ratingGroup: 100, unit: "seconds", units: "second" },
  { ratingGroup: 200, unit: "messages", units: "message" },
] as const;

const specification = {
  id: "line",
  productSpecCharacteristic: [
    valued("timeZone", "Europe/Berlin"),
    valued(
      "ratingGroup",
      ...groups.map(({ ratingGroup, unit }) => ({
        ...{ ratingGroup, unit, quotaUnits: 100, validityTimeSeconds: 60 },
      })),
    ),
    valued(
      "zone",
      { zoneId: "germany", prefixes: ["+49"] },
      { zoneId: "berlin", prefixes: ["+4930", "+49331"] },
    ),
    valued("network", { networkZoneId: "home", networks: ["26201", "208"] }),
    valued("timeBand", {
      ...{ timeBandId: "peak", from: "08:00", until: "20:00" },
      days: ["monday", "tuesday", "wednesday", "thursday", "friday"],
    }),
    valued("freeNumber", "112"),
  ],
};

const money = fc.constantFrom(0.000001, 0.01, 0.05, 0.29, 1.5, 12);
const percent = fc.constantFrom(10, 12.5, 33.3333, 100);
const blocks = fc.constantFrom(1, 7, 60, 100);
const euro = (value: number) => ({ unit: "EUR", value });

type Form = { readonly rest: Partial<Price>; readonly parts: readonly Price[] };
type Named = { readonly id: string; readonly units: string; readonly ratingGroup: number };

const extras = fc.record(
  {
    setupFee: money,
    minimumCharge: fc.constantFrom(0.1, 0.5),
    maximumCharge: fc.constantFrom(1, 20),
    initialBlock: fc.record({ amount: blocks, price: money }),
  },
  { requiredKeys: [] },
);

const flat = (named: Named): fc.Arbitrary<Form> =>
  fc.tuple(money, blocks, extras).map(([value, amount, more]) => ({
    rest: {
      price: euro(value),
      unitOfMeasure: { amount, units: named.units },
      prodSpecCharValueUse: Object.entries(more).map(([name, one]) =>
        valued(name, typeof one === "number" ? one : { ...one, units: named.units }),
      ),
    },
    parts: [],
  }));

const tiered = ({ id, units }: Named): fc.Arbitrary<Form> =>
  fc
    .array(fc.record({ length: fc.integer({ min: 1, max: 200 }), amount: blocks, price: money }), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((tiers) => fc.tuple(fc.constant(tiers), fc.option(money), fc.boolean()))
    .map(([tiers, fee, isCounted]) => {
      let from = 0;
      const parts = tiers.map(({ amount, length, price }, index): Price => {
        const isLast = index === tiers.length - 1;
        const span = {
          ...{ valueFrom: from, unitOfMeasure: units },
          ...(isLast ? {} : { valueTo: from + length }),
        };
        from += length;
        return {
          ...{ id: `${id}-tier-${index}`, priceType: "usage", price: euro(price) },
          unitOfMeasure: { amount, units },
          prodSpecCharValueUse: [
            { name: "tier", productSpecCharacteristicValue: [span] },
            ...(fee === null ? [] : [valued("entryFee", fee)]),
          ],
        };
      });
      const rest = {
        isBundle: true,
        pricingLogicAlgorithm: [{ plaSpecId: "graduated" }],
        bundledPopRelationship: parts.map((part) => ({ id: part.id })),
        prodSpecCharValueUse: isCounted ? [valued("tierCounter", { unit: "month" })] : [],
      };
      return { rest, parts };
    });

const without = (access: "free" | "blocked"): fc.Arbitrary<Form> =>
  fc.constant({ rest: { prodSpecCharValueUse: [valued("access", access)] }, parts: [] });

const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 4 });
const formOf = (named: Named, canBeWithout: boolean): fc.Arbitrary<Form> =>
  canBeWithout
    ? fc.oneof(often(flat(named)), often(tiered(named)), without("free"), without("blocked"))
    : fc.oneof(flat(named), tiered(named));

/** None of them catches all of another one, in any order. */
const conditions: readonly (readonly (readonly [string, string])[])[] = [
  [["zone", "germany"]],
  [["zone", "berlin"]],
  [["network", "home"]],
  [["timeBand", "peak"]],
];
const discountOf = (id: string) =>
  fc
    .record({ percent, begin: fc.nat(20), days: fc.integer({ min: 1, max: 20 }) })
    .map(({ begin, days, percent: percentage }): Price => {
      const at = (day: number) => new Date(catalogueAt + day * 86_400_000).toISOString();
      return {
        ...{ id, priceType: "discount", percentage },
        validFor: { startDateTime: at(begin), endDateTime: at(begin + days) },
      };
    });

const usagePrice = (
  named: Named,
  when: readonly (readonly [string, string])[],
): fc.Arbitrary<readonly Price[]> =>
  fc
    .record({
      form: formOf(named, when.length > 0),
      priority: fc.constantFrom(1, 2, 100),
      discounts: fc.option(discountOf(`${named.id}-off`), { nil: undefined, freq: 1 }),
    })
    .map(({ discounts: off, form, priority }) => {
      const hasRate = (form.rest.prodSpecCharValueUse ?? []).every((one) => one.name !== "access");
      const price: Price = {
        ...{ ...form.rest, id: named.id, priceType: "usage" },
        ...(off !== undefined && hasRate
          ? { popRelationship: [{ id: off.id, relationshipType: "discount" }] }
          : {}),
        prodSpecCharValueUse: [
          ...(form.rest.prodSpecCharValueUse ?? []),
          valued("ratingGroup", named.ratingGroup),
          valued("priority", priority),
          ...when.map(([name, value]) => valued(name, value)),
        ],
      };
      return [price, ...form.parts, ...(off !== undefined && hasRate ? [off] : [])];
    });

const allowance = (id: string): fc.Arbitrary<Price> =>
  fc
    .record({
      amount: fc.integer({ min: 1, max: 1_000_000 }),
      group: fc.constantFrom(...groups),
      kind: fc.constantFrom("once", "monthly", "rolling", "firstUse", "shared", "own"),
      priority: fc.nat(20),
    })
    .map(({ amount, group, kind, priority }) => ({
      ...{ id, priceType: "allowance", unitOfMeasure: { amount, units: group.units } },
      ...(kind === "monthly" || kind === "rolling" ? { recurringChargePeriodType: "month" } : {}),
      ...(kind === "firstUse"
        ? { productOfferingTerm: [{ duration: { amount: 7, units: "day" } }] }
        : {}),
      prodSpecCharValueUse: [
        valued("ratingGroup", group.ratingGroup),
        valued("priority", priority),
        ...(kind === "rolling" ? [valued("rollover", { amount, units: group.units })] : []),
        ...(kind === "firstUse" ? [valued("startsAtFirstUse", true)] : []),
        ...(kind === "shared" ? [valued("bucket", `shared-${group.ratingGroup}`)] : []),
        ...(kind === "own" ? [valued("sharing", "subscriber")] : []),
        ...(kind === "monthly" ? [valued("anchor", "purchase")] : []),
      ],
    }));

const offeringOf = (id: string): fc.Arbitrary<{ offering: Offering; prices: Price[] }> =>
  fc
    .record({
      bases: fc.tuple(
        ...groups.map(({ ratingGroup, units }) =>
          usagePrice({ id: `${id}-${ratingGroup}`, ratingGroup, units }, []),
        ),
      ),
      others: fc
        .subarray(groups.flatMap((group) => conditions.map((when, n) => ({ group, when, n }))))
        .chain((some) =>
          fc.tuple(
            ...some.map(({ group: { ratingGroup, units }, n, when }) =>
              usagePrice({ id: `${id}-${ratingGroup}-${n}`, ratingGroup, units }, when),
            ),
          ),
        ),
      grants: fc.nat(4).chain((n) => {
        return fc.tuple(...Array.from({ length: n }, (_, index) => allowance(`${id}-a${index}`)));
      }),
      fee: money,
      discount: discountOf(`${id}-fee-off`),
    })
    .map(({ bases, discount, fee, grants, others }) => {
      const charge: Price = {
        ...{ id: `${id}-fee`, priceType: "recurring", recurringChargePeriodType: "month" },
        price: euro(fee),
        popRelationship: [{ id: discount.id, relationshipType: "discount" }],
      };
      const usage = [...bases, ...others].flat();
      const referred = [...bases, ...others].map(([price]) => price!);
      const offering = {
        ...{ id, name: id, productSpecification: { id: "line" } },
        productOfferingPrice: [...referred, charge, ...grants].map((one) => ({ id: one.id })),
      };
      return { offering, prices: [...usage, charge, discount, ...grants] };
    });

export const randomCatalogues: fc.Arbitrary<CatalogueDocuments> = fc
  .integer({ min: 1, max: 3 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => offeringOf(`plan-${n}`))))
  .map((all) => ({
    catalog: [],
    category: [],
    productSpecification: [specification],
    productOffering: all.map(({ offering }) => offering),
    productOfferingPrice: all.flatMap(({ prices }) => prices),
  }));

/** The same documents, in another order. */
export const shuffled = (documents: CatalogueDocuments): fc.Arbitrary<CatalogueDocuments> => {
  const mixed = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });
  return fc.record({
    catalog: mixed(documents.catalog),
    category: mixed(documents.category),
    productSpecification: mixed(documents.productSpecification),
    productOffering: mixed(documents.productOffering),
    productOfferingPrice: mixed(documents.productOfferingPrice),
  });
};

export const randomUses = fc.record({
  at: fc.integer({ min: catalogueAt, max: randomUseUntil }),
  ratingGroup: fc.constantFrom(...groups.map(({ ratingGroup }) => ratingGroup)),
  units: fc.integer({ min: 1, max: 1_500 }),
  calledNumber: fc.constantFrom(undefined, "112", "+493012", "+49171", "+3361", "0049331"),
  servingNetwork: fc.constantFrom(undefined, "26201", "26202", "20801"),
});
