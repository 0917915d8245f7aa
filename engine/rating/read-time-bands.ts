// The time bands of a tariff document as they stand there, and every problem they have, each with
// its place: days and times that are none, bands that claim the same minute.

import { dayMs } from "../values/gregorian.ts";
import { parseInstant } from "../values/instant.ts";
import { show } from "./document-reader.ts";

/** `from` and `until` are "HH:MM", half-open; `until` may be "24:00". One may stand twice. */
export type TimeBandSpec = {
  readonly timeBandId: string;
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
};

/**
 * `holidays` are local dates, "YYYY-MM-DD". Where any band names "holiday" they are holidays only;
 * where none does they are the weekdays that they fall on.
 */
export type TimeBandsSpec = {
  readonly timeBands: readonly TimeBandSpec[];
  readonly holidays: readonly string[];
};

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export const timeBandDays = [...weekdays, "holiday"] as const;

/** A band in milliseconds of its days. */
export type Band = {
  readonly place: string;
  readonly spec: TimeBandSpec;
  readonly days: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
};

/** What cannot be read is noted, and becomes a band of no length, which overlaps nothing. */
export const readBand = (spec: TimeBandSpec, place: string, problems: string[]): Band => {
  const wrong = (name: string, wanted: string, value: string) => {
    problems.push(`${place}.${name}: expected ${wanted}, got ${show(value)}`);
  };
  const isDay = (day: string) => timeBandDays.some((known) => known === day);
  if (spec.days.length === 0) problems.push(`${place}.days: expected at least one day`);
  for (const [index, day] of spec.days.entries()) {
    if (!isDay(day)) wrong(`days[${index}]`, "a day such as monday, or holiday", day);
  }
  const from = spec.from === "24:00" ? undefined : timeOfDay(spec.from);
  const until = timeOfDay(spec.until);
  if (from === undefined) wrong("from", "a time from 00:00 to 23:59", spec.from);
  if (until === undefined) wrong("until", "a time from 00:01 to 24:00", spec.until);
  const isBackward = from !== undefined && until !== undefined && until <= from;
  if (isBackward) {
    wrong("until", `a time after ${spec.from} (past midnight is a second band)`, spec.until);
  }
  const isRead = from !== undefined && until !== undefined && !isBackward;
  const [fromMs, untilMs] = isRead ? [from, until] : [0, 0];
  return { place, spec, days: spec.days.filter(isDay), fromMs, untilMs };
};

/** "HH:MM" in milliseconds; undefined: no such time. */
const timeOfDay = (time: string): number | undefined => {
  if (time === "24:00") return dayMs;
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  return parts === null ? undefined : (Number(parts[1]) * 60 + Number(parts[2])) * 60_000;
};

/** In days since 1970. */
export const readHoliday = (date: string, place: string, problems: string[]): number => {
  const midnight = parseInstant(`${date}T00:00:00Z`);
  if (midnight === undefined) {
    problems.push(`${place}: expected a date such as 2026-12-25, got ${show(date)}`);
  }
  return (midnight ?? 0) / dayMs;
};

/** Bands of one name may overlap: they say the same. */
export const overlapsOf = (bands: readonly Band[]): string[] =>
  bands.flatMap((band, index) =>
    bands.slice(0, index).flatMap((earlier) => {
      const isApart = band.fromMs >= earlier.untilMs || earlier.fromMs >= band.untilMs;
      if (isApart || band.spec.timeBandId === earlier.spec.timeBandId) return [];
      const days = timeBandDays.filter((day) => [band, earlier].every((one) => holdsOn(one, day)));
      if (days.length === 0) return [];
      const other = `${earlier.place}, ${tell(earlier)}`;
      return [`${band.place}: ${tell(band)} overlaps ${other}, on ${days.join(", ")}`];
    }),
  );

export const holdsOn = (band: Band, day: string): boolean => band.days.includes(day);

const tell = ({ spec }: Band): string => `${show(spec.timeBandId)} ${spec.from}–${spec.until}`;
