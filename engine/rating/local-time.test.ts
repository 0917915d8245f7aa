// Local time agrees with Temporal, in every zone and above all where clocks change.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { allZones, instantsNear, oddTimes, spans } from "../../scripts/testing/odd-times.ts";
import { type CivilDate, dayMs, daysSince1970 } from "../values/gregorian.ts";
import { instantOfWall, localOf, offsetAt, wallAt } from "./local-time.ts";
import { createZone, type Zone } from "./time-zone.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const zoneOf = (timeZone: string): Zone => {
  const zone = createZone(timeZone);
  if (!zone.isOk) throw new Error(zone.error);
  return zone.value;
};
const temporal = (at: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
const secondOf = ({ hour, minute, second }: Temporal.PlainDateTime | Temporal.ZonedDateTime) =>
  (hour * 60 + minute) * 60 + second;
const at = (hours: number, minutes = 0, seconds = 0) => (hours * 60 + minutes) * 60 + seconds;
/** What `instantOfWall` says of a date and a second of its day. */
const instantOf = (zone: Zone, { second, ...date }: CivilDate & { readonly second: number }) =>
  instantOfWall(zone, daysSince1970(date) * dayMs + second * 1_000);
/** The same as text. */
const momentOf = (timeZone: string, date: string, second: number) => {
  const { year, month, day } = Temporal.PlainDate.from(date);
  const instant = instantOf(zoneOf(timeZone), { year, month, day, second });
  return Temporal.Instant.fromEpochMilliseconds(instant).toString();
};

test(`clocks show what Temporal says they show (seed ${seed})`, () => {
  fc.assert(
    fc.property(oddTimes, ({ timeZone, at }) => {
      const zoned = temporal(at, timeZone);
      expect(localOf(zoneOf(timeZone), at)).toEqual({
        year: zoned.year,
        month: zoned.month,
        day: zoned.day,
        weekday: zoned.dayOfWeek,
        second: secondOf(zoned),
      });
      expect(offsetAt(zoneOf(timeZone), at)).toBe(zoned.offsetNanoseconds / 1e6);
    }),
    { seed, numRuns: 600, interruptAfterTimeLimit: 5_000 },
  );
});

test(`a local time is the first instant that shows it, or skips it (seed ${seed})`, () => {
  fc.assert(
    fc.property(oddTimes, oddTimes, ({ timeZone }, { timeZone: other, at }) => {
      // Read off another place's clock, so that some times do not exist in this one.
      const local = temporal(at, other).toPlainDateTime().with({ millisecond: 0 });
      const earlier = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
      const isSkipped = !earlier.toPlainDateTime().equals(local);
      const expected = isSkipped ? earlier.getTimeZoneTransition("next") : earlier;
      const { year, month, day } = local;
      expect(instantOf(zoneOf(timeZone), { year, month, day, second: secondOf(local) })).toBe(
        expected?.epochMilliseconds,
      );
    }),
    { seed, numRuns: 600, interruptAfterTimeLimit: 5_000 },
  );
});

test(`no clock has shown a wall time, or a later one, before its instant (seed ${seed})`, () => {
  fc.assert(
    fc.property(oddTimes, spans, ({ timeZone, at }, offMs) => {
      const zone = zoneOf(timeZone);
      const wall = wallAt(zone, at) + offMs;
      const instant = instantOfWall(zone, wall);
      expect(wallAt(zone, instant)).toBeGreaterThanOrEqual(wall);
      expect(wallAt(zone, instant - 1)).toBeLessThan(wall);
    }),
    { seed, numRuns: 600, interruptAfterTimeLimit: 5_000 },
  );
});

test("a time that does not exist is the moment of the change", () => {
  const change = "2026-03-29T01:00:00Z";
  expect(momentOf("Europe/Berlin", "2026-03-29", at(1, 59, 59))).toBe("2026-03-29T00:59:59Z");
  expect(momentOf("Europe/Berlin", "2026-03-29", at(2))).toBe(change);
  expect(momentOf("Europe/Berlin", "2026-03-29", at(2, 59, 59))).toBe(change);
  expect(momentOf("Europe/Berlin", "2026-03-29", at(3))).toBe(change);
  expect(momentOf("Australia/Lord_Howe", "2026-10-04", at(2, 15))).toBe("2026-10-03T15:30:00Z");
});

test("a time that exists twice is the first of the two", () => {
  expect(momentOf("Europe/Berlin", "2026-10-25", at(2, 30))).toBe("2026-10-25T00:30:00Z");
  expect(momentOf("Australia/Lord_Howe", "2026-04-05", at(1, 45))).toBe("2026-04-04T14:45:00Z");
  expect(momentOf("America/St_Johns", "2010-11-07", at(0))).toBe("2010-11-07T02:30:00Z");
});

test("the end of what exists twice is its second end", () => {
  expect(momentOf("Europe/Berlin", "2026-10-25", at(3))).toBe("2026-10-25T02:00:00Z");
  expect(momentOf("America/Havana", "2026-11-01", at(1))).toBe("2026-11-01T06:00:00Z");
});

test("any time of a day that was left out is the moment at which it was", () => {
  for (const hour of [0, 12, 23]) {
    expect(momentOf("Pacific/Apia", "2011-12-30", at(hour))).toBe("2011-12-30T10:00:00Z");
  }
  expect(momentOf("Pacific/Apia", "2011-12-29", at(23, 59))).toBe("2011-12-30T09:59:00Z");
});

test(`no change of clocks goes unnoticed in 70 years, in a few zones (seed ${seed})`, () => {
  const [some] = fc.sample(fc.shuffledSubarray(allZones, { minLength: 3, maxLength: 3 }), {
    seed,
    numRuns: 1,
  });
  // The first is the one with the nearest changes of all: a week between two.
  for (const timeZone of ["America/Boa_Vista", ...(some ?? [])]) {
    const zone = zoneOf(timeZone);
    const spoken = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    for (let at = 0; at < Date.UTC(2040); at += 43_200_000) {
      const [, sign, ...parts] =
        /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(spoken.format(at)) ?? [];
      const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
      const offset = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
      if (offsetAt(zone, at) !== (sign === "-" ? -offset : offset)) {
        expect.fail(`${timeZone} at ${at}: ${spoken.format(at)}`);
      }
    }
  }
});

test("an instant that is not a whole number of milliseconds is a defect", () => {
  for (const at of [0.5, Number.NaN, Number.POSITIVE_INFINITY, -6e13, 2.6e14]) {
    expect(() => offsetAt(zoneOf("UTC"), at)).toThrow("assertion failed");
  }
});

test(`answers stay the same however many were given before (seed ${seed})`, () => {
  const zone = zoneOf("America/St_Johns");
  const asked = fc.sample(instantsNear("America/St_Johns"), { seed, numRuns: 2_000 });
  const first = asked.map((at) => offsetAt(zone, at));
  expect(asked.map((at) => offsetAt(zone, at))).toEqual(first);
});
