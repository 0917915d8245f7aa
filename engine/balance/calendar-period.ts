// The periods of counters, caps and renewals: hours, days, weeks, months and years as the wall
// clocks of the operator show them. Each is computed from the anchor and never from the one before,
// so that the 31st comes back after a February.

import { instantOfWall, wallAt } from "../rating/local-time.ts";
import type { Zone } from "../rating/time-zone.ts";
import { assert } from "../values/assert.ts";
import { dateOfDay, dayMs, daysInMonth, daysSince1970 } from "../values/gregorian.ts";

export const periodUnits = ["hour", "day", "week", "month", "year", "once"] as const;

export const periodUnitsMax = 1_000;

/** `once` is one period for ever, whatever `count` says. */
export type PeriodSpec = {
  readonly unit: (typeof periodUnits)[number];
  /** Day on which months begin, 1 to 31 and by default 1; in shorter months the last day. */
  readonly anchorDay?: number;
  /** How many units make a period, up to `periodUnitsMax` and by default 1. */
  readonly count?: number;
};

/**
 * Half-open; each period ends where that of the next number begins. Numbers count the wall clock's
 * periods, and so stay the same for ever: 0 is the first one to begin in 1970 (weeks: on Monday, 29
 * December 1969). What clocks skip has a number but no length: from 2 to 3 on a morning in March.
 */
export type Period = { readonly number: number; readonly from: number; readonly until: number };

const hourMs = 3_600_000;

export const periodAt = (spec: PeriodSpec, zone: Zone, at: number): Period => {
  const { unit, anchorDay = 1, count = 1 } = spec;
  assert(isWhole(count, 1, periodUnitsMax), `periodAt: count ${count}`);
  assert(isWhole(anchorDay, 1, 31), `periodAt: anchorDay ${anchorDay}`);
  if (unit === "once") return { number: 0, from: 0, until: Number.POSITIVE_INFINITY };
  const { indexOf, wallOf } = calendar[unit];
  const startOf = (number: number) => instantOfWall(zone, wallOf(number * count, anchorDay));
  let number = Math.floor(indexOf(wallAt(zone, at), anchorDay) / count);
  let until = startOf(number + 1);
  // Clocks set back may show the period before once more: it is over all the same. Of hours these
  // may be as many as clocks were set back by.
  while (until <= at) {
    number += 1;
    until = startOf(number + 1);
  }
  return { number, from: startOf(number), until };
};

const isWhole = (n: number, min: number, max: number): boolean =>
  Number.isInteger(n) && n >= min && n <= max;

/** Units are counted by the wall time in which they lie, and begin at a wall time. */
type Units = {
  readonly indexOf: (wall: number, anchorDay: number) => number;
  readonly wallOf: (index: number, anchorDay: number) => number;
};

const evenUnits = (lengthMs: number, firstMs: number): Units => ({
  indexOf: (wall) => Math.floor((wall - firstMs) / lengthMs),
  wallOf: (index) => firstMs + index * lengthMs,
});

const months: Units = {
  indexOf: (wall, anchorDay) => {
    const day = Math.floor(wall / dayMs);
    const { year, month } = dateOfDay(day);
    const hasBegun = day >= firstDayOf(year, month, anchorDay);
    return (year - 1970) * 12 + month - (hasBegun ? 1 : 2);
  },
  wallOf: (index, anchorDay) => {
    const year = 1970 + Math.floor(index / 12);
    return firstDayOf(year, index - (year - 1970) * 12 + 1, anchorDay) * dayMs;
  },
};

const firstDayOf = (year: number, month: number, anchorDay: number): number =>
  daysSince1970({ year, month, day: Math.min(anchorDay, daysInMonth(year, month)) });

const years: Units = {
  indexOf: (wall) => dateOfDay(Math.floor(wall / dayMs)).year - 1970,
  wallOf: (index) => daysSince1970({ year: 1970 + index, month: 1, day: 1 }) * dayMs,
};

const calendar: Readonly<Record<Exclude<PeriodSpec["unit"], "once">, Units>> = {
  hour: evenUnits(hourMs, 0),
  day: evenUnits(dayMs, 0),
  week: evenUnits(7 * dayMs, -3 * dayMs),
  month: months,
  year: years,
};
