// What one use costs by a document alone, and why, step by step: the money first, then who is
// called from where, when, which price holds, and what each part of it comes to.

import { unitsText } from "../../engine/explain/amount-text.ts";
import { freshCharge, type SplitCharge, splitCharge } from "../../engine/explain/split-charge.ts";
import {
  type ChosenPrice,
  choosePrice,
  priceChangeAfter,
} from "../../engine/rating/choose-price.ts";
import type { CompiledRatingGroup, CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import { type Classes, classify, type ZoneDirectory } from "../../engine/rating/price-context.ts";
import { bandAt } from "../../engine/rating/time-bands.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { amountMax } from "../../engine/values/units.ts";
import { formatMoney } from "../seed/amounts.ts";
import { alignColumns } from "../supervisor/terminal.ts";
import { chargeRows } from "./charge-rows.ts";
import { localMoment } from "./local-moment.ts";
import type { Use } from "./use-options.ts";

type Row = readonly [name: string, ...cells: readonly string[]];

/** The error says why the engine would not rate it. */
export const useLines = (
  tariff: CompiledTariff,
  use: Use,
  deck: ZoneDirectory | undefined,
): Result<readonly string[], string> => {
  const group = tariff.ratingGroups.get(use.ratingGroup);
  if (group === undefined) {
    const groups = [...tariff.ratingGroups.keys()].join(", ");
    return err(`no rating group ${use.ratingGroup} in the document; it has ${groups}`);
  }
  const zones = tariff.rateDeckId === undefined ? undefined : deck;
  const classes = classify(tariff, use.context, zones);
  const chosen = choosePrice(group, classes, use.at);
  const facts = factRows(tariff, group, use, { classes, chosen, zones });
  if (chosen === undefined) {
    const why = facts.map((fact) => fact.join(" ")).join("; ");
    return err(`no price of rating group ${use.ratingGroup} fits, so the use is refused: ${why}`);
  }
  const used = `${unitsText(use.units, group.unit)} in rating group ${use.ratingGroup}`;
  const because = [`  ${used}, price ${chosen.priceId}`, "", ...indented(facts)];
  if (chosen.isBlocked) return ok(["blocked", ...because]);
  const counted = chosen.price.tierCounterId === undefined ? 0 : use.countedUnits;
  const charge = splitCharge(chosen.price, freshCharge(use.units, counted));
  const rows = chosen.isFree
    ? [["free", "0.00"] as const]
    : chargeRows(chosen.price, charge, group.unit);
  return ok([headOf(charge, use, tariff.currency), ...because, "", ...indented(rows)]);
};

const indented = (rows: readonly (readonly string[])[]): readonly string[] =>
  alignColumns(rows).map((line) => `  ${line}`);

const headOf = ({ units, totalMicros }: SplitCharge, use: Use, currency: string): string =>
  units === use.units
    ? formatMoney(totalMicros, currency)
    : `more than ${formatMoney(amountMax, currency)}, which no balance has`;

type Choice = {
  readonly classes: Classes;
  readonly chosen: ChosenPrice | undefined;
  readonly zones: ZoneDirectory | undefined;
};

const factRows = (
  tariff: CompiledTariff,
  group: CompiledRatingGroup,
  { at, context, countedUnits }: Use,
  { classes, chosen, zones }: Choice,
): readonly Row[] => {
  const { calledNumber, servingNetwork } = context;
  const counterId = chosen?.price.tierCounterId;
  const rank = group.prices.findIndex(({ priceId }) => priceId === chosen?.priceId) + 1;
  const whose = rank === 0 ? "" : `, number ${rank} of the ${group.prices.length} that are tried`;
  return [
    ...(calledNumber === undefined
      ? []
      : [["called", `${calledNumber}: ${zoneText(tariff, classes, zones)}`] as const]),
    ...(servingNetwork === undefined
      ? []
      : [["network", `${servingNetwork}: ${classes.values.networks[0] ?? "no zone"}`] as const]),
    ["time", timeText(tariff, group, at)],
    ...(chosen === undefined ? [] : [["price", `${chosen.priceId}${whose}`] as const]),
    ...(counterId === undefined
      ? []
      : [["counter", `${counterId} at ${unitsText(countedUnits, group.unit)}`] as const]),
  ];
};

const zoneText = (
  { dimensions, rateDeckId }: CompiledTariff,
  { isFreeNumber, zone }: Classes,
  deck: ZoneDirectory | undefined,
): string => {
  if (isFreeNumber) return "a free number";
  if (zone !== undefined) return `zone ${zone.zoneId} by the prefix ${zone.prefix}`;
  if (!dimensions.has("zones")) return "no price asks for zones";
  const isUnseen = rateDeckId !== undefined && deck === undefined;
  return isUnseen ? `no zone of its own, rate deck ${rateDeckId} not given (--deck)` : "no zone";
};

const timeText = (tariff: CompiledTariff, group: CompiledRatingGroup, at: number): string => {
  const { timeZone, effectiveFrom } = tariff;
  const moment = `${localMoment(timeZone, at)} in ${timeZone}`;
  const early = at < effectiveFrom ? "; the tariff is not in effect yet" : "";
  if (group.timeBands === undefined) return `${moment}${early}`;
  const band = bandAt(group.timeBands, at);
  const change = priceChangeAfter(group, at);
  const until = Number.isFinite(change) ? ` until ${localMoment(timeZone, change)}` : "";
  return `${moment}, ${band === undefined ? "no time band" : `time band ${band}`}${until}${early}`;
};
