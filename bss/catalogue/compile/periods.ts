// Periods and durations of the documents: months of a recurring price, the thirty days of a pass,
// the two years of a contract. They are counted from their anchor by the account's wall clock, so
// that a month from 31 January ends on the last of February and the next one on 31 March.

import { instantOfWall, wallAt } from "../../../engine/rating/local-time.ts";
import type { Zone } from "../../../engine/rating/time-zone.ts";
import { dateOfDay, dayMs, daysInMonth, daysSince1970 } from "../../../engine/values/gregorian.ts";

export const periodUnits = ["hour", "day", "week", "month", "year"] as const;
export type PeriodUnit = (typeof periodUnits)[number];
export type Period = { readonly unit: PeriodUnit; readonly count: number };

const synonyms: Readonly<Record<string, PeriodUnit>> = {
  ...{ hour: "hour", hours: "hour", hourly: "hour" },
  ...{ day: "day", days: "day", daily: "day" },
  ...{ week: "week", weeks: "week", weekly: "week" },
  ...{ month: "month", months: "month", monthly: "month" },
  ...{ year: "year", years: "year", yearly: "year", annual: "year" },
};

export const periodUnitOf = (name: string): PeriodUnit | undefined => synonyms[name.toLowerCase()];

const hourMs = 3_600_000;
const evenMs = { hour: hourMs, day: dayMs, week: 7 * dayMs } as const;

/** Of hours, days and weeks alone: months have no length. */
export const secondsOf = ({ unit, count }: Period): number | undefined =>
  unit === "month" || unit === "year" ? undefined : (evenMs[unit] * count) / 1_000;

/** The end of `times` periods that began at `from`; hours are counted, all else by the clock. */
export const endOf = ({ unit, count }: Period, from: number, zone: Zone, times = 1): number => {
  const total = count * times;
  switch (unit) {
    case "hour":
      return from + total * hourMs;
    case "day":
    case "week":
      return instantOfWall(zone, wallAt(zone, from) + total * evenMs[unit]);
    case "month":
      return instantOfWall(zone, monthsLater(wallAt(zone, from), total));
    case "year":
      return instantOfWall(zone, monthsLater(wallAt(zone, from), 12 * total));
  }
};

const monthsLater = (wall: number, months: number): number => {
  const days = Math.floor(wall / dayMs);
  const { year, month, day } = dateOfDay(days);
  const index = year * 12 + (month - 1) + months;
  const later = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  const last = daysInMonth(later.year, later.month);
  return daysSince1970({ ...later, day: Math.min(day, last) }) * dayMs + (wall - days * dayMs);
};

/** 1 to 31, by the clocks of the zone. */
export const dayOfMonth = (zone: Zone, at: number): number =>
  dateOfDay(Math.floor(wallAt(zone, at) / dayMs)).day;

export const periodText = ({ unit, count }: Period): string =>
  count === 1 ? unit : `${count} ${unit}s`;
