// Compiling: deterministic, grandfathering explicit, dates of prices as documents of their own.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  catalogueAt,
  randomCatalogues,
  shuffled,
  valued,
} from "../../../scripts/testing/random-catalogues.ts";
import { compileCatalogue } from "./compile-catalogue.ts";
import type { CatalogueDocuments } from "./documents.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const options = { version: 7, effectiveAt: catalogueAt };
const march = "2027-03-01T00:00:00Z";

test(`the same documents in any order are the same octets (seed ${seed})`, () => {
  const pairs = randomCatalogues.chain((one) => fc.tuple(fc.constant(one), shuffled(one)));
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      const [a, b] = [compileCatalogue(one, options), compileCatalogue(other, options)];
      expect(a.isOk).toBe(true);
      expect(JSON.stringify(b)).toBe(JSON.stringify(a));
    }),
    { seed, numRuns: 50 },
  );
}, 60_000);

const use = (id: string, value: number, rest = {}) => ({
  ...{ id, priceType: "usage", price: { unit: "EUR", value } },
  unitOfMeasure: { amount: 1, units: "message" },
  prodSpecCharValueUse: [valued("ratingGroup", 200)],
  ...rest,
});

const small = (
  productOffering: CatalogueDocuments["productOffering"],
  productOfferingPrice: CatalogueDocuments["productOfferingPrice"],
): CatalogueDocuments => ({
  ...{ catalog: [], category: [], productOffering, productOfferingPrice },
  productSpecification: [
    {
      id: "line",
      productSpecCharacteristic: [
        valued("ratingGroup", {
          ...{ ratingGroup: 200, unit: "messages", quotaUnits: 1, validityTimeSeconds: 60 },
        }),
      ],
    },
  ],
});

const plan = (prices: readonly object[], rest = {}) => ({
  ...{ id: "plan", productSpecification: { id: "line" } },
  productOfferingPrice: [...prices],
  ...rest,
});

const compiled = (documents: CatalogueDocuments, more = {}) => {
  const outcome = compileCatalogue(documents, { ...options, ...more });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error, null, 1));
  return outcome.value;
};

const costs = (catalogue: ReturnType<typeof compiled>) =>
  catalogue.tariffs.map(({ document, tariffId }) => {
    const { effectiveFrom, ratingGroups } = JSON.parse(document);
    return [tariffId, effectiveFrom.slice(0, 10), ratingGroups[0].blockPrice];
  });

test("a version that is over is compiled for as long as somebody has it", () => {
  const documents = small(
    [
      plan([{ id: "old" }], { version: "1.0", validFor: { endDateTime: "2026-12-01T00:00:00Z" } }),
      plan([{ id: "new" }], {
        version: "2.0",
        validFor: { startDateTime: "2026-12-01T00:00:00Z" },
      }),
    ],
    [use("old", 0.05), use("new", 0.07)],
  );
  expect(costs(compiled(documents))).toEqual([["plan:2.0", "2027-01-01", "0.07"]]);
  const keptVersions = [{ offeringId: "plan", version: "1.0" }];
  expect(costs(compiled(documents, { keptVersions }))).toEqual([
    ["plan:1.0", "2027-01-01", "0.05"],
    ["plan:2.0", "2027-01-01", "0.07"],
  ]);
});

test("a version that somebody has and that is not there is told of", () => {
  const keptVersions = [{ offeringId: "plan", version: "0.9" }];
  const outcome = compileCatalogue(small([], []), { ...options, keptVersions });
  expect(outcome).toMatchObject({
    isOk: false,
    error: [{ code: "DANGLING_REFERENCE", entity: { id: "plan", version: "0.9" } }],
  });
});

test("another version of a price holds from its date on, but not for who names the old one", () => {
  const prices = [
    use("sms", 0.05, { version: "1.0", validFor: { endDateTime: march } }),
    use("sms", 0.09, { version: "2.0", validFor: { startDateTime: march } }),
  ];
  expect(costs(compiled(small([plan([{ id: "sms" }])], prices)))).toEqual([
    ["plan:1.0", "2027-01-01", "0.05"],
    ["plan:1.0", "2027-03-01", "0.09"],
  ]);
  const pinned = [plan([{ id: "sms", version: "1.0" }])];
  expect(costs(compiled(small(pinned, prices)))).toEqual([["plan:1.0", "2027-01-01", "0.05"]]);
});

test("a discount off usage comes and goes by documents of its own", () => {
  const off = {
    ...{ id: "off", priceType: "discount", percentage: 10 },
    validFor: { startDateTime: "2027-02-01T00:00:00Z", endDateTime: march },
  };
  const related = { popRelationship: [{ id: "off", relationshipType: "discount" }] };
  const { tariffs } = compiled(small([plan([{ id: "sms" }])], [use("sms", 0.05, related), off]));
  const discounts = tariffs.map(({ document }) => JSON.parse(document).ratingGroups[0].discounts);
  expect(discounts).toEqual([undefined, [{ percent: "10" }], undefined]);
});

test("drafts are left aside, even half ones", () => {
  const draft = plan([{ id: "nowhere" }], { id: "draft", lifecycleStatus: "In design" });
  expect(Object.keys(compiled(small([draft, plan([])], [])).terms)).toEqual(["plan:1.0"]);
});
