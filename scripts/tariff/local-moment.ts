// Moments by the clocks of a tariff's time zone.

import { momentText, weekdayText } from "../../engine/explain/amount-text.ts";

/** "thursday 2026-12-24 18:00"; seconds where there are any. In UTC where no clock is known. */
export const localMoment = (timeZone: string, at: number): string => {
  const weekday = weekdayText(timeZone, at);
  if (weekday === "") return new Date(at).toISOString();
  return `${weekday} ${momentText(timeZone, Math.floor(at / 1_000) * 1_000)}`;
};
