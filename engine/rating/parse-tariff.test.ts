// Documents in, tariffs or problems out: each problem with its place, all of them at once, and
// never an exception.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { assert } from "../values/assert.ts";
import { amountMax } from "../values/units.ts";
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

const read = (value: unknown) => {
  const outcome = parse(value);
  assert(outcome.isOk, "a valid document");
  return outcome.value;
};
const parts = { setupFeeMicros: 0, minimumMicros: 0, maximumMicros: amountMax };
const initial = { initialBlockUnits: 0, initialBlockPriceMicros: 0, tierCounterId: undefined };

test("reads a document; money becomes micros, what is left out its default", () => {
  const step = { from: 0, blockUnits: 1_048_576, blockPriceMicros: 12_000, entryFeeMicros: 0 };
  const { ratingGroups, zones, networkZones, closedUserGroups, ...rest } = read(document);
  expect(rest).toEqual({
    bonusRules: [],
    tariffId: "flex-2026",
    currency: "EUR",
    effectiveFrom: Date.UTC(2026, 1, 28, 23),
    timeZone: "UTC",
    timeBands: undefined,
    isTaxIncluded: false,
    openSessions: "keep",
    rateDeckId: undefined,
    freeNumbers: new Set(),
    dimensions: new Set(),
  });
  expect([zones, networkZones, closedUserGroups].map(({ ids }) => ids.size)).toEqual([0, 0, 0]);
  expect(ratingGroups.get(10)).toEqual({
    ratingGroup: 10,
    unit: "octets",
    quotaUnitsDefault: 10_485_760,
    quotaUnitsMin: 1,
    isQuotaAdaptive: false,
    quotaUnitsMax: 10_485_760,
    quotaThresholdPercent: 0,
    quotaHoldingTimeSeconds: 0,
    validityTimeSeconds: 600,
    finalUnit: { action: "terminate" },
    prices: [
      {
        priceId: "base",
        conditions: new Map(),
        timeBandIds: undefined,
        isFree: false,
        isBlocked: false,
        price: { ...parts, ...initial, steps: [step] },
      },
    ],
    namedValues: new Map(),
    timeBands: undefined,
  });
});

const example = readFileSync(new URL("example-tariff.json", import.meta.url), "utf8");
const exampleTariff = read(JSON.parse(example));

test("reads all that a document may say", () => {
  const { ratingGroups, ...tariff } = exampleTariff;
  expect(tariff).toMatchObject({
    timeZone: "Europe/Berlin",
    isTaxIncluded: true,
    openSessions: "switch",
    rateDeckId: "world",
    freeNumbers: new Set(["110", "112", "+49116117", "49116117"]),
    dimensions: new Set([
      ...["networks", "ratTypes", "qos", "slices", "dnns", "services"],
      ...["zones", "closedUserGroups"],
    ]),
  });
  expect(tariff.zones.ids.get("4917")).toEqual(["national-mobile"]);
  expect(tariff.networkZones.ids.get("208")).toEqual(["union"]);
  expect(tariff.closedUserGroups.ids.get("49891")).toEqual(["works"]);
  const [data, voice] = [ratingGroups.get(10), ratingGroups.get(100)];
  expect(data).toMatchObject({
    quotaUnitsMin: 1_048_576,
    isQuotaAdaptive: false,
    quotaUnitsMax: 104_857_600,
    quotaThresholdPercent: 20,
    quotaHoldingTimeSeconds: 300,
    finalUnit: { action: "redirect", address: "https://top-up.example/" },
  });
  expect(data?.prices.map(({ priceId, isFree }) => [priceId, isFree])).toEqual([
    ["slow-lane", false],
    ["things", false],
    ["help-pages", true],
    ["base", false],
  ]);
  expect(voice?.prices.map(({ priceId, isBlocked }) => [priceId, isBlocked])).toEqual([
    ["premium", true],
    ["colleagues", false],
    ["national-day", false],
    ["national-rest", false],
    ["neighbours", false],
  ]);
  expect(data?.timeBands).toBeUndefined();
  expect(voice?.timeBands?.zone.timeZone).toBe("Europe/Berlin");
  expect(ratingGroups.get(300)?.finalUnit).toEqual({
    action: "restrict",
    filterIds: ["walled-garden"],
  });
});

test("reads tiers with their counter and fee, and every part of a price", () => {
  const pricesOf = (ratingGroup: number) => exampleTariff.ratingGroups.get(ratingGroup)?.prices;
  const blockUnits = 1_048_576;
  expect(pricesOf(10)?.[0]?.price).toMatchObject({
    tierCounterId: "octets-of-month",
    steps: [
      { from: 0, blockUnits, blockPriceMicros: 10_000, entryFeeMicros: 0 },
      { from: 2 ** 30, blockUnits, blockPriceMicros: 4_000, entryFeeMicros: 500_000 },
    ],
  });
  expect(pricesOf(10)?.[1]?.price.maximumMicros).toBe(2_000_000);
  expect(pricesOf(100)?.[2]?.price).toEqual({
    setupFeeMicros: 50_000,
    minimumMicros: 100_000,
    maximumMicros: amountMax,
    initialBlockUnits: 60,
    initialBlockPriceMicros: 90_000,
    tierCounterId: undefined,
    steps: [{ from: 0, blockUnits: 1, blockPriceMicros: 1_500, entryFeeMicros: 0 }],
  });
});

test("10 % and then 0.001 off 0.01 leave 0.008 a block", () => {
  const { price } = exampleTariff.ratingGroups.get(100)!.prices[1]!;
  expect(price.steps[0]?.blockPriceMicros).toBe(8_000);
});

test("a zone of a rate deck must be in it, where the decks are known", () => {
  const prices = [{ priceId: "p", when: { zones: ["far"] }, blockUnits: 1, blockPrice: "1" }];
  const text = (rateDeck?: string) =>
    JSON.stringify({ ...document, rateDeck, ratingGroups: [{ ...group, prices }] });
  const decks = (deckId: string) =>
    new Map([
      ["world", new Set(["far"])],
      ["town", new Set(["near"])],
    ]).get(deckId);
  const unknownZone = 'ratingGroups[0].prices[0].when.zones[0]: unknown zone "far"';
  expect(parseTariff(text("world")).isOk).toBe(true);
  expect(parseTariff(text("world"), decks).isOk).toBe(true);
  expect(parseTariff(text(), decks)).toEqual({ isOk: false, error: [unknownZone] });
  expect(parseTariff(text("town"), decks)).toEqual({ isOk: false, error: [unknownZone] });
  expect(parseTariff(text("moon"), decks)).toEqual({
    isOk: false,
    error: ['rateDeck: unknown rate deck "moon"'],
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
  const { ratingGroups } = read({ ...document, ratingGroups: [{ ...group, blockPrice }] });
  expect(ratingGroups.get(10)?.prices[0]?.price.steps[0]?.blockPriceMicros).toBe(micros);
});

test("the quota may be less than the most that is granted", () => {
  const outcome = parse({ ...document, ratingGroups: [{ ...group, quotaUnitsMax: 20_971_520 }] });
  expect(outcome.isOk && outcome.value.ratingGroups.get(10)?.quotaUnitsMax).toBe(20_971_520);
});

const whole = (min: number, max: number) => `expected a whole number from ${min} to ${max}, got`;
const safe = Number.MAX_SAFE_INTEGER;
const aPrice = 'expected a decimal string up to "999999999.999999" such as "0.012", got';

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
  ["unit", "money", 'expected octets or seconds or messages or serviceUnits, got "money"'],
  ["unit", "toString", 'expected octets or seconds or messages or serviceUnits, got "toString"'],
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
  ["quotaUnits", 2 ** 53, `${whole(1, safe)} a number beyond ${safe}`],
  ["quotaUnits", -1e30, `${whole(1, safe)} a number beyond -${safe}`],
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
  const ofGroup = ["ratingGroup", "unit", "blockUnits", "blockPrice", "quotaUnits"];
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

test("lists problems up to a bound, and then how many more there are", () => {
  const count = limits.tariffProblemsMax;
  const names = Array.from({ length: count + 7 }, (_, n) => [`x${n}`, 0]);
  const problems = problemsOf({ ...document, ...Object.fromEntries(names) });
  expect(problems).toHaveLength(count + 1);
  expect(problems.at(-1)).toBe("the document: 7 problems more");
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

test("a name that is given twice is a problem, as a reader may take the first", () => {
  const [start, end] = JSON.stringify(document).split('"currency":"EUR"');
  expect(parseTariff(`${start}"currency":"EUR","currency": "USD"${end}`)).toEqual({
    isOk: false,
    error: ["currency: given already"],
  });
});

test("a document that nests deeper than the stack goes is refused like any other", () => {
  const depth = 120_000;
  const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const outcome = parseTariff(`{"tariffId":${nested},"currency":"EUR","x":${nested}}`);
  expect(outcome.isOk).toBe(false);
});

test("a document that is too long is not read", () => {
  const text = JSON.stringify(document).padEnd(limits.tariffDocumentLengthMax);
  expect(parseTariff(text).isOk).toBe(true);
  expect(parseTariff(`${text} `)).toEqual({
    isOk: false,
    error: [`the document: more than ${limits.tariffDocumentLengthMax} characters`],
  });
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
        const groups = [...outcome.value.ratingGroups.values()];
        const steps = groups.flatMap(({ prices }) => prices.flatMap(({ price }) => price.steps));
        for (const { blockPriceMicros, blockUnits } of steps) {
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

test("discounts by position want graduated tiers, and one counter", () => {
  const [first] = document.ratingGroups;
  const priced = (price: object) => {
    const { blockUnits: _, blockPrice: __, ...rest } = first as Record<string, unknown>;
    return { ...document, ratingGroups: [{ ...rest, ...price }] };
  };
  const steps = [
    { upTo: 1_000, blockUnits: 10, blockPrice: "1" },
    { blockUnits: 10, blockPrice: "1" },
  ];
  const discounts = [{ percent: "10", from: 500 }];
  expect(problemsOf(priced({ tiers: { kind: "volume", steps }, discounts }))).toEqual([
    'ratingGroups[0].tiers.kind: discounts by position want graduated, got "volume"',
  ]);
  const [short] = steps;
  expect(
    problemsOf(priced({ tiers: { kind: "graduated", steps: [short] }, discounts })),
    "the discount parts the tier; it is told of as the document has it",
  ).toEqual(["ratingGroups[0].tiers.steps[0].upTo: units beyond 1000 have no tier; leave it out"]);
  const counted = [{ percent: "10", from: 500, counterId: "a" }];
  expect(problemsOf(priced({ tiers: { kind: "graduated", steps }, discounts: counted }))).toEqual([
    "ratingGroups[0].discounts: the tiers say which counter it is",
  ]);
  const two = [...counted, { amount: "0.1", from: 600, counterId: "b" }];
  expect(problemsOf(priced({ blockUnits: 10, blockPrice: "1", discounts: two }))).toEqual([
    "ratingGroups[0].discounts[1].counterId: another one than before it",
  ]);
});
