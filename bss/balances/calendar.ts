// When what recurs is due: so many periods after its first instant, on the operator's clocks.
// Always counted from the first one, so that the 31st comes back after a shorter month.

import { Temporal } from "temporal-polyfill";
import type { RecurringPeriodType } from "./tmf654.generated.ts";

const durationOf = (period: RecurringPeriodType, count: number): Temporal.DurationLike => {
  switch (period) {
    case "weekly":
      return { weeks: count };
    case "fortnightly":
      return { weeks: 2 * count };
    case "monthly":
      return { months: count };
  }
};

const zoned = (instant: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);

/** ms since 1970 of the instant with this number; 0 is the anchor itself. */
export const dueAt = (
  anchor: number,
  period: RecurringPeriodType,
  number: number,
  timeZone: string,
): number => zoned(anchor, timeZone).add(durationOf(period, number)).epochMilliseconds;

/** `2026-11` */
export const monthOf = (now: number, timeZone: string): string =>
  zoned(now, timeZone).toPlainDate().toPlainYearMonth().toString();
