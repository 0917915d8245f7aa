// What changes between two publications, in words; and what of it engines have to be told.

import { expect, test } from "vitest";
import { valued } from "../../../scripts/testing/random-catalogues.ts";
import { type CompileOptions, compileCatalogue } from "./compile-catalogue.ts";
import { describeDifference, tariffsToPublish } from "./describe-difference.ts";
import type { CatalogueDocuments } from "./documents.ts";

const at = Date.parse("2027-01-01T00:00:00Z");
const later = Date.parse("2027-02-01T00:00:00Z");

type Changes = { readonly sms?: number; readonly gib?: number; readonly fee?: number };

const documentsOf = ({ fee = 5, gib = 1, sms = 0.05 }: Changes): CatalogueDocuments => ({
  ...{ catalog: [], category: [] },
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
  productOffering: [
    {
      ...{ id: "plan", name: "Plan", productSpecification: { id: "line" } },
      productOfferingPrice: ["sms", "gift", "fee"].map((id) => ({ id })),
    },
  ],
  productOfferingPrice: [
    {
      ...{ id: "sms", priceType: "usage", price: { unit: "EUR", value: sms } },
      unitOfMeasure: { amount: 1, units: "message" },
      prodSpecCharValueUse: [valued("ratingGroup", 200)],
    },
    {
      ...{ id: "gift", priceType: "allowance", recurringChargePeriodType: "month" },
      unitOfMeasure: { amount: gib, units: "GiB" },
    },
    {
      ...{ id: "fee", priceType: "recurring", recurringChargePeriodType: "month" },
      price: { unit: "EUR", value: fee },
    },
  ],
});

const compiled = (documents: CatalogueDocuments, options: Partial<CompileOptions> = {}) => {
  const outcome = compileCatalogue(documents, { version: 1, effectiveAt: at, ...options });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
};

test("each price and allowance that changes is a line with what it was and is", () => {
  const before = compiled(documentsOf({}));
  const after = compiled(documentsOf({ sms: 0.07, gib: 2, fee: 6 }));
  expect(describeDifference(before, after)).toEqual([
    {
      ...{ offeringId: "plan", version: "1.0", name: "Plan", change: "changed", previous: null },
      lines: [
        "charge fee: was 5.00 EUR each month; is 6.00 EUR each month",
        "usage sms: was rating group 200: 0.05 EUR for 1 messages; " +
          "is rating group 200: 0.07 EUR for 1 messages",
        "allowance gift: was 1 GiB each month (calendar), priority 10; " +
          "is 2 GiB each month (calendar), priority 10",
      ],
    },
  ]);
});

test("a change of the specification is told of each offering that is charged by it", () => {
  const documents = documentsOf({});
  const before = compiled(documents);
  const [line] = documents.productSpecification;
  const more = [...line!.productSpecCharacteristic!, valued("freeNumber", "112")];
  const productSpecification = [{ ...line!, productSpecCharacteristic: more }];
  const after = compiled({ ...documents, productSpecification });
  expect(describeDifference(before, after).map(({ lines }) => lines)).toEqual([
    ["usage: other grants, zones, networks, time bands or bonuses, at the same prices"],
  ]);
});

test("nothing changes where nothing was changed", () => {
  const before = compiled(documentsOf({}));
  expect(describeDifference(before, compiled(documentsOf({}), { version: 2 }))).toEqual([]);
});

test("a new version is compared with the one before, which may stay for its owners", () => {
  const before = documentsOf({});
  const [plan] = before.productOffering;
  const ended = { ...plan!, validFor: { endDateTime: new Date(later).toISOString() } };
  const next = {
    ...{ ...plan!, version: "2.0", validFor: { startDateTime: new Date(later).toISOString() } },
    productOfferingPrice: [{ id: "sms" }, { id: "gift" }],
  };
  const documents = { ...before, productOffering: [ended, next] };
  const of = (options: Partial<CompileOptions>) =>
    describeDifference(compiled(before), compiled(documents, { effectiveAt: later, ...options }));
  expect(of({})).toMatchObject([
    { version: "1.0", change: "withdrawn" },
    { version: "2.0", change: "newVersion", previous: { version: "1.0", isKept: false } },
  ]);
  const keptVersions = [{ offeringId: "plan", version: "1.0" }];
  const [, second] = of({ keptVersions });
  expect(second).toMatchObject({ previous: { isKept: true } });
  expect(second!.lines).toContain("charge fee: gone, was 5.00 EUR each month");
});

test("engines are told only of tariffs that say something else than what holds", () => {
  const before = compiled(documentsOf({}));
  const same = compiled(documentsOf({ fee: 6 }), { effectiveAt: later });
  const other = compiled(documentsOf({ sms: 0.07 }), { effectiveAt: later });
  expect(tariffsToPublish(undefined, before).length).toBe(1);
  expect(tariffsToPublish(before, same)).toEqual([]);
  expect(tariffsToPublish(before, other).map(({ effectiveFrom }) => effectiveFrom)).toEqual([
    later,
  ]);
});
