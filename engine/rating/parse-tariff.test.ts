// Documents in, tariffs or problems out: each problem with its place, all of them at once, and
// never an exception.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { parseTariff } from "./parse-tariff.ts";

const group = {
  ratingGroup: 10,
  unit: "octets",
  blockUnits: 1_048_576,
  blockPrice: "0.012",
  quotaUnits: 10_485_760,
  validityTimeSeconds: 600,
};
const document = {
  tariffId: "flex-2026",
  currency: "EUR",
  effectiveFrom: "2026-03-01T00:00:00+01:00",
  ratingGroups: [group],
};

const parse = (value: unknown) => parseTariff(JSON.stringify(value));
const problemsOf = (value: unknown): readonly string[] => {
  const outcome = parse(value);
  return outcome.isOk ? [] : outcome.error;
};

test("reads a document; money becomes micros, the quota is the most that is granted", () => {
  expect(parse(document)).toEqual({
    isOk: true,
    value: {
      tariffId: "flex-2026",
      currency: "EUR",
      effectiveFrom: Date.UTC(2026, 1, 28, 23),
      ratingGroups: new Map([
        [
          10,
          {
            ratingGroup: 10,
            unit: "octets",
            blockUnits: 1_048_576,
            blockPriceMicros: 12_000,
            quotaUnitsDefault: 10_485_760,
            quotaUnitsMax: 10_485_760,
            validityTimeSeconds: 600,
          },
        ],
      ]),
    },
  });
});

test.each([
  ["0", 0],
  ["1", 1_000_000],
  ["0.000001", 1],
  ["0.1", 100_000],
  ["12.5", 12_500_000],
  ["007.25", 7_250_000],
  ["999999999.999999", 999_999_999_999_999],
])("a price of %s is %d micros, to the last one", (blockPrice, micros) => {
  const outcome = parse({ ...document, ratingGroups: [{ ...group, blockPrice }] });
  expect(outcome.isOk && outcome.value.ratingGroups.get(10)?.blockPriceMicros).toBe(micros);
});

test("the quota may be less than the most that is granted", () => {
  const outcome = parse({ ...document, ratingGroups: [{ ...group, quotaUnitsMax: 20_971_520 }] });
  expect(outcome.isOk && outcome.value.ratingGroups.get(10)?.quotaUnitsMax).toBe(20_971_520);
});

const whole = (min: number, max: number) => `expected a whole number from ${min} to ${max}, got`;
const safe = Number.MAX_SAFE_INTEGER;
const aPrice = 'expected a decimal string with up to 6 places such as "0.012", got';

test.each([
  ["tariffId", "", 'tariffId: expected an identifier, got ""'],
  ["tariffId", "a b", 'tariffId: expected an identifier, got "a b"'],
  ["tariffId", undefined, "tariffId: expected an identifier, got nothing"],
  ["tariffId", { deep: 1 }, "tariffId: expected an identifier, got an object"],
  ["currency", "eur", 'currency: expected an ISO 4217 code, got "eur"'],
  ["currency", "EUR\n", 'currency: expected an ISO 4217 code, got "EUR\\n"'],
  ["currency", null, "currency: expected an ISO 4217 code, got null"],
  ["effectiveFrom", "2026-02-30T00:00:00Z", "effectiveFrom: expected an RFC 3339 date-time, got"],
  ["effectiveFrom", "2026-01-01", "effectiveFrom: expected an RFC 3339 date-time, got"],
  ["effectiveFrom", 0, "effectiveFrom: expected an RFC 3339 date-time, got 0"],
  ["ratingGroups", [], "ratingGroups: expected an array with at least one element"],
  ["ratingGroups", {}, "ratingGroups: expected an array with at least one element"],
  ["ratingGroups", [group, 7], "ratingGroups[1]: expected an object"],
  ["ratingGroups", [[]], "ratingGroups[0]: expected an object"],
  ["ratingGroups", [group, group], "ratingGroups[1].ratingGroup: 10 is in the document already"],
  ["validUntil", 0, "validUntil: unknown"],
  ["__proto__x", 0, "__proto__x: unknown"],
])("%s = %j: %s", (field, value, problem) => {
  const problems = problemsOf({ ...document, [field]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test.each([
  ["ratingGroup", -1, `${whole(0, 0xffff_ffff)} -1`],
  ["ratingGroup", 2 ** 32, `${whole(0, 0xffff_ffff)} 4294967296`],
  ["ratingGroup", "10", `${whole(0, 0xffff_ffff)} "10"`],
  ["unit", "money", 'expected octets or seconds or messages, got "money"'],
  ["unit", "toString", 'expected octets or seconds or messages, got "toString"'],
  ["blockUnits", 0, `${whole(1, 2 ** 50)} 0`],
  ["blockUnits", 2 ** 50 + 1, `${whole(1, 2 ** 50)} ${2 ** 50 + 1}`],
  ["blockUnits", 1.5, `${whole(1, 2 ** 50)} 1.5`],
  ["blockPrice", 0.01, `${aPrice} 0.01`],
  ["blockPrice", "-1", `${aPrice} "-1"`],
  ["blockPrice", "1e3", `${aPrice} "1e3"`],
  ["blockPrice", "0.0000001", `${aPrice} "0.0000001"`],
  ["blockPrice", "1000000000", `${aPrice} "1000000000"`],
  ["blockPrice", ".5", `${aPrice} ".5"`],
  ["quotaUnits", 0, `${whole(1, safe)} 0`],
  ["quotaUnits", 2 ** 53, `${whole(1, safe)} 9007199254740992`],
  ["quotaUnitsMax", 1, `${whole(10_485_760, safe)} 1`],
  ["validityTimeSeconds", 0, `${whole(1, limits.validityTimeSecondsMax)} 0`],
  ["validityTimeSeconds", 86_401, `${whole(1, limits.validityTimeSecondsMax)} 86401`],
  ["price", "1", "unknown"],
])("ratingGroups[1].%s = %j: %s", (field, value, problem) => {
  const other = { ...group, ratingGroup: 11, [field]: value };
  const problems = problemsOf({ ...document, ratingGroups: [group, other] });
  expect(problems).toEqual([`ratingGroups[1].${field}: ${problem}`]);
});

test("lists every problem of a document at once", () => {
  const problems = problemsOf({ currency: 7, ratingGroups: [{}, { unit: "octets" }] });
  const places = problems.map((problem) => problem.split(":")[0]);
  const ofGroup = ["quotaUnits", "ratingGroup", "unit", "blockUnits", "blockPrice"];
  expect(places).toEqual([
    "tariffId",
    "currency",
    "effectiveFrom",
    ...[...ofGroup, "validityTimeSeconds"].map((field) => `ratingGroups[0].${field}`),
    ...[...ofGroup.filter((field) => field !== "unit"), "validityTimeSeconds"].map(
      (field) => `ratingGroups[1].${field}`,
    ),
  ]);
});

test("holds a document to its number of rating groups", () => {
  const count = limits.ratingGroupsPerTariffMax;
  const groups = (n: number) =>
    Array.from({ length: n }, (_, ratingGroup) => ({ ...group, ratingGroup }));
  expect(problemsOf({ ...document, ratingGroups: groups(count) })).toEqual([]);
  expect(problemsOf({ ...document, ratingGroups: groups(count + 1) })).toEqual([
    `ratingGroups: more than ${count}`,
  ]);
});

test.each(["", "{", "null", "[]", "7", '"text"', "undefined", "\u0000"])(
  "%j is no JSON object",
  (text) => {
    expect(parseTariff(text)).toEqual({
      isOk: false,
      error: ["the document is not a JSON object"],
    });
  },
);

test("a document that nests deeper than the stack goes is refused like any other", () => {
  const depth = 200_000;
  const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const outcome = parseTariff(`{"tariffId":${nested},"currency":"EUR","x":${nested}}`);
  expect(outcome.isOk).toBe(false);
});

test("never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 6 })), (text) => {
      parseTariff(text);
    }),
    { numRuns: 3_000 },
  );
});

test("never throws, whatever stands where; and what it takes it takes whole", () => {
  const anything = fc.jsonValue({ maxDepth: 2 });
  const scalar = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double(), fc.constant(null));
  const field = (good: unknown) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(good) },
      { weight: 1, arbitrary: scalar },
      anything,
    );
  const fields = (of: object) =>
    fc.record(Object.fromEntries(Object.entries(of).map(([name, good]) => [name, field(good)])));
  const documents = fc
    .tuple(fields(document), fc.array(fc.oneof(fields(group), anything), { maxLength: 3 }))
    .map(([json, ratingGroups]) => ({ ...json, ratingGroups }));
  fc.assert(
    fc.property(documents, (json) => {
      const outcome = parse(json);
      if (outcome.isOk) {
        expect(outcome.value.ratingGroups.size).toBe(json.ratingGroups.length);
        for (const { blockPriceMicros, blockUnits } of outcome.value.ratingGroups.values()) {
          expect(Number.isSafeInteger(blockPriceMicros) && blockPriceMicros >= 0).toBe(true);
          expect(blockUnits).toBeGreaterThan(0);
        }
      } else {
        expect(outcome.error.length).toBeGreaterThan(0);
        for (const problem of outcome.error) expect(problem).toContain(": ");
      }
    }),
    { numRuns: 3_000 },
  );
});
