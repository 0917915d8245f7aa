// Prices that never hold because others come first, and hours for which there is none.

import { expect, test } from "vitest";
import { parseTariff } from "./parse-tariff.ts";

const band = (timeBandId: string, days: string, from: string, until: string) => ({
  timeBandId,
  days: days.split(" "),
  from,
  until,
});
const workdays = "monday tuesday wednesday thursday friday";
const weekBands = [
  band("day", workdays, "08:00", "20:00"),
  band("night", workdays, "00:00", "08:00"),
  band("night", workdays, "20:00", "24:00"),
  band("weekend", "saturday sunday", "00:00", "24:00"),
];
const zones = ["eu", "us", "asia"].map((zoneId, n) => ({ zoneId, prefixes: [`+${n + 1}`] }));

type When = Readonly<Record<string, readonly string[]>>;
type Parts = {
  readonly base?: object;
  readonly timeBands?: readonly object[];
  readonly holidays?: readonly string[];
};

const byBlock = { blockUnits: 1, blockPrice: "1" };

/** The prices are called a, b, c … in their order. */
const problemsOf = (whens: readonly When[], parts: Parts = {}): readonly string[] => {
  const { base = byBlock, timeBands = weekBands, holidays = [] } = parts;
  const prices = whens.map((when, n) => ({ priceId: "abcdefgh"[n], when, ...byBlock }));
  const group = { ratingGroup: 1, unit: "seconds", quotaUnits: 1, validityTimeSeconds: 1 };
  const document = {
    ...{ tariffId: "t", currency: "EUR", effectiveFrom: "2027-01-01T00:00:00Z" },
    ...{ zones, timeBands, holidays, ratingGroups: [{ ...group, ...base, prices }] },
  };
  const outcome = parseTariff(JSON.stringify(document));
  return outcome.isOk ? [] : outcome.error.map((problem) => problem.replace("ratingGroups[0]", ""));
};

const never = (place: string, priceId: string, culprit: string) =>
  `${place}: price "${priceId}" is never reached: ${culprit} catches all of it`;

test.each<[string, When[], string[]]>([
  ["the same", [{ zones: ["eu"] }, { zones: ["eu"] }], [never(".prices[1]", "b", '"a"')]],
  ["more", [{ zones: ["us", "eu"] }, { zones: ["eu"] }], [never(".prices[1]", "b", '"a"')]],
  ["less", [{ zones: ["eu"] }, { zones: ["us", "eu"] }], []],
  ["others", [{ zones: ["eu"] }, { zones: ["us"] }], []],
  [
    "the same for any service",
    [{ zones: ["eu"] }, { zones: ["eu"], services: ["s"] }],
    [never(".prices[1]", "b", '"a"')],
  ],
  ["the same for one service", [{ zones: ["eu"], services: ["s"] }, { zones: ["eu"] }], []],
  [
    "everything",
    [{}, { zones: ["eu"] }],
    [never(".prices[1]", "b", '"a"'), never("", "base", '"a"')],
  ],
  [
    "the same at any time",
    [{ zones: ["eu"] }, { zones: ["eu"], timeBands: ["day"] }],
    [never(".prices[1]", "b", '"a"')],
  ],
  ["the same at one time", [{ zones: ["eu"], timeBands: ["day"] }, { zones: ["eu"] }], []],
  [
    "other times",
    [{ timeBands: ["day"] }, { timeBands: ["night"] }, { zones: ["us"], timeBands: ["weekend"] }],
    [],
  ],
  [
    "all its times, one by one",
    [{ timeBands: ["day"] }, { timeBands: ["night"] }, { timeBands: ["night", "day"] }],
    [never(".prices[2]", "c", '"b" with others before it')],
  ],
  [
    "all the week, one by one",
    [{ timeBands: ["day"] }, { timeBands: ["night"] }, { timeBands: ["weekend"] }],
    [never("", "base", '"c" with others before it')],
  ],
])("a price behind one that catches %s", (_, whens, problems) => {
  expect(problemsOf(whens)).toEqual(problems);
});

const dayOnly = [band("day", "monday tuesday", "06:30", "22:00")];
const noBase = { base: {}, timeBands: dayOnly };
const otherDays = ["wednesday", "thursday", "friday", "saturday", "sunday"];
const wholeDays = otherDays.map((day) => `${day} 00:00–24:00`).join(", ");
const left =
  "there is no price for monday 00:00–06:30, monday 22:00–24:00, " +
  `tuesday 00:00–06:30, tuesday 22:00–24:00, ${wholeDays}`;

test("hours without a price are told by day where no base price is behind them", () => {
  const whens = [{ timeBands: ["day"] }];
  expect(problemsOf(whens, noBase)).toEqual([`.prices[0].when.timeBands: ${left}`]);
  expect(problemsOf(whens, { ...noBase, base: byBlock })).toEqual([]);
});

test("they are told once for each place, and not where another price has them", () => {
  const eu = { zones: ["eu"], timeBands: ["day"] };
  const us = { zones: ["us"], timeBands: ["day"] };
  expect(problemsOf([eu, us, { zones: ["us", "asia"] }], noBase)).toEqual([
    `.prices[0].when.timeBands: ${left}`,
  ]);
  expect(problemsOf([eu, us, {}], noBase)).toEqual([]);
  expect(problemsOf([{ ...eu, services: ["s"] }, eu], noBase)).toHaveLength(2);
});

test("bands that make up the week leave nothing", () => {
  const whens = [{ timeBands: ["day", "night"] }, { timeBands: ["weekend"] }];
  expect(problemsOf(whens, { base: {} })).toEqual([]);
});

test("a holiday is a day of its own where there are any and a band names it", () => {
  const week = [band("week", `${workdays} saturday sunday`, "00:00", "24:00")];
  const holidays = ["2027-12-25"];
  const some = [...week, band("feast", "holiday", "00:00", "12:00")];
  const whens = [{ timeBands: ["week"] }, { timeBands: ["feast"] }];
  expect(problemsOf(whens.slice(0, 1), { base: {}, holidays, timeBands: week })).toEqual([]);
  expect(problemsOf(whens, { base: {}, timeBands: some })).toEqual([]);
  expect(problemsOf(whens, { base: {}, holidays, timeBands: some })).toEqual([
    ".prices[0].when.timeBands: there is no price for holiday 12:00–24:00",
  ]);
});

test("nothing is said of prices whose conditions cannot be read", () => {
  const problems = problemsOf([{ zones: ["moon"] }, { zones: ["moon"] }], { base: {} });
  expect(problems).toEqual([0, 1].map((n) => `.prices[${n}].when.zones[0]: unknown zone "moon"`));
});
