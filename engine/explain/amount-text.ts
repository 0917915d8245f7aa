// Amounts and moments for people, exact to the last one: 1 MiB is 1,048,576 octets, and 1,500
// octets are no 1.46 KiB.

import { localOf } from "../rating/local-time.ts";
import { weekdays } from "../rating/read-time-bands.ts";
import { createZone } from "../rating/time-zone.ts";
import type { UnitKind } from "../values/units.ts";

/** Two decimal places at least, all six if they are needed. */
export const microsText = (micros: number): string => {
  const size = Math.abs(micros);
  const fraction = String(size % 1_000_000).padStart(6, "0");
  const whole = groupedText((size - (size % 1_000_000)) / 1_000_000);
  return `${micros < 0 ? "-" : ""}${whole}.${fraction.replace(/0{1,4}$/, "")}`;
};

/** In groups of three digits. */
const groupedText = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, ",");

export const amountText = (amount: number, unit: UnitKind, currency: string): string =>
  unit === "money" ? `${microsText(amount)} ${currency}` : unitsText(amount, unit);

/** What use is measured in. */
export type Unit = Exclude<UnitKind, "money">;

export const unitsText = (amount: number, unit: Unit): string => {
  switch (unit) {
    case "octets":
      return octetsText(amount);
    case "seconds":
      return `${groupedText(amount)} s`;
    case "messages":
      return `${groupedText(amount)} ${amount === 1 ? "message" : "messages"}`;
    case "serviceUnits":
      return `${groupedText(amount)} ${amount === 1 ? "unit" : "units"}`;
  }
};

const kibi = 1024;

/** In the largest binary multiple that divides them. */
const octetsText = (octets: number): string => {
  const names = ["octets", "KiB", "MiB", "GiB"];
  let [value, index] = [octets, 0];
  while (value >= kibi && value % kibi === 0 && index < names.length - 1) {
    value /= kibi;
    index++;
  }
  return `${groupedText(value)} ${value === 1 && index === 0 ? "octet" : names[index]}`;
};

/** No zone has a say in other years: 1900 to 9998. */
const [atMin, atEnd] = [-2_208_988_800_000, 253_370_764_800_000];

/** "friday" */
export const weekdayText = (timeZone: string, at: number): string => {
  const zone = createZone(timeZone);
  if (!zone.isOk || !isShown(at)) return "";
  return weekdays[localOf(zone.value, at).weekday - 1]!;
};

const isShown = (at: number): boolean => at >= atMin && at < atEnd;

/** "2027-12-24 18:30:00.500"; what is nought at the end is left out. */
export const momentText = (timeZone: string, at: number): string => {
  const zone = createZone(timeZone);
  if (!zone.isOk || !isShown(at)) return `${at} ms since 1970`;
  const { year, month, day, second } = localOf(zone.value, at);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(second / 60);
  const ms = ((at % 1_000) + 1_000) % 1_000;
  const fraction = ms === 0 ? "" : `.${String(ms).padStart(3, "0")}`;
  const seconds = second % 60 === 0 && ms === 0 ? "" : `:${two(second % 60)}${fraction}`;
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  return `${date} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}${seconds}`;
};

export const listText = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
