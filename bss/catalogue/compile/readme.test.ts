// The examples of the README are a catalogue that compiles, and say what the text around them says.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileCatalogue } from "./compile-catalogue.ts";
import { type CatalogueDocuments, catalogueDocuments } from "./documents.ts";
import { findingCodes } from "./finding.ts";

const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
const pieces = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text = ""]) => JSON.parse(text) as Partial<CatalogueDocuments>,
);

const all = <K extends keyof CatalogueDocuments>(kind: K) =>
  pieces.flatMap((piece) => piece[kind] ?? []);

const documents = catalogueDocuments.parse({
  catalog: all("catalog"),
  category: all("category"),
  productSpecification: all("productSpecification"),
  productOffering: all("productOffering"),
  productOfferingPrice: all("productOfferingPrice"),
});

const compiled = () => {
  const effectiveAt = Date.parse("2026-12-01T00:00:00Z");
  const outcome = compileCatalogue(documents, { version: 1, effectiveAt });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error, null, 1));
  return outcome.value;
};

test("the examples together are a catalogue without findings", () => {
  expect(pieces.length).toBe(7);
  expect(Object.keys(compiled().terms)).toEqual(["family:1.0", "pass:1.0", "plan:1.0"]);
});

test("usage prices, conditions and tiers become the engine's tariff document", () => {
  const [tariff] = compiled().tariffs;
  expect(JSON.parse(tariff!.document)).toMatchObject({
    tariffId: "plan:1.0",
    currency: "EUR",
    effectiveFrom: "2026-12-01T00:00:00.000Z",
    openSessions: "keep",
    freeNumbers: ["112"],
    ratingGroups: [
      { ratingGroup: 10, unit: "octets", blockUnits: 1_048_576, blockPrice: "0.01" },
      {
        ratingGroup: 100,
        unit: "seconds",
        prices: [
          {
            priceId: "use-calls-at-weekends",
            when: { zones: ["germany"], timeBands: ["weekend"] },
            blockUnits: 60,
            blockPrice: "0.05",
            setupFee: "0.02",
          },
        ],
        tiers: {
          kind: "graduated",
          counterId: "used.use-calls",
          steps: [
            { upTo: 6_000, blockUnits: 60, blockPrice: "0.09" },
            { blockUnits: 60, blockPrice: "0.04" },
          ],
        },
      },
    ],
  });
});

test("fees, promotions, allowances, fair use and bundles are in the terms", () => {
  const { terms } = compiled();
  expect(terms["plan:1.0"]).toMatchObject({
    tariffId: "plan:1.0",
    commitment: { unit: "month", count: 12 },
    migratesTo: ["family"],
    charges: [
      {
        amountMicros: 9_990_000,
        period: { unit: "month", count: 1 },
        taxes: [{ category: "VAT", partsPerMillion: 190_000 }],
        discounts: [{ promotionCode: "WINTER", reduction: { partsPerMillion: 500_000 } }],
      },
      { kind: "oneTime", amountMicros: 19_000_000 },
    ],
    allowances: [
      { bucketId: "main", unit: "money", amount: 5_000_000, priority: 20 },
      { amount: 10 * 2 ** 30, rollover: { amountMax: 5 * 2 ** 30, lastsOnePeriod: true } },
    ],
    counters: [
      { counterId: "data-used", thresholds: [{ status: "slow", reachedAt: 50 * 2 ** 30 }] },
      { counterId: "used.use-calls", unit: "seconds" },
    ],
  });
  expect(terms["pass:1.0"]).toMatchObject({
    tariffId: null,
    requires: ["plan"],
    channels: ["online"],
    allowances: [{ startsAtFirstUse: true, lasts: { unit: "day", count: 7 } }],
  });
  expect(terms["family:1.0"]?.components).toEqual([
    { offeringId: "plan", min: 1, max: 1, standard: 1 },
    { offeringId: "pass", min: 0, max: 4, standard: 1 },
  ]);
});

test("the table of findings has each code with its meaning", () => {
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(
    findingCodes,
  );
});
