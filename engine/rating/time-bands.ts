// Which time band of a tariff holds at an instant (peak, night, holiday …), and when that changes.
// The wall clock of the tariff's zone alone decides: in an hour that clocks show twice, so do the
// bands of that hour, and a band that would begin in a skipped hour begins when it is skipped.

import { dayMs, weekdayOf } from "../values/gregorian.ts";
import { wallAt } from "./local-time.ts";
import type { Zone } from "./time-zone.ts";

/** A part of a day, half-open in milliseconds of its wall clock; undefined: no band. */
export type DayPart = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly timeBandId: string | undefined;
};

/** The parts of a whole day, ascending; they meet, and no two neighbours are alike. */
export type DaySchedule = readonly DayPart[];

export type TimeBands = {
  readonly zone: Zone;
  /** By day of the week, Monday first. */
  readonly weekdays: readonly DaySchedule[];
  readonly holiday: DaySchedule;
  /** Local days since 1970 that keep the schedule of a holiday and not that of their weekday. */
  readonly holidays: ReadonlySet<number>;
  /** All days are alike and of one part: there is no change to search for. */
  readonly isSteady: boolean;
};

/** How far a change is searched for. Only holidays can make the way to it longer than a week. */
const searchMs = 366 * dayMs;

/** The time band in force; undefined where the tariff names none. */
export const bandAt = (bands: TimeBands, at: number): string | undefined =>
  bandOfWall(bands, wallAt(bands.zone, at));

/** The first instant after `at` at which `bandAt` changes; Infinity when none comes in a year. */
export const bandChangeAfter = (bands: TimeBands, at: number): number => {
  if (bands.isSteady) return Number.POSITIVE_INFINITY;
  const band = bandAt(bands, at);
  let from = at;
  while (from <= at + searchMs) {
    const { until, offsetMs } = bands.zone.stretchAt(from);
    const change = otherBandAfter(bands, band, from + offsetMs, until + offsetMs);
    if (change !== undefined) return change - offsetMs;
    from = until;
  }
  return Number.POSITIVE_INFINITY;
};

/** The last instant up to `at` at which `bandAt` changed; 0 when none lies within a year. */
export const bandChangeBefore = (bands: TimeBands, at: number): number => {
  if (bands.isSteady) return 0;
  const band = bandAt(bands, at);
  let until = at;
  while (until > 0 && until > at - searchMs) {
    const { from, offsetMs } = bands.zone.stretchAt(until - 1);
    const change = otherBandBefore(bands, band, from + offsetMs, until + offsetMs);
    if (change !== undefined) return change - offsetMs;
    until = from;
  }
  return 0;
};

const scheduleOf = (bands: TimeBands, day: number): DaySchedule =>
  bands.holidays.has(day) ? bands.holiday : bands.weekdays[weekdayOf(day) - 1]!;

const bandOfWall = (bands: TimeBands, wall: number): string | undefined => {
  const day = Math.floor(wall / dayMs);
  const inDay = wall - day * dayMs;
  return scheduleOf(bands, day).findLast(({ fromMs }) => fromMs <= inDay)?.timeBandId;
};

/** The first wall time in [from, until) that has another band; undefined if all have `band`. */
const otherBandAfter = (
  bands: TimeBands,
  band: string | undefined,
  from: number,
  until: number,
): number | undefined => {
  for (let dayStart = Math.floor(from / dayMs) * dayMs; dayStart < until; dayStart += dayMs) {
    const other = scheduleOf(bands, dayStart / dayMs).find(
      ({ timeBandId, untilMs }) => timeBandId !== band && dayStart + untilMs > from,
    );
    if (other === undefined) continue;
    const start = Math.max(from, dayStart + other.fromMs);
    return start < until ? start : undefined;
  }
  return undefined;
};

/** The end of the last other band in [from, until); undefined if all have `band`. */
const otherBandBefore = (
  bands: TimeBands,
  band: string | undefined,
  from: number,
  until: number,
): number | undefined => {
  const firstDay = Math.floor(from / dayMs) * dayMs;
  for (let dayStart = Math.floor(until / dayMs) * dayMs; dayStart >= firstDay; dayStart -= dayMs) {
    const other = scheduleOf(bands, dayStart / dayMs).findLast(
      ({ timeBandId, fromMs }) => timeBandId !== band && dayStart + fromMs < until,
    );
    if (other === undefined) continue;
    const end = Math.min(until, dayStart + other.untilMs);
    return end > from ? end : undefined;
  }
  return undefined;
};
