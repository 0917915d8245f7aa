// The time bands of a tariff document, made ready for bandAt: a schedule for each day of the week
// and one for holidays. Or every problem that the bands have.

import { limits } from "../limits.ts";
import { dayMs } from "../values/gregorian.ts";
import { err, ok, type Result } from "../values/result.ts";
import {
  type Band,
  holdsOn,
  overlapsOf,
  readBand,
  readHoliday,
  type TimeBandsSpec,
  weekdays,
} from "./read-time-bands.ts";
import type { DaySchedule, TimeBands } from "./time-bands.ts";
import { createZone } from "./time-zone.ts";

/** Hours that no band claims are no problem: they have none. */
export const compileTimeBands = (
  { timeBands, holidays }: TimeBandsSpec,
  timeZone: string,
): Result<TimeBands, readonly string[]> => {
  const { timeBandsPerTariffMax: bandsMax, holidaysPerTariffMax: holidaysMax } = limits;
  if (timeBands.length > bandsMax) return err([`timeBands: more than ${bandsMax}`]);
  if (holidays.length > holidaysMax) return err([`holidays: more than ${holidaysMax}`]);
  const problems: string[] = [];
  const zone = createZone(timeZone);
  if (!zone.isOk) problems.push(`timeZone: ${zone.error}`);
  const bands = timeBands.map((band, index) => readBand(band, `timeBands[${index}]`, problems));
  const days = holidays.map((date, index) => readHoliday(date, `holidays[${index}]`, problems));
  problems.push(...overlapsOf(bands));
  if (!zone.isOk || problems.length > 0) return err(problems);
  const ofWeekdays = weekdays.map((day) => scheduleOf(bands, day));
  const ofHoliday = scheduleOf(bands, "holiday");
  const namesHoliday = bands.some((band) => holdsOn(band, "holiday"));
  return ok({
    zone: zone.value,
    weekdays: ofWeekdays,
    holiday: ofHoliday,
    holidays: new Set(namesHoliday ? days : []),
    isSteady: isSteady(namesHoliday ? [...ofWeekdays, ofHoliday] : ofWeekdays),
  });
};

const scheduleOf = (bands: readonly Band[], day: string): DaySchedule => {
  const ofDay = bands.filter((band) => holdsOn(band, day));
  const edges = new Set([0, ...ofDay.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])]);
  edges.delete(dayMs);
  const bandFrom = (edge: number) =>
    ofDay.find(({ fromMs, untilMs }) => fromMs <= edge && edge < untilMs)?.spec.timeBandId;
  const starts = [...edges]
    .sort((a, b) => a - b)
    .map((fromMs) => ({ fromMs, timeBandId: bandFrom(fromMs) }))
    .filter((start, index, all) => index === 0 || start.timeBandId !== all[index - 1]?.timeBandId);
  return starts.map((start, index) => ({ ...start, untilMs: starts[index + 1]?.fromMs ?? dayMs }));
};

const isSteady = (schedules: readonly DaySchedule[]): boolean =>
  new Set(schedules.flat().map(({ timeBandId }) => timeBandId)).size === 1;
