// The parts of a charge as rows for people: how far, what for, how much.

import { wholeFigure } from "../../bench/report/table.ts";
import { type Unit, unitsText } from "../../engine/explain/amount-text.ts";
import type { ChargePart, SplitCharge } from "../../engine/explain/split-charge.ts";
import type { Price } from "../../engine/rating/price.ts";
import { formatMicros } from "../seed/amounts.ts";

type Row = readonly [what: string, how: string, micros: number];

/** The amounts add up to the charge. What is paid and not used yet stands in a row of its own. */
export const chargeRows = (
  price: Price,
  charge: SplitCharge,
  unit: Unit,
): readonly (readonly string[])[] => {
  const { setupFeeMicros, boundsMicros, ahead } = charge;
  const { minimumMicros, maximumMicros } = price;
  const rows: Row[] = [
    ...charge.parts.flatMap((part) => partRows(price, part, unit)),
    ...(boundsMicros > 0
      ? [["minimum", `at least ${formatMicros(minimumMicros)}`, boundsMicros] as const]
      : []),
    ...(boundsMicros < 0
      ? [["maximum", `at most ${formatMicros(maximumMicros)}`, boundsMicros] as const]
      : []),
    ...(setupFeeMicros > 0 ? [["setup fee", "", setupFeeMicros] as const] : []),
  ];
  const amounts = rows.map(([, , micros]) => signedText(micros));
  const width = Math.max(...amounts.map(({ length }) => length));
  const texts = rows.map(([what, how], n) => [what, how, amounts[n]!.padStart(width)]);
  if (ahead === 0) return texts;
  return [...texts, ["paid ahead", `${unitsText(ahead, unit)} of the last block`, ""]];
};

const partRows = (price: Price, part: ChargePart, unit: Unit): readonly Row[] => {
  const { step, feeMicros } = part;
  const fee: Row[] = feeMicros > 0 ? [["entry fee", beyondText(part, unit), feeMicros]] : [];
  const { blocksMicros } = part;
  const how = part.isInitialBlock
    ? `first block, ${unitsText(price.initialBlockUnits, unit)}`
    : part.blocks === 0
      ? "paid with the block before"
      : step.blockPriceMicros === 0
        ? "free"
        : blocksText(part, unit);
  return [...fee, [`up to ${unitsText(part.until, unit)}`, how, blocksMicros]];
};

const beyondText = ({ from }: ChargePart, unit: Unit): string =>
  from === 0 ? "" : `beyond ${unitsText(from, unit)}`;

const blocksText = ({ blocks, step }: ChargePart, unit: Unit): string => {
  const size = unitsText(step.blockUnits, unit);
  return `${wholeFigure(blocks)} × ${size} at ${formatMicros(step.blockPriceMicros)}`;
};

const signedText = (micros: number): string =>
  micros < 0 ? `-${formatMicros(-micros)}` : formatMicros(micros);
