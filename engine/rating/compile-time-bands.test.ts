// Every problem of a tariff's time bands is told, with its place; what is fine is taken as it is.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { compileTimeBands } from "./compile-time-bands.ts";
import type { TimeBandSpec } from "./read-time-bands.ts";

const night = { timeBandId: "night", days: ["monday", "sunday"], from: "22:00", until: "24:00" };
const peak = { timeBandId: "peak", days: ["monday", "tuesday"], from: "08:00", until: "20:00" };

const problemsOf = (
  timeBands: readonly TimeBandSpec[],
  holidays: readonly string[] = [],
  timeZone = "Europe/Berlin",
) => {
  const outcome = compileTimeBands({ timeBands, holidays }, timeZone);
  return outcome.isOk ? [] : outcome.error;
};

test("takes bands that meet, bands apart, and no bands at all", () => {
  expect(problemsOf([])).toEqual([]);
  expect(problemsOf([peak, night])).toEqual([]);
  expect(problemsOf([peak, { ...night, from: "20:00" }], ["2028-02-29"])).toEqual([]);
  expect(problemsOf([peak, { ...night, from: "07:00", days: ["sunday", "holiday"] }])).toEqual([]);
});

const aDay = "expected a day such as monday, or holiday, got";
const aFrom = "expected a time from 00:00 to 23:59, got";
const anUntil = "expected a time from 00:01 to 24:00, got";
const second = "(past midnight is a second band), got";

test.each([
  ["days", [], "days: expected at least one day"],
  ["days", ["monday", "Tuesday"], `days[1]: ${aDay} "Tuesday"`],
  ["days", [""], `days[0]: ${aDay} ""`],
  ["from", "8:00", `from: ${aFrom} "8:00"`],
  ["from", "24:00", `from: ${aFrom} "24:00"`],
  ["from", "23:60", `from: ${aFrom} "23:60"`],
  ["from", "22:00:00", `from: ${aFrom} "22:00:00"`],
  ["until", "24:01", `until: ${anUntil} "24:01"`],
  ["until", "25:00", `until: ${anUntil} "25:00"`],
  ["until", "", `until: ${anUntil} ""`],
  ["until", "24:00\n", `until: ${anUntil} "24:00\\n"`],
  ["until", "22:00", `until: expected a time after 22:00 ${second} "22:00"`],
  ["until", "06:00", `until: expected a time after 22:00 ${second} "06:00"`],
  ["until", "00:00", `until: expected a time after 22:00 ${second} "00:00"`],
])("%s = %j: %s", (field, value, problem) => {
  expect(problemsOf([peak, { ...night, [field]: value }])).toEqual([`timeBands[1].${problem}`]);
});

test("two bands that claim the same minute are told by name, with the days", () => {
  const morning = { ...peak, timeBandId: "morning", days: ["tuesday", "monday"], until: "08:01" };
  const [problem, ...others] = problemsOf([peak, { ...morning, from: "06:00" }]);
  expect(others).toEqual([]);
  expect(problem?.split(" overlaps ")).toEqual([
    'timeBands[1]: "morning" 06:00–08:01',
    'timeBands[0], "peak" 08:00–20:00, on monday, tuesday',
  ]);
});

test("each two bands that overlap are told, also where another one stands between", () => {
  const day = { timeBandId: "day", days: ["monday"], from: "00:00", until: "24:00" };
  const places = problemsOf([day, peak, night]).map((problem) => problem.match(/\[\d\]/g));
  expect(places).toEqual([
    ["[1]", "[0]"],
    ["[2]", "[0]"],
  ]);
});

test("bands overlap on holidays as on any day", () => {
  const [one, other] = [
    { ...peak, days: ["holiday"] },
    { ...night, days: ["holiday"], from: "19:59" },
  ];
  expect(problemsOf([one, other])).toHaveLength(1);
  expect(problemsOf([one, { ...other, from: "20:00" }])).toEqual([]);
});

test("bands of the same name may overlap", () => {
  expect(problemsOf([peak, { ...peak, from: "07:00" }, peak])).toEqual([]);
});

test.each(["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01T00:00", ""])(
  "%j is no holiday",
  (date) => {
    expect(problemsOf([], ["2026-01-01", date])).toEqual([
      `holidays[1]: expected a date such as 2026-12-25, got ${JSON.stringify(date)}`,
    ]);
  },
);

test("lists every problem at once", () => {
  const outcome = problemsOf([{ timeBandId: "x", days: [], from: "", until: "" }], ["x"], "Mars");
  expect(outcome.map((problem) => problem.split(":")[0])).toEqual([
    "timeZone",
    "timeBands[0].days",
    "timeBands[0].from",
    "timeBands[0].until",
    "holidays[0]",
  ]);
});

test("holds a tariff to its number of bands and holidays", () => {
  const { timeBandsPerTariffMax: bandsMax, holidaysPerTariffMax: holidaysMax } = limits;
  const bands = (count: number) => new Array<TimeBandSpec>(count).fill(peak);
  const holidays = (count: number) => new Array<string>(count).fill("2026-01-01");
  expect(problemsOf(bands(bandsMax), holidays(holidaysMax))).toEqual([]);
  expect(problemsOf(bands(bandsMax + 1))).toEqual([`timeBands: more than ${bandsMax}`]);
  expect(problemsOf([], holidays(holidaysMax + 1))).toEqual([`holidays: more than ${holidaysMax}`]);
});
