// What a publication changes, as it is told before and after.

import { expect, test } from "vitest";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { assert } from "../../engine/values/assert.ts";
import { endOf, takeOverLines } from "./take-over.ts";

const now = Date.parse("2027-06-15T12:00:00Z");
const group = (ratingGroup: number) => ({
  ...{ ratingGroup, unit: "seconds", blockUnits: 60, blockPrice: "0.1" },
  ...{ quotaUnits: 600, validityTimeSeconds: 600 },
});
const tariffOf = (tariffId: string, day: string, groups: readonly number[], currency = "EUR") => {
  const effectiveFrom = `${day}T00:00:00Z`;
  const ratingGroups = groups.map(group);
  const head = { tariffId, currency, effectiveFrom, timeZone: "UTC" };
  const read = parseTariff(JSON.stringify({ ...head, ratingGroups }));
  assert(read.isOk, "a sound tariff");
  return read.value;
};

const first = { version: 1, tariff: tariffOf("a", "2027-01-01", [10, 20]) };
const other = { version: 2, tariff: tariffOf("b", "2027-03-01", [30]) };
const later = { version: 3, tariff: tariffOf("a", "2027-09-01", [10, 40]) };

test("holds until the next of the same tariff", () => {
  const all = [first, other, later];
  expect(all.map((one) => endOf(one, all))).toEqual([
    later.tariff.effectiveFrom,
    undefined,
    undefined,
  ]);
  const again = { version: 4, tariff: tariffOf("a", "2027-01-01", [10]) };
  expect(endOf(first, [...all, again]), "another of the same moment").toBe(
    first.tariff.effectiveFrom,
  );
});

test("tells of what it takes over from, and of the groups that come and go", () => {
  const next = tariffOf("a", "2027-07-01", [20, 50], "USD");
  expect(takeOverLines(next, [first, other, later], now)).toEqual([
    "from thursday 2027-07-01 00:00, in effect until wednesday 2027-09-01 00:00",
    "takes over from version 1",
    "no longer has rating groups 10: use of them is refused from then on",
    "also has rating groups 50",
    "is in USD, no longer in EUR",
  ]);
});

test("what is dated back takes over at once; what is overtaken already says so", () => {
  expect(takeOverLines(tariffOf("a", "2027-02-01", [10, 20]), [first, other], now)).toEqual([
    "from monday 2027-02-01 00:00, in effect until another one takes over",
    "takes over from version 1",
  ]);
  expect(takeOverLines(tariffOf("a", "2026-12-01", [10]), [first, other], now)).toEqual([
    "is in effect at no time from now on: version 1 is",
  ]);
});

test("the first of its name takes over from nobody", () => {
  expect(takeOverLines(tariffOf("c", "2027-02-01", [10]), [first], now)).toEqual([
    "from monday 2027-02-01 00:00, in effect until another one takes over",
  ]);
});
