// Units and money of a tariff for people, exact to the last one: 1 MiB is 1,048,576 octets, and
// 1,500 octets are no 1.46 KiB.

import { wholeFigure } from "../../bench/report/table.ts";
import type { CompiledRatingGroup } from "../../engine/rating/compiled-tariff.ts";
import { formatAmount } from "../seed/amounts.ts";

export type Unit = CompiledRatingGroup["unit"];

const kibi = 1024;

export const unitsText = (units: number, unit: Unit): string => {
  switch (unit) {
    case "octets":
      return octetsText(units);
    case "seconds":
      return `${wholeFigure(units)} s`;
    case "messages":
    case "serviceUnits":
      return units === 1 ? formatAmount(1, unit, "") : `${wholeFigure(units)} ${unitNames[unit]}`;
  }
};

const unitNames = { messages: "messages", serviceUnits: "units" } as const;

/** In the largest binary multiple that divides them. */
const octetsText = (octets: number): string => {
  const names = ["octets", "KiB", "MiB", "GiB"];
  let [value, index] = [octets, 0];
  while (value >= kibi && value % kibi === 0 && index < names.length - 1) {
    value /= kibi;
    index++;
  }
  const name = value === 1 && index === 0 ? "octet" : names[index];
  return `${wholeFigure(value)} ${name}`;
};

/** The first few, and how many more there are. */
export const listText = (names: Iterable<string>, shownMax = 6): string => {
  const all = [...names];
  const more = all.length - shownMax;
  const shown = all.slice(0, shownMax).join(", ");
  return more > 0 ? `${shown} and ${wholeFigure(more)} more` : shown;
};
