// The hours of a week, told by day: which time band they are of, and which hours none of some bands
// covers, to say that a tariff has no price for them.

import { dayMs } from "../values/gregorian.ts";
import { timeBandDays } from "./read-time-bands.ts";
import type { DaySchedule, TimeBands } from "./time-bands.ts";

export type NamedDay = {
  readonly day: (typeof timeBandDays)[number];
  readonly schedule: DaySchedule;
};

/** From Monday on; a holiday is a day of its own where the tariff has any. */
export const daysOf = ({ weekdays, holiday, holidays }: TimeBands): readonly NamedDay[] => {
  const schedules = holidays.size === 0 ? weekdays : [...weekdays, holiday];
  return schedules.map((schedule, index) => ({ day: timeBandDays[index]!, schedule }));
};

/** As "monday 20:00–24:00". */
export const hoursLeft = (timeBands: TimeBands, ids: ReadonlySet<string>): readonly string[] =>
  daysOf(timeBands).flatMap(({ day, schedule }) =>
    stretchesLeft(schedule, ids).map((stretch) => `${day} ${stretch}`),
  );

const stretchesLeft = (schedule: DaySchedule, ids: ReadonlySet<string>): readonly string[] => {
  const stretches: { fromMs: number; untilMs: number }[] = [];
  for (const [index, { fromMs, timeBandId }] of schedule.entries()) {
    if (timeBandId !== undefined && ids.has(timeBandId)) continue;
    const untilMs = schedule[index + 1]?.fromMs ?? dayMs;
    const before = stretches.at(-1);
    if (before?.untilMs === fromMs) before.untilMs = untilMs;
    else stretches.push({ fromMs, untilMs });
  }
  return stretches.map(hoursText);
};

/** As "20:00–24:00". */
export const hoursText = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }): string =>
  `${clock(fromMs)}–${clock(untilMs)}`;

const clock = (ms: number): string => {
  const minutes = ms / 60_000;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
