// The hours of a week that none of some time bands covers, told by day: to say which hours of a
// tariff have no price.

import { dayMs } from "./local-time.ts";
import { timeBandDays } from "./read-time-bands.ts";
import type { DaySchedule, TimeBands } from "./time-bands.ts";

/** As "monday 20:00–24:00"; a holiday is a day of its own where the tariff has any. */
export const hoursLeft = (timeBands: TimeBands, ids: ReadonlySet<string>): readonly string[] => {
  const { weekdays, holiday, holidays } = timeBands;
  const schedules = holidays.size === 0 ? weekdays : [...weekdays, holiday];
  return schedules.flatMap((schedule, day) =>
    stretchesLeft(schedule, ids).map((stretch) => `${timeBandDays[day]} ${stretch}`),
  );
};

const stretchesLeft = (schedule: DaySchedule, ids: ReadonlySet<string>): readonly string[] => {
  const stretches: { fromMs: number; untilMs: number }[] = [];
  for (const [index, { fromMs, timeBandId }] of schedule.entries()) {
    if (timeBandId !== undefined && ids.has(timeBandId)) continue;
    const untilMs = schedule[index + 1]?.fromMs ?? dayMs;
    const before = stretches.at(-1);
    if (before?.untilMs === fromMs) before.untilMs = untilMs;
    else stretches.push({ fromMs, untilMs });
  }
  return stretches.map(({ fromMs, untilMs }) => `${clock(fromMs)}–${clock(untilMs)}`);
};

const clock = (ms: number): string => {
  const minutes = ms / 60_000;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
