// A price as a few lines for people: when it holds, and what it costs.

import { type Unit, unitsText } from "../../engine/explain/amount-text.ts";
import type { ConditionalPrice, Dimension } from "../../engine/rating/compiled-tariff.ts";
import type { Price, PriceStep } from "../../engine/rating/price.ts";
import { amountMax } from "../../engine/values/units.ts";
import { formatMicros } from "../seed/amounts.ts";
import { listText } from "./list-text.ts";

const dimensionWords: Readonly<Record<Dimension, string>> = {
  zones: "to",
  networks: "in network",
  ratTypes: "over",
  slices: "in slice",
  dnns: "to data network",
  services: "for service",
  closedUserGroups: "within group",
  qos: "at QoS",
};

/** "otherwise" where nothing is asked. */
export const whenText = ({ conditions, timeBandIds }: ConditionalPrice): string => {
  const parts = Array.from(
    conditions,
    ([dimension, values]) => `${dimensionWords[dimension]} ${listText(values)}`,
  );
  if (timeBandIds !== undefined) parts.push(`at ${listText(timeBandIds)}`);
  return parts.length === 0 ? "otherwise" : parts.join("; ");
};

/** Tiers come one a line, as the steps that they were compiled to. */
export const costLines = (one: ConditionalPrice, unit: Unit): readonly string[] => {
  if (one.isBlocked) return ["blocked"];
  if (one.isFree) return ["free"];
  const { price } = one;
  const [first, ...later] = price.steps;
  if (first === undefined) return [];
  const rate = later.length === 0 ? rateText(first, unit) : `${countedText(price)}:`;
  const lines = [[rate, ...feeTexts(price, unit)].join("; ")];
  if (later.length === 0) return lines;
  const steps = later.map(
    (step) => `  beyond ${unitsText(step.from, unit)}: ${rateText(step, unit)}`,
  );
  return [...lines, `  at first: ${rateText(first, unit)}`, ...steps];
};

const countedText = ({ tierCounterId }: Price): string =>
  tierCounterId === undefined ? "tiers by the session" : `tiers by the counter ${tierCounterId}`;

const rateText = ({ blockUnits, blockPriceMicros, entryFeeMicros }: PriceStep, unit: Unit) => {
  const rate =
    blockPriceMicros === 0
      ? "free"
      : `${formatMicros(blockPriceMicros)} per ${unitsText(blockUnits, unit)}`;
  return entryFeeMicros === 0 ? rate : `${formatMicros(entryFeeMicros)} once, then ${rate}`;
};

const feeTexts = (price: Price, unit: Unit): readonly string[] => {
  const { initialBlockUnits, initialBlockPriceMicros: initialPrice, maximumMicros } = price;
  return [
    ...(initialBlockUnits === 0
      ? []
      : [`first ${unitsText(initialBlockUnits, unit)} ${formatMicros(initialPrice)}`]),
    ...(price.setupFeeMicros === 0 ? [] : [`setup fee ${formatMicros(price.setupFeeMicros)}`]),
    ...(price.minimumMicros === 0 ? [] : [`at least ${formatMicros(price.minimumMicros)}`]),
    ...(maximumMicros === amountMax ? [] : [`at most ${formatMicros(maximumMicros)}`]),
  ];
};
