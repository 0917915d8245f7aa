// How an amount of money comes about, step by step: blocks of each tier, fees, minimum, maximum.
// The amounts of the lines add up to what the bucket gave.

import { amountMax } from "../values/units.ts";
import { amountText, microsText } from "./amount-text.ts";
import type { GivenExplained, UseExplained } from "./explanation.ts";
import type { Line } from "./line.ts";
import type { ChargePart } from "./split-charge.ts";

type Split = NonNullable<GivenExplained["split"]>;
type Unit = UseExplained["unit"];

export const splitLines = (split: Split, unit: Unit): readonly Line[] => {
  const { setupFeeMicros, boundsMicros, ahead } = split;
  const texts = [
    ...split.parts.flatMap((part) => partTexts(split, part, unit)),
    ...(boundsMicros === 0 ? [] : [boundsText(split)]),
    ...(setupFeeMicros > 0 ? [`${microsText(setupFeeMicros)}: setup fee`] : []),
    ...(ahead > 0 ? [`${amountText(ahead, unit, "")} of the last block are paid ahead`] : []),
  ];
  return texts.map((text) => ({ topic: "step", text }));
};

const partTexts = (split: Split, part: ChargePart, unit: Unit): readonly string[] => {
  const { feeMicros, from } = part;
  const beyond = from === 0 ? "" : ` beyond ${amountText(from, unit, "")}`;
  const fee = feeMicros > 0 ? [`${microsText(feeMicros)}: entry fee${beyond}`] : [];
  return [...fee, `${microsText(part.blocksMicros)}: ${spanText(split, part, unit)}`];
};

const spanText = (split: Split, part: ChargePart, unit: Unit): string => {
  const { step, blocks, isInitialBlock, paidBefore, from, until } = part;
  const isTiered = split.price.steps.length > 1;
  const units = amountText(until - from, unit, "");
  const span = isTiered ? `${units} up to ${amountText(until, unit, "")}` : units;
  const ahead = paidBefore > 0 ? `, ${amountText(paidBefore, unit, "")} of it paid before` : "";
  return `${span}${ahead}, ${howText(split, { step, blocks, isInitialBlock }, unit)}`;
};

const howText = (
  { price }: Split,
  { step, blocks, isInitialBlock }: Pick<ChargePart, "step" | "blocks" | "isInitialBlock">,
  unit: Unit,
): string => {
  if (isInitialBlock) return `first block of ${amountText(price.initialBlockUnits, unit, "")}`;
  if (blocks === 0) return "no new block";
  if (step.blockPriceMicros === 0) return "free";
  const each = `${amountText(step.blockUnits, unit, "")} at ${microsText(step.blockPriceMicros)}`;
  return `${amountText(blocks, "serviceUnits", "").replace(/ unit(s?)$/, " block$1")} of ${each}`;
};

const boundsText = ({ boundsMicros, price }: Split): string => {
  const amount = microsText(boundsMicros);
  const { minimumMicros, maximumMicros } = price;
  if (boundsMicros > 0) return `${amount}: minimum of ${microsText(minimumMicros)}`;
  return maximumMicros < amountMax
    ? `${amount}: minimum of ${microsText(minimumMicros)}, maximum of ${microsText(maximumMicros)}`
    : `${amount}: paid already with the minimum of ${microsText(minimumMicros)}`;
};
