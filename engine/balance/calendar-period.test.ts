// Periods tile time, begin where the operator's calendar says, and are those that Temporal counts.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { oddTimes } from "../../scripts/testing/odd-times.ts";
import { localOf, wallAt } from "../rating/local-time.ts";
import { createZone, type Zone } from "../rating/time-zone.ts";
import {
  type Period,
  type PeriodSpec,
  periodAt,
  periodUnits,
  periodUnitsMax,
} from "./calendar-period.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const zoneOf = (timeZone: string): Zone => {
  const zone = createZone(timeZone);
  if (!zone.isOk) throw new Error(zone.error);
  return zone.value;
};
const berlin = zoneOf("Europe/Berlin");
const at = (text: string) => Date.parse(text);
const zonedAt = (instant: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
/** When periods begin, one after the other. */
const starts = (spec: PeriodSpec, zone: Zone, from: string, count: number): string[] => {
  let period = periodAt(spec, zone, at(from));
  return Array.from({ length: count }, () => {
    const text = zonedAt(period.from, zone.timeZone).toString({ timeZoneName: "never" });
    period = periodAt(spec, zone, period.until);
    return text.replace(/:00(?=[+-])/, "");
  });
};

test("months from the 31st begin on the last day of shorter ones, then on the 31st again", () => {
  expect(starts({ unit: "month", anchorDay: 31 }, berlin, "2028-01-31T12:00:00Z", 5)).toEqual([
    "2028-01-31T00:00+01:00",
    "2028-02-29T00:00+01:00",
    "2028-03-31T00:00+02:00",
    "2028-04-30T00:00+02:00",
    "2028-05-31T00:00+02:00",
  ]);
  expect(starts({ unit: "month", anchorDay: 30 }, berlin, "2026-01-30T12:00:00Z", 3)).toEqual([
    "2026-01-30T00:00+01:00",
    "2026-02-28T00:00+01:00",
    "2026-03-30T00:00+02:00",
  ]);
});

test("a month ends at its last millisecond, by the operator's clock", () => {
  const month: PeriodSpec = { unit: "month", anchorDay: 15 };
  const turn = at("2026-11-15T00:00:00+01:00");
  const [before, after] = [periodAt(month, berlin, turn - 1), periodAt(month, berlin, turn)];
  expect(before).toEqual({ number: 681, from: at("2026-10-15T00:00:00+02:00"), until: turn });
  expect(after).toEqual({ number: 682, from: turn, until: at("2026-12-15T00:00:00+01:00") });
});

test("weeks begin on Monday, and number 0 in 1969", () => {
  const week: PeriodSpec = { unit: "week" };
  const utc = zoneOf("UTC");
  const first = at("1969-12-29T00:00:00Z");
  expect(periodAt(week, utc, 0)).toEqual({ number: 0, from: first, until: first + 7 * 86_400_000 });
  expect(starts(week, berlin, "2026-03-29T12:00:00Z", 2)).toEqual([
    "2026-03-23T00:00+01:00",
    "2026-03-30T00:00+02:00",
  ]);
});

test("three months are a quarter, two days begin on even ones, six hours at midnight", () => {
  expect(starts({ unit: "month", count: 3 }, berlin, "2026-11-20T12:00:00Z", 2)).toEqual([
    "2026-10-01T00:00+02:00",
    "2027-01-01T00:00+01:00",
  ]);
  expect(starts({ unit: "day", count: 2 }, zoneOf("UTC"), "1970-01-04T12:00:00Z", 2)).toEqual([
    "1970-01-03T00:00+00:00",
    "1970-01-05T00:00+00:00",
  ]);
  expect(starts({ unit: "hour", count: 6 }, berlin, "2026-10-24T23:00:00Z", 3)).toEqual([
    "2026-10-25T00:00+02:00",
    "2026-10-25T06:00+01:00",
    "2026-10-25T12:00+01:00",
  ]);
});

test("a day of a clock change has 23 or 25 hours", () => {
  const hours = (text: string) => {
    const { from, until } = periodAt({ unit: "day" }, berlin, at(text));
    return (until - from) / 3_600_000;
  };
  expect(hours("2026-03-29T12:00:00Z")).toBe(23);
  expect(hours("2026-10-25T12:00:00Z")).toBe(25);
  expect(hours("2026-10-26T12:00:00Z")).toBe(24);
});

test("an hour that clocks show twice is one period, one that they skip has no length", () => {
  const hour: PeriodSpec = { unit: "hour" };
  expect(starts(hour, berlin, "2026-10-25T00:30:00Z", 2)).toEqual([
    "2026-10-25T02:00+02:00",
    "2026-10-25T03:00+01:00",
  ]);
  const change = at("2026-03-29T01:00:00Z");
  const [before, after] = [periodAt(hour, berlin, change - 1), periodAt(hour, berlin, change)];
  expect(before.until).toBe(change);
  expect(after).toEqual({ number: before.number + 2, from: change, until: change + 3_600_000 });
});

test("clocks that go back over midnight do not bring yesterday back", () => {
  // Newfoundland, 7 November 2010: at 00:01 it was 23:01 on the 6th once more.
  const [zone, change] = [zoneOf("America/St_Johns"), at("2010-11-07T00:01:00-02:30")];
  const today = periodAt({ unit: "day" }, zone, change - 1);
  expect(localOf(zone, change)).toMatchObject({ day: 6 });
  expect(today.from).toBe(change - 60_000);
  expect(periodAt({ unit: "day" }, zone, change)).toEqual(today);
  expect(periodAt({ unit: "day" }, zone, today.from - 1).number).toBe(today.number - 1);
});

test("a day that the calendar left out has a number and no length", () => {
  expect(starts({ unit: "day" }, zoneOf("Pacific/Apia"), "2011-12-29T12:00:00-10:00", 2)).toEqual([
    "2011-12-29T00:00-10:00",
    "2011-12-31T00:00+14:00",
  ]);
});

test("once is for ever", () => {
  const once = { number: 0, from: 0, until: Number.POSITIVE_INFINITY };
  expect(periodAt({ unit: "once", count: 7 }, berlin, at("2026-11-20T12:00:00Z"))).toEqual(once);
});

test.each([{ count: 0 }, { count: 1_001 }, { count: 1.5 }, { anchorDay: 0 }, { anchorDay: 32 }])(
  "%j is a defect",
  (wrong) => {
    expect(() => periodAt({ unit: "month", ...wrong }, berlin, 0)).toThrow("assertion failed");
  },
);

const recurring = periodUnits.filter((unit) => unit !== "once");
const specs = fc.record({
  unit: fc.constantFrom(...recurring),
  anchorDay: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constantFrom(1, 28, 29, 30, 31)),
  count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: periodUnitsMax })),
});
const options = { seed, numRuns: 600, interruptAfterTimeLimit: 6_000 };
/** All that is said of a period at any of its instants. */
const samePeriod = (spec: PeriodSpec, zone: Zone, { from, until }: Period) =>
  [from, Math.floor((from + until) / 2), until - 1].map((at) => periodAt(spec, zone, at));

test(`periods tile time: each holds its instants and meets the next one (seed ${seed})`, () => {
  fc.assert(
    fc.property(specs, oddTimes, (spec, { timeZone, at }) => {
      const zone = zoneOf(timeZone);
      const period = periodAt(spec, zone, at);
      expect(period.from <= at && at < period.until).toBe(true);
      expect(samePeriod(spec, zone, period)).toEqual([period, period, period]);
      const next = periodAt(spec, zone, period.until);
      expect(next.from).toBe(period.until);
      // Only what clocks skip is passed over: at most a day.
      const skipped = wallAt(zone, next.from) - wallAt(zone, next.from - 1) - 1;
      if (skipped === 0) expect(next.number).toBe(period.number + 1);
      else expect(next.number).toBeGreaterThan(period.number);
      if (spec.unit !== "hour" && spec.unit !== "day") {
        expect(next.number).toBe(period.number + 1);
      }
    }),
    options,
  );
});

/** Where the period begins whose number is given, as Temporal counts from 1970. */
const temporalStart = ({ unit, anchorDay = 1, count = 1 }: PeriodSpec, number: number) => {
  const units = number * count;
  const first = new Temporal.PlainDate(1970, 1, 1);
  if (unit === "month") return first.with({ day: anchorDay }).add({ months: units });
  if (unit === "year") return first.add({ years: units });
  return unit === "week"
    ? first.subtract({ days: 3 }).add({ weeks: units })
    : first.add({ days: units });
};

test(`days, weeks, months and years begin when Temporal's do (seed ${seed})`, () => {
  const dated = specs.filter(({ unit }) => unit !== "hour");
  fc.assert(
    fc.property(dated, oddTimes, (spec, { timeZone, at }) => {
      const { number, from, until } = periodAt(spec, zoneOf(timeZone), at);
      const [start, end] = [number, number + 1].map(
        (n) => temporalStart(spec, n).toZonedDateTime(timeZone).epochMilliseconds,
      );
      expect([from, until]).toEqual([start, end]);
    }),
    options,
  );
});

test(`an hour begins with the first of its minutes that clocks show (seed ${seed})`, () => {
  const hours = specs.map((spec) => ({ ...spec, unit: "hour" as const }));
  fc.assert(
    fc.property(hours, oddTimes, (spec, { timeZone, at }) => {
      const { number, from, until } = periodAt(spec, zoneOf(timeZone), at);
      const first = new Temporal.PlainDateTime(1970, 1, 1).add({ hours: number * spec.count });
      for (const [start, instant] of [
        [first, from],
        [first.add({ hours: spec.count }), until],
      ] as const) {
        const shown = zonedAt(instant, timeZone).toPlainDateTime();
        const before = zonedAt(instant - 1, timeZone).toPlainDateTime();
        expect(Temporal.PlainDateTime.compare(shown, start)).toBeGreaterThanOrEqual(0);
        expect(Temporal.PlainDateTime.compare(before, start)).toBe(-1);
      }
    }),
    options,
  );
});
