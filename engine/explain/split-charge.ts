// A charge in the parts that it is made of: the initial block, then each step of the price. The
// engine's own arithmetic rates every part, each going on where the one before left it, so that
// they come to what all units come to at once.

import type { Price, PriceStep } from "../rating/price.ts";
import { notBegun, type Progress, quotePrice } from "../rating/price-quote.ts";
import { amountMax, ceilDiv } from "../values/units.ts";

export type ChargePart = {
  /** Counted from 0 where the steps begin; half-open. */
  readonly from: number;
  readonly until: number;
  readonly isInitialBlock: boolean;
  readonly step: PriceStep;
  /** Of the units: paid with a block that began before. */
  readonly paidBefore: number;
  /** Begun here, the initial one among them. */
  readonly blocks: number;
  readonly feeMicros: number;
  /** Without the fee, before minimum and maximum. */
  readonly blocksMicros: number;
};

export type SplitCharge = {
  readonly parts: readonly ChargePart[];
  /** Fewer than asked for where more would be due than is available. */
  readonly units: number;
  readonly setupFeeMicros: number;
  /** What the minimum adds (or had added before), or the maximum takes away. */
  readonly boundsMicros: number;
  readonly totalMicros: number;
  /** Units of the last block that are paid and not used. */
  readonly ahead: number;
};

export type Asked = {
  readonly available: number;
  readonly units: number;
  /** What the charge has come to before. */
  readonly before: Progress;
};

/** Of a session that has not begun; `position` is what the counter of the tiers has counted. */
export const freshCharge = (units: number, position: number): Asked => ({
  available: amountMax,
  units,
  before: { position, ahead: 0, ratedMicros: notBegun },
});

export const splitCharge = (
  price: Price,
  { available, units, before: start }: Asked,
): SplitCharge => {
  let progress = start;
  let totalMicros = 0;
  let covered = 0;
  const parts: ChargePart[] = [];
  for (const until of endsOf(price, units, start)) {
    const before = progress;
    const wanted = until - covered;
    const quote = quotePrice(price, available - totalMicros, wanted, before);
    ({ progress } = quote);
    totalMicros += quote.amount;
    covered += quote.units;
    const change = { before, after: progress, from: start.position + until - wanted };
    if (quote.units > 0) parts.push(partOf(price, change, quote.units));
    if (quote.units < wanted) break;
  }
  const begins = start.ratedMicros === notBegun && progress.ratedMicros !== notBegun;
  const setupFeeMicros = begins ? price.setupFeeMicros : 0;
  const ratedMicros = Math.max(0, progress.ratedMicros) - Math.max(0, start.ratedMicros);
  const boundsMicros = totalMicros - setupFeeMicros - ratedMicros;
  return {
    parts,
    units: covered,
    setupFeeMicros,
    boundsMicros,
    totalMicros,
    ahead: progress.ahead,
  };
};

/** How many units there are up to the end of each part, ascending. */
const endsOf = (
  price: Price,
  units: number,
  { position, ahead, ratedMicros }: Progress,
): readonly number[] => {
  const isInitial = ratedMicros === notBegun && price.initialBlockUnits > 0;
  const initial = isInitial ? [ahead + price.initialBlockUnits] : [];
  const ends = [...initial, ...price.steps.map(({ from }) => from - position), units];
  return [...new Set(ends)].filter((one) => one > 0 && one <= units).sort((a, b) => a - b);
};

type Change = {
  readonly before: { readonly ahead: number; readonly ratedMicros: number };
  readonly after: { readonly ratedMicros: number };
  readonly from: number;
};

const partOf = (price: Price, { before, after, from }: Change, units: number): ChargePart => {
  const step = price.steps.findLast((one) => one.from <= from)!;
  const begins = before.ratedMicros === notBegun && after.ratedMicros !== notBegun;
  const isInitialBlock = begins && price.initialBlockUnits > 0;
  const paidBefore = Math.min(before.ahead, units);
  const ratedMicros = Math.max(0, after.ratedMicros) - Math.max(0, before.ratedMicros);
  // What is rated beyond the largest amount is not counted, a fee neither.
  const feeMicros = step.from === from ? Math.min(step.entryFeeMicros, ratedMicros) : 0;
  return {
    ...{ from, until: from + units, isInitialBlock, step, paidBefore, feeMicros },
    blocks: isInitialBlock ? 1 : ceilDiv(units - paidBefore, step.blockUnits),
    blocksMicros: ratedMicros - feeMicros,
  };
};
