// Instants agree with JavaScript's own reading wherever that one is right, and refuse the rest.

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseInstant } from "./instant.ts";

const dates = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

test("reads every moment that JavaScript writes", () => {
  fc.assert(
    fc.property(dates, (date) => {
      expect(parseInstant(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 2_000 },
  );
});

test("the offset says how far ahead of UTC the clock was", () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  expect(parseInstant("2026-01-01T12:00Z")).toBe(noon);
  expect(parseInstant("2026-01-01T13:00:00+01:00")).toBe(noon);
  expect(parseInstant("2026-01-01T06:30:00.0-05:30")).toBe(noon);
  expect(parseInstant("2026-01-01T12:00:00.5Z")).toBe(noon + 500);
});

test("knows how long months are", () => {
  expect(parseInstant("2024-02-29T00:00:00Z")).toBe(Date.UTC(2024, 1, 29));
  expect(parseInstant("2000-02-29T00:00:00Z")).toBe(Date.UTC(2000, 1, 29));
});

test.each([
  "2026-02-29T00:00:00Z",
  "2100-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-00-10T00:00:00Z",
  "2026-13-10T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:60:00Z",
  "2026-01-01T00:00:60Z",
  "2026-01-01T00:00:00+24:00",
  "2026-01-01T00:00:00+00:60",
  "2026-01-01T00:00:00",
  "2026-01-01",
  "2026-01-01 00:00:00Z",
  " 2026-01-01T00:00:00Z",
  "2026-01-01T00:00:00Z\n",
  "",
])("%j is no moment", (text) => {
  expect(parseInstant(text)).toBeUndefined();
});
