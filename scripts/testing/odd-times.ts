// Places and moments at which calendars go wrong: zones with odd offsets and odd habits, and the
// hours around their clock changes, midnights, ends of months and of years.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";

const oddZones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns", // half hours; from 1987 to 2011 clocks changed a minute after midnight
  "Australia/Lord_Howe", // clocks change by half an hour
  "Asia/Kathmandu", // 5:45 ahead
  "Pacific/Apia", // has no 30 December 2011
  "Pacific/Chatham", // 12:45 or 13:45 ahead
  "Asia/Beirut", // clocks change at midnight
  "America/Havana", // they go back to midnight
  "Africa/Casablanca", // they go back for Ramadan
  "Africa/Cairo", // which in 2010 and 2014 made four changes a year
  "America/Sao_Paulo",
  "Antarctica/Troll", // by two hours
] as const;

export const allZones = Intl.supportedValuesOf("timeZone");

const [from, until] = [Date.UTC(1970, 0, 3), Date.UTC(2100, 0, 1)];
const hourMs = 3_600_000;

export const instants = fc.integer({ min: from, max: until });

/** Up to 30 hours back or forth; often none, all but none, or a whole number of half hours. */
export const spans = fc.oneof(
  fc.integer({ min: -30 * hourMs, max: 30 * hourMs }),
  fc.integer({ min: -1, max: 1 }),
  fc.integer({ min: -6, max: 6 }).map((count) => (count * hourMs) / 2),
);

/** Mostly within hours of something that happens to the calendar there. */
export const instantsNear = (timeZone: string): fc.Arbitrary<number> => {
  const around = (place: (zoned: Temporal.ZonedDateTime) => Temporal.ZonedDateTime | null) =>
    fc.tuple(instants, spans).map(([at, span]) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
      return Math.max(from, place(zoned)?.epochMilliseconds ?? at) + span;
    });
  return fc.oneof(
    instants,
    around((zoned) => zoned.getTimeZoneTransition("next")),
    around((zoned) => zoned.startOfDay()),
    around((zoned) => zoned.with({ day: 1 }).startOfDay()),
    around((zoned) => zoned.with({ month: 3, day: 1 }).startOfDay()),
    around((zoned) => zoned.with({ month: 1, day: 1 }).startOfDay()),
  );
};

/** Somewhere, and when. */
export const oddTimes = fc
  .oneof(fc.constantFrom(...oddZones), fc.constantFrom(...allZones))
  .chain((timeZone) => fc.record({ timeZone: fc.constant(timeZone), at: instantsNear(timeZone) }));
