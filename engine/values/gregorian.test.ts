// Calendar arithmetic agrees with JavaScript's own, over all years that a tariff could name.

import fc from "fast-check";
import { expect, test } from "vitest";
import { dateOfDay, daysInMonth, daysSince1970, isLeapYear, weekdayOf } from "./gregorian.ts";

const dayMs = 86_400_000;
const days = fc.integer({ min: Date.UTC(-400, 0) / dayMs, max: Date.UTC(9999, 11, 31) / dayMs });

const readByJavaScript = (day: number) => {
  const date = new Date(day * dayMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return { year, month, day: date.getUTCDate(), weekday: date.getUTCDay() };
};
const isReadAlike = (day: number) => {
  const expected = readByJavaScript(day);
  const { year, month, day: dayOfMonth } = dateOfDay(day);
  return (
    year === expected.year &&
    month === expected.month &&
    dayOfMonth === expected.day &&
    weekdayOf(day) % 7 === expected.weekday &&
    daysSince1970({ year, month, day: dayOfMonth }) === day
  );
};

test("a day has the date and the weekday that JavaScript gives it", () => {
  fc.assert(fc.property(days, isReadAlike), { numRuns: 3_000 });
});

test("so has every single day of a whole cycle of 400 years", () => {
  const everyDay = Array.from({ length: 147_000 }, (_, index) => index - 800);
  expect(everyDay.filter((day) => !isReadAlike(day))).toEqual([]);
});

test("knows how long months and years are", () => {
  const lengths = (year: number) =>
    Array.from({ length: 12 }, (_, month) => daysInMonth(year, month + 1));
  expect(lengths(2026)).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  expect(lengths(2028)[1]).toBe(29);
  expect([1900, 2000, 2024, 2026, 2100].map(isLeapYear)).toEqual([false, true, true, false, false]);
});
