// The time zone, time bands and holidays of a tariff document. Here only their shape is read;
// compile-time-bands.ts knows what days and hours they may have.

import { limits } from "../limits.ts";
import { compileTimeBands } from "./compile-time-bands.ts";
import {
  elementsIfGiven,
  elementsOf,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  noteAll,
  readText,
  type Spot,
  type TextForm,
  watched,
} from "./document-reader.ts";
import type { TimeBands } from "./time-bands.ts";

const text: TextForm = { pattern: /^/, wanted: "a text" };
const daysMax = 8;

export type ParsedTimeBands = {
  readonly timeZone: string;
  /** Undefined where they have problems. */
  readonly timeBands: TimeBands | undefined;
  readonly timeBandIds: ReadonlySet<string>;
};

export const parseTimeBands = (document: Spot): ParsedTimeBands => {
  const { spot, isRight } = watched(document);
  const zoneSpot = fieldOf(spot, "timeZone");
  const timeZone = isGiven(zoneSpot) ? readText(zoneSpot, text) : "UTC";
  const holidays = elementsIfGiven(fieldOf(spot, "holidays"), limits.holidaysPerTariffMax);
  const bands = elementsIfGiven(fieldOf(spot, "timeBands"), limits.timeBandsPerTariffMax);
  const spec = {
    timeBands: bands.map(readTimeBand),
    holidays: holidays.map((holiday) => readText(holiday, text)),
  };
  const timeBandIds = new Set(spec.timeBands.map(({ timeBandId }) => timeBandId));
  if (!isRight()) return { timeZone, timeBands: undefined, timeBandIds };
  const compiled = compileTimeBands(spec, timeZone);
  if (compiled.isOk) return { timeZone, timeBands: compiled.value, timeBandIds };
  noteAll(spot, compiled.error);
  return { timeZone, timeBands: undefined, timeBandIds };
};

const readTimeBand = (spot: Spot) => {
  if (!isObjectOf(spot, ["timeBandId", "days", "from", "until"])) {
    return { timeBandId: "", days: [], from: "", until: "" };
  }
  return {
    timeBandId: readText(fieldOf(spot, "timeBandId"), identifier),
    days: elementsOf(fieldOf(spot, "days"), 1, daysMax).map((day) => readText(day, text)),
    from: readText(fieldOf(spot, "from"), text),
    until: readText(fieldOf(spot, "until"), text),
  };
};
