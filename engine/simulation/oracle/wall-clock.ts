// What the clocks of a time zone show, as Intl says it: one question a minute, kept.

export type WallClock = {
  /** As 2027-03-28. */
  readonly date: string;
  /** In lower case, as tariff documents have it. */
  readonly weekday: string;
  /** As 02:30. */
  readonly time: string;
};

const minuteMs = 60_000;
const minutesKeptMax = 50_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const shown = new Map<string, WallClock>();

export const wallClock = (timeZone: string, at: number): WallClock => {
  const minute = Math.floor(at / minuteMs);
  const key = `${timeZone} ${minute}`;
  const kept = shown.get(key);
  if (kept !== undefined) return kept;
  if (shown.size >= minutesKeptMax) shown.clear();
  const parts = formatOf(timeZone).formatToParts(minute * minuteMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? "";
  const clock = {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    weekday: part("weekday").toLowerCase(),
    time: `${part("hour")}:${part("minute")}`,
  };
  shown.set(key, clock);
  return clock;
};

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const two = "2-digit";
  const kept =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone, hourCycle: "h23", year: "numeric", month: two, day: two },
      ...{ weekday: "long", hour: two, minute: two },
    });
  formats.set(timeZone, kept);
  return kept;
};
