// Time bands follow the wall clock and nothing else; and what is said about their next and last
// change is what a search minute by minute finds, to the millisecond.

import fc from "fast-check";
import { expect, test } from "vitest";
import { oddTimes } from "../../scripts/testing/odd-times.ts";
import { compileTimeBands } from "./compile-time-bands.ts";
import { type TimeBandSpec, timeBandDays } from "./read-time-bands.ts";
import { bandAt, bandChangeAfter, bandChangeBefore, type TimeBands } from "./time-bands.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const minuteMs = 60_000;
const workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const everyDay = [...workdays, "saturday", "sunday"];

const band = (timeBandId: string, days: readonly string[], from: string, until: string) => ({
  timeBandId,
  days,
  from,
  until,
});
const compile = (
  timeBands: readonly TimeBandSpec[],
  timeZone = "Europe/Berlin",
  holidays: readonly string[] = [],
): TimeBands => {
  const outcome = compileTimeBands({ timeBands, holidays }, timeZone);
  if (!outcome.isOk) throw new Error(outcome.error.join("\n"));
  return outcome.value;
};
const at = (text: string) => Date.parse(text);
const peak = compile([band("peak", workdays, "08:00", "20:00")]);

test("a band holds from its first millisecond up to its last, and none holds elsewhere", () => {
  expect(bandAt(peak, at("2026-11-20T08:00:00+01:00") - 1)).toBeUndefined();
  expect(bandAt(peak, at("2026-11-20T08:00:00+01:00"))).toBe("peak");
  expect(bandAt(peak, at("2026-11-20T20:00:00+01:00") - 1)).toBe("peak");
  expect(bandAt(peak, at("2026-11-20T20:00:00+01:00"))).toBeUndefined();
});

test("changes lie days apart over a weekend", () => {
  const [friday, monday] = [at("2026-11-20T20:00:00+01:00"), at("2026-11-23T08:00:00+01:00")];
  expect(bandChangeAfter(peak, friday - 1)).toBe(friday);
  expect(bandChangeAfter(peak, friday)).toBe(monday);
  expect(bandChangeBefore(peak, monday - 1)).toBe(friday);
  expect(bandChangeBefore(peak, monday)).toBe(monday);
});

test("bands of one name that meet, at midnight or at noon, are no change", () => {
  const night = compile([
    band("night", everyDay, "22:00", "24:00"),
    band("night", everyDay, "00:00", "03:00"),
    band("night", everyDay, "02:00", "06:00"),
  ]);
  expect(bandChangeAfter(night, at("2026-11-20T23:00:00+01:00"))).toBe(
    at("2026-11-21T06:00:00+01:00"),
  );
  expect(bandChangeBefore(night, at("2026-11-21T05:59:00+01:00"))).toBe(
    at("2026-11-20T22:00:00+01:00"),
  );
});

const christmas = at("2026-12-25T12:00:00+01:00"); // a Friday

test("a holiday is no weekday where a band names holidays", () => {
  const weekday = band("peak", everyDay, "08:00", "20:00");
  const free = compile([weekday, band("free", ["holiday"], "10:00", "14:00")], undefined, [
    "2026-12-25",
  ]);
  expect(bandAt(free, christmas)).toBe("free");
  expect(bandChangeBefore(free, christmas)).toBe(at("2026-12-25T10:00:00+01:00"));
  expect(bandAt(free, at("2026-12-25T09:00:00+01:00"))).toBeUndefined();
  expect(bandAt(free, at("2026-12-26T09:00:00+01:00"))).toBe("peak");
});

test("a holiday is the weekday that it falls on where no band names holidays", () => {
  const friday = compile([band("peak", ["friday"], "08:00", "20:00")], undefined, ["2026-12-25"]);
  expect(bandAt(friday, christmas)).toBe("peak");
});

test("a band can hold on weekdays and holidays alike", () => {
  const both = compile([band("rest", ["sunday", "holiday"], "00:00", "24:00")], undefined, [
    "2026-12-25",
  ]);
  expect(bandAt(both, christmas)).toBe("rest");
  expect(bandChangeAfter(both, christmas)).toBe(at("2026-12-26T00:00:00+01:00"));
});

test("what never changes within a year has no next change and no last one", () => {
  for (const bands of [[], [band("always", everyDay, "00:00", "24:00")]]) {
    expect(bandChangeAfter(compile(bands), christmas)).toBe(Number.POSITIVE_INFINITY);
    expect(bandChangeBefore(compile(bands), christmas)).toBe(0);
  }
});

test("one that only holidays change has them to change", () => {
  const day = band("day", everyDay, "00:00", "24:00");
  const free = compile([day, band("free", ["holiday"], "00:00", "24:00")], undefined, [
    "2026-12-25",
  ]);
  expect(bandChangeAfter(free, at("2026-12-01T00:00:00Z"))).toBe(at("2026-12-24T23:00:00Z"));
  expect(bandChangeAfter(free, christmas)).toBe(at("2026-12-25T23:00:00Z"));
});

test("a change of nearly a year ahead, or ago, is found", () => {
  const bands = [band("feast", ["holiday"], "00:00", "24:00")];
  const feast = compile(bands, undefined, ["2026-12-25"]);
  expect(bandChangeAfter(feast, at("2026-01-01T00:00:00Z"))).toBe(at("2026-12-24T23:00:00Z"));
  expect(bandChangeBefore(feast, at("2027-12-20T00:00:00Z"))).toBe(at("2026-12-25T23:00:00Z"));
});

const late = compile([band("late", everyDay, "02:30", "05:00")]);

test("a band that would begin in a skipped hour begins when clocks skip it", () => {
  const change = at("2026-03-29T03:00:00+02:00");
  expect(bandAt(late, change - 1)).toBeUndefined();
  expect(bandAt(late, change)).toBe("late");
  expect(bandChangeAfter(late, change - 60 * minuteMs)).toBe(change);
  expect(bandChangeBefore(late, change + minuteMs)).toBe(change);
});

test("a band that is skipped whole never holds that day", () => {
  const brief = compile([band("brief", everyDay, "02:15", "02:45")]);
  expect(bandChangeAfter(brief, at("2026-03-28T12:00:00+01:00"))).toBe(
    at("2026-03-30T02:15:00+02:00"),
  );
});

test("a band from within a repeated hour stops when clocks go back, and begins again", () => {
  const changes: number[] = [];
  const end = at("2026-10-25T12:00:00+01:00");
  let moment = bandChangeAfter(late, at("2026-10-25T00:00:00+02:00"));
  for (; moment < end; moment = bandChangeAfter(late, moment)) changes.push(moment);
  expect(changes).toEqual([
    at("2026-10-25T02:30:00+02:00"),
    at("2026-10-25T02:00:00+01:00"),
    at("2026-10-25T02:30:00+01:00"),
    at("2026-10-25T05:00:00+01:00"),
  ]);
});

test("a band from the end of a repeated hour begins at its second end", () => {
  const early = compile([band("early", everyDay, "03:00", "05:00")]);
  const begin = at("2026-10-25T03:00:00+01:00");
  expect(bandChangeAfter(early, at("2026-10-25T01:00:00+02:00"))).toBe(begin);
  expect(bandChangeBefore(early, begin)).toBe(begin);
});

/** Times of day, often those at which clocks are changed. */
const cut = fc
  .oneof(fc.integer({ min: 1, max: 1_439 }), fc.constantFrom(1, 30, 60, 90, 120, 150, 180, 1_410))
  .map((minutes) => {
    const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
    return `${hour}`.padStart(2, "0").concat(":", `${minute}`.padStart(2, "0"));
  });
const names = fc.constantFrom("a", "b", undefined);
/** A day cut into pieces, each with a band, or with none. */
const bandsOfDay = (day: string) =>
  fc
    .tuple(fc.uniqueArray(cut, { maxLength: 4 }), fc.array(names, { minLength: 5, maxLength: 5 }))
    .map(([cuts, named]) => {
      const edges = ["00:00", ...cuts.sort(), "24:00"];
      return edges.slice(1).flatMap((until, index) => {
        const timeBandId = named[index];
        return timeBandId === undefined ? [] : [band(timeBandId, [day], edges[index]!, until)];
      });
    });
const specs = fc.tuple(...timeBandDays.map(bandsOfDay)).map((days) => days.flat());

/** The band that holds, read off what Intl shows and compared as text. */
const naively = (spec: readonly TimeBandSpec[], holidays: readonly string[], timeZone: string) => {
  const shown = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const weekday = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long" });
  const keepsHolidays = spec.some(({ days }) => days.includes("holiday"));
  return (instant: number): string | undefined => {
    const [date = "", time = ""] = shown.format(instant).split(" ");
    const isHoliday = keepsHolidays && holidays.includes(date);
    const day = isHoliday ? "holiday" : weekday.format(instant).toLowerCase();
    return spec.find(({ days, from, until }) => days[0] === day && from <= time && time < until)
      ?.timeBandId;
  };
};

/** A place, a moment, bands, and holidays on some of the days around it. */
const cases = fc
  .record({ where: oddTimes, spec: specs, daysOff: fc.array(fc.integer({ min: -2, max: 2 })) })
  .filter(({ where }) => where.at > 10 * 1_440 * minuteMs)
  .map(({ where: { timeZone, at }, spec, daysOff }) => {
    const days = daysOff.map((days) => new Date(at + days * 1_440 * minuteMs));
    return { timeZone, at, spec, holidays: days.map((day) => day.toISOString().slice(0, 10)) };
  });

test(`a search by the minute finds the same next and last change (seed ${seed})`, () => {
  fc.assert(
    fc.property(cases, ({ timeZone, at, spec, holidays }) => {
      // Liberia's clocks were not on the minute before 1972.
      fc.pre(timeZone !== "Africa/Monrovia");
      const bands = compile(spec, timeZone, holidays);
      const naive = naively(spec, holidays, timeZone);
      const now = naive(at);
      expect(bandAt(bands, at)).toBe(now);
      const minute = Math.floor(at / minuteMs) * minuteMs;
      const [ahead, ago] = [minute + 2_000 * minuteMs, minute - 2_000 * minuteMs];
      let next = minute + minuteMs;
      while (next < ahead && naive(next) === now) next += minuteMs;
      const after = bandChangeAfter(bands, at);
      if (next < ahead) expect(after).toBe(next);
      else expect(after).toBeGreaterThanOrEqual(ahead);
      let last = minute;
      while (last > ago && naive(last - minuteMs) === now) last -= minuteMs;
      const before = bandChangeBefore(bands, at);
      if (last > ago) expect(before).toBe(last);
      else expect(before).toBeLessThanOrEqual(ago);
    }),
    { seed, numRuns: 200, interruptAfterTimeLimit: 6_000 },
  );
});

test(`a change is one, to the millisecond, and is found from both sides (seed ${seed})`, () => {
  fc.assert(
    fc.property(cases, ({ timeZone, at, spec, holidays }) => {
      const bands = compile(spec, timeZone, holidays);
      const [before, after] = [bandChangeBefore(bands, at), bandChangeAfter(bands, at)];
      expect(before).toBeLessThanOrEqual(at);
      expect(after).toBeGreaterThan(at);
      if (before > 0) {
        expect(bandAt(bands, before - 1)).not.toBe(bandAt(bands, at));
        expect(bandAt(bands, before)).toBe(bandAt(bands, at));
        expect(bandChangeAfter(bands, before)).toBe(after);
        expect(bandChangeAfter(bands, before - 1)).toBe(before);
      }
      if (after < Number.POSITIVE_INFINITY) {
        expect(bandAt(bands, after - 1)).toBe(bandAt(bands, at));
        expect(bandAt(bands, after)).not.toBe(bandAt(bands, at));
        expect(bandChangeBefore(bands, after - 1)).toBe(before);
        expect(bandChangeBefore(bands, after)).toBe(after);
      }
    }),
    { seed, numRuns: 600, interruptAfterTimeLimit: 6_000 },
  );
});
