// Documents with a few things wrong in them: whatever it is, the parser says so, each problem at a
// place of the document, and never throws; and what it takes, the published schema takes too.

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tariffDocuments } from "../../scripts/testing/tariff-documents.ts";
import { limits } from "../limits.ts";
import { parseTariff } from "./parse-tariff.ts";

const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const example: unknown = JSON.parse(textOf("example-tariff.json"));
const schema = JSON.parse(textOf("tariff.schema.json"));
const isInSchema = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(schema);

/** All objects and arrays of a document with their names, the document first. */
const nodesOf = (value: unknown): object[] =>
  typeof value === "object" && value !== null
    ? [value, ...Object.values(value).flatMap(nodesOf)]
    : [];

const mutations = fc.record({
  // Often one near the top: there are few of those among the many.
  node: fc.oneof(fc.nat(), fc.nat(2)),
  name: fc.nat(),
  act: fc.oneof(
    fc.constantFrom("drop", "copy", "swap"),
    fc.record({ put: fc.jsonValue({ maxDepth: 1 }) }),
    fc.record({
      put: fc.constantFrom(0, -1, 1.5, 2 ** 53, "", "0", "+1", "x", [], {}, null, true),
    }),
    fc.record({ add: fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "when")) }),
  ),
});
type Mutation = typeof mutations extends fc.Arbitrary<infer M> ? M : never;

const mutate = (document: unknown, { node, name, act }: Mutation): void => {
  const nodes = nodesOf(document);
  const target = nodes[node % nodes.length]!;
  const names = Object.keys(target);
  const chosen = names[name % names.length] ?? "0";
  const other = nodes[name % nodes.length]!;
  const put = (key: string, value: unknown) => {
    const rest = { enumerable: true, writable: true, configurable: true };
    Object.defineProperty(target, key, { value: structuredClone(value), ...rest });
  };
  if (typeof act === "object" && "put" in act) put(chosen, act.put);
  else if (typeof act === "object") Array.isArray(target) ? target.push(act.add) : put(act.add, 1);
  else if (act === "swap" && !nodesOf(other).includes(target)) put(chosen, other);
  else if (act === "drop" && !Array.isArray(target)) Reflect.deleteProperty(target, chosen);
  else if (act === "drop" && Array.isArray(target)) target.pop();
  else if (act === "copy" && Array.isArray(target)) target.push(structuredClone(target[0] ?? 0));
};

const mutated = fc
  .tuple(fc.oneof(fc.constant(example), tariffDocuments), fc.array(mutations, { maxLength: 4 }))
  .map(([document, some]) => {
    const copy: unknown = JSON.parse(JSON.stringify(document));
    for (const one of some) mutate(copy, one);
    return JSON.stringify(copy);
  });

/** Whether the thing that has the field, or the element, is there; fields may be missing. */
const isPlace = (document: unknown, place: string): boolean => {
  const names = place.match(/"(?:[^"\\]|\\.)*"|\w+/g) ?? [];
  const parent = names.slice(0, -1).reduce<unknown>((at, name) => {
    return typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined;
  }, document);
  return names.length > 0 && typeof parent === "object" && parent !== null;
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 1_000 };

test(`every problem of a broken document has a place in it (seed ${seed})`, () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const outcome = parseTariff(text);
      if (outcome.isOk) return;
      expect(outcome.error.length).toBeGreaterThan(0);
      for (const problem of outcome.error) {
        const [place = ""] = /^(?:"(?:[^"\\]|\\.)*"|[^:])*(?=: .)/.exec(problem) ?? [];
        expect([problem, isPlace(JSON.parse(text), place)]).toEqual([problem, true]);
      }
    }),
    runs,
  );
});

test(`what the parser takes is taken by the published schema (seed ${seed})`, () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const isTaken = parseTariff(text).isOk;
      if (isTaken) expect(isInSchema(JSON.parse(text)) || isInSchema.errors).toBe(true);
    }),
    runs,
  );
});

/** What lies between two values, or takes a list or a calendar to know. */
const unseenProblems = [
  / is in .* already$| overlaps | is never reached: |: there is no price for /,
  /: unknown (?:zone|network zone|closed user group|time band) "/,
  /: expected (?:an ISO 4217 code|a time zone|a date|an RFC 3339 date-time).*, got "/,
  /: expected (?:a time after|more than|whole packages of|no less than the minimumCharge)/,
  /: left out, though another tier follows$|: units beyond | fall due beyond unit /,
  /: expected (?:money|units), as amountMin is$|: expected (?:no less than|later than) /,
  /\.quotaUnits(?:Min|Max): expected a whole number from /,
];

test(`what the schema takes is refused only for what no schema can say (seed ${seed})`, () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const outcome = parseTariff(text);
      if (outcome.isOk || !isInSchema(JSON.parse(text))) return;
      for (const problem of outcome.error) {
        expect([problem, unseenProblems.some((one) => one.test(problem))]).toEqual([problem, true]);
      }
    }),
    runs,
  );
});

test("the published schema has the bounds that the parser has", () => {
  const { properties, $defs } = schema;
  const { ratingGroup, when, identifiers, tiers, finalUnit, bonusRule } = $defs;
  const bounds: readonly (readonly [unknown, number])[] = [
    [properties.holidays.maxItems, limits.holidaysPerTariffMax],
    [properties.timeBands.maxItems, limits.timeBandsPerTariffMax],
    [properties.zones.maxItems, limits.zonesPerTariffMax],
    [properties.freeNumbers.maxItems, limits.freeNumbersPerTariffMax],
    [properties.ratingGroups.maxItems, limits.ratingGroupsPerTariffMax],
    [ratingGroup.properties.prices.maxItems, limits.pricesPerRatingGroupMax],
    [ratingGroup.properties.discounts.maxItems, limits.priceDiscountsMax],
    [ratingGroup.properties.validityTimeSeconds.maximum, limits.validityTimeSecondsMax],
    [properties.bonusRules.maxItems, limits.bonusRulesPerTariffMax],
    [bonusRule.properties.extendsValiditySeconds.maximum, limits.ownValiditySecondsMax],
    [tiers.properties.steps.maxItems, limits.priceTiersMax],
    [when.properties.slices.maxItems, limits.conditionValuesMax],
    [identifiers.maxItems, limits.conditionValuesMax],
    [finalUnit.oneOf[2].properties.filterIds.maxItems, limits.finalUnitFiltersMax],
    [properties.zones.items.properties.prefixes.maxItems, limits.prefixesPerZoneMax],
  ];
  for (const [published, held] of bounds) expect(published).toBe(held);
});
