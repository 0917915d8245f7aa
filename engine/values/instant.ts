// Moments in text: RFC 3339 date-times into milliseconds since 1970, by arithmetic alone.
// JavaScript's own parser takes 30 February for 2 March; a price that begins on the wrong day is
// worse than none.

import { dayMs, daysInMonth, daysSince1970 } from "./gregorian.ts";

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Seconds and milliseconds may be left out, the offset may not; undefined: no such moment. */
export const parseInstant = (text: string): number | undefined => {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Number((parts[7] ?? "").padEnd(3, "0"));
  const offset = Number(parts[9] ?? 0) * hourMs + Number(parts[10] ?? 0) * minuteMs;
  const isDate = month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysInMonth(year!, month!);
  const isTime = hour! <= 23 && minute! <= 59 && second! <= 59;
  const isOffset = Number(parts[9] ?? 0) <= 23 && Number(parts[10] ?? 0) <= 59;
  if (!isDate || !isTime || !isOffset) return undefined;
  const local =
    daysSince1970({ year: year!, month: month!, day: day! }) * dayMs +
    hour! * hourMs +
    minute! * minuteMs +
    second! * 1_000 +
    ms;
  return parts[8] === "-" ? local + offset : local - offset;
};
