// Moments by the clocks of a tariff's time zone.

import { localOf } from "../../engine/rating/local-time.ts";
import { weekdays } from "../../engine/rating/read-time-bands.ts";
import { createZone } from "../../engine/rating/time-zone.ts";
import { assert } from "../../engine/values/assert.ts";

/** No zone has a say in other years. */
const [atMin, atEnd] = [Date.UTC(1900, 0), Date.UTC(9999, 0)];

/** "thursday 2026-12-24 18:00"; seconds where there are any. In UTC where no clock is known. */
export const localMoment = (timeZone: string, at: number): string => {
  if (at < atMin || at >= atEnd) return new Date(at).toISOString();
  const zone = createZone(timeZone);
  assert(zone.isOk, `a tariff in ${timeZone}`);
  const { year, month, day, weekday, second } = localOf(zone.value, at);
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  const minutes = Math.floor(second / 60);
  const seconds = second % 60 === 0 ? "" : `:${two(second % 60)}`;
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}${seconds}`;
  return `${weekdays[weekday - 1]} ${date} ${time}`;
};
