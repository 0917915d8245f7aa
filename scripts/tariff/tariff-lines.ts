// What a sound tariff document means, for the eyes of who wrote it: a heading, the time bands, the
// zones, the bonus rules, and each rating group with its prices in the order in which they are
// tried.

import type { CompiledRatingGroup, CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import type { PrefixMap } from "../../engine/rating/prefix-map.ts";
import { weekdays } from "../../engine/rating/read-time-bands.ts";
import type { DaySchedule } from "../../engine/rating/time-bands.ts";
import { daysOf, hoursText } from "../../engine/rating/week-hours.ts";
import { alignColumns } from "../supervisor/terminal.ts";
import { bonusRows } from "./bonus-rows.ts";
import { listText } from "./list-text.ts";
import { localMoment } from "./local-moment.ts";
import { costLines, whenText } from "./price-lines.ts";
import { quotaLines } from "./quota-lines.ts";

type Row = readonly [name: string, ...cells: readonly string[]];

export const tariffLines = (tariff: CompiledTariff): readonly string[] => {
  const groups = [...tariff.ratingGroups.values()];
  return [
    ...indented([
      ...headRows(tariff),
      ...timeBandRows(groups),
      ...numberingRows(tariff),
      ...bonusRows(tariff),
    ]),
    ...groups.flatMap((group) => [
      "",
      `  rating group ${group.ratingGroup}, ${group.unit}`,
      ...groupLines(group),
    ]),
  ];
};

const indented = (rows: readonly Row[], by = "  "): readonly string[] =>
  alignColumns(rows).map((line) => `${by}${line}`);

const headRows = (tariff: CompiledTariff): readonly Row[] => {
  const { tariffId, currency, timeZone, openSessions, effectiveFrom } = tariff;
  const tax = tariff.isTaxIncluded ? "tax included" : "tax not included";
  const open = openSessions === "keep" ? "keep what they have" : "switch to it";
  return [
    ["tariff", `${tariffId}, ${currency}, ${tax}`],
    ["from", `${localMoment(timeZone, effectiveFrom)}, ${timeZone}; open sessions ${open}`],
  ];
};

/** Days that are alike share a row; none where no price looks at the time. */
const timeBandRows = (groups: readonly CompiledRatingGroup[]): readonly Row[] => {
  const timeBands = groups.find((group) => group.timeBands !== undefined)?.timeBands;
  if (timeBands === undefined) return [];
  const daysByParts = new Map<string, string[]>();
  for (const { day, schedule } of daysOf(timeBands)) {
    const parts = partsText(schedule);
    daysByParts.set(parts, [...(daysByParts.get(parts) ?? []), day]);
  }
  return Array.from(
    daysByParts,
    ([parts, days]): Row => ["time bands", `${daysText(days)}: ${parts}`],
  );
};

const partsText = (schedule: DaySchedule): string =>
  schedule.map((part) => `${hoursText(part)} ${part.timeBandId ?? "no band"}`).join(", ");

/** "monday to thursday, sunday"; days are in the order of the week. */
const daysText = (days: readonly string[]): string => {
  const runs: string[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && isDayAfter(run.at(-1), day)) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => (run.length > 2 ? `${run[0]} to ${run.at(-1)}` : run.join(", ")))
    .join(", ");
};

/** A holiday comes after none. */
const isDayAfter = (day: string | undefined, next: string): boolean =>
  weekdays.some((one, index) => one === day && weekdays[index + 1] === next);

const numberingRows = (tariff: CompiledTariff): readonly Row[] => [
  ...prefixRows("zone", tariff.zones),
  ...(tariff.rateDeckId === undefined
    ? []
    : [["rate deck", `${tariff.rateDeckId}, for all other numbers`] as const]),
  ...prefixRows("network", tariff.networkZones),
  ...prefixRows("group", tariff.closedUserGroups),
  ...(tariff.freeNumbers.size === 0
    ? []
    : [["free", `calls to ${listText(tariff.freeNumbers)}`] as const]),
];

const prefixRows = (name: string, { ids }: PrefixMap): readonly Row[] => {
  const prefixesById = new Map<string, string[]>();
  for (const [prefix, owners] of ids) {
    for (const id of owners) prefixesById.set(id, [...(prefixesById.get(id) ?? []), prefix]);
  }
  return Array.from(prefixesById, ([id, prefixes]): Row => [name, `${id}: ${listText(prefixes)}`]);
};

const groupLines = (group: CompiledRatingGroup): readonly string[] => {
  const rows = group.prices.flatMap((price): Row[] => [
    [price.priceId, whenText(price)],
    ...costLines(price, group.unit).map((line): Row => ["", line]),
  ]);
  const hasBase = group.prices.some(({ conditions, timeBandIds }) => {
    return conditions.size === 0 && timeBandIds === undefined;
  });
  const rest: Row[] = hasBase ? [] : [["", "otherwise no price: such a use is refused"]];
  return indented([...rows, ...rest, ...quotaRows(group)], "    ");
};

const quotaRows = (group: CompiledRatingGroup): readonly Row[] =>
  quotaLines(group).map((line, n): Row => [n === 0 ? "quota" : "", line]);
