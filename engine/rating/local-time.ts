// What the wall clocks of a place show at an instant, and when they show a time. A wall time is
// written as milliseconds too: those from 1970 to the same time in UTC. So it can be compared and
// cut into days without a zone.

import { type CivilDate, dateOfDay, dayMs, weekdayOf } from "../values/gregorian.ts";
import type { Zone } from "./time-zone.ts";

/** `weekday`: 1 is Monday, 7 Sunday. `second`: of the day as the clock shows it, 0 to 86,399. */
export type LocalTime = CivilDate & { readonly weekday: number; readonly second: number };

/** How far wall clocks are ahead of UTC, in ms. */
export const offsetAt = (zone: Zone, at: number): number => zone.stretchAt(at).offsetMs;

export const wallAt = (zone: Zone, at: number): number => at + offsetAt(zone, at);

export const localOf = (zone: Zone, at: number): LocalTime => {
  const wall = wallAt(zone, at);
  const days = Math.floor(wall / dayMs);
  const second = Math.floor((wall - days * dayMs) / 1_000);
  return { ...dateOfDay(days), weekday: weekdayOf(days), second };
};

/**
 * The first instant at which clocks show `wall` or later. A time that they show twice is the first
 * of the two; one that they skip is the moment at which they skip it.
 */
export const instantOfWall = (zone: Zone, wall: number): number => {
  // A day earlier no clock on earth shows `wall` yet, and a day later every clock has shown it.
  let stretch = zone.stretchAt(wall - dayMs);
  while (stretch.until + stretch.offsetMs <= wall) stretch = zone.stretchAt(stretch.until);
  return Math.max(stretch.from, wall - stretch.offsetMs);
};
