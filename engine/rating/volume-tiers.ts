// Volume tiers: all units of a period at the price of the tier reached. A cheaper tier never gives
// money back: what p units cost is the most that any q ≤ p units come to. After a boundary nothing
// is due until a cheaper price has caught up; a dearer one falls due at once.
//
// The rule of rounding, "blocks from nought": whatever was paid before, q units of a tier come to
// its entry fee and ceil(q / blockUnits) blocks, counted from the first unit of the period.

import { amountMax } from "../values/units.ts";
import type { PriceStep } from "./price.ts";

/** A tier with where it begins and ends; `amountMax`: it does not end. */
export type TierSpan = PriceStep & { readonly end: number };

/**
 * The steps of each tier. Used in one go they cost the most so far, to the micro, at every unit;
 * a session that begins within a block pays its own blocks from there, as on any steps. Fees may
 * come out too large to charge: the caller checks.
 */
export const volumeSteps = (spans: readonly TierSpan[]): PriceStep[][] => {
  let most = 0n;
  return spans.map((span) => {
    const steps = stepsOf(span, most);
    const total = totalOf(span, BigInt(span.end));
    if (total > most) most = total;
    return steps;
  });
};

/** What `units` come to at the price of a tier. */
const totalOf = ({ blockUnits, blockPriceMicros, entryFeeMicros }: TierSpan, units: bigint) => {
  const size = BigInt(blockUnits);
  const blocks = (units + size - 1n) / size;
  return BigInt(entryFeeMicros) + blocks * BigInt(blockPriceMicros);
};

/**
 * In order, each where there is room for it: what is paid already, a block of which a part is paid
 * or has passed, whole blocks, and the last one where the tier ends within it. Of a cut block all
 * falls due with its first unit, and the rest is free: nothing of it reaches into the next step.
 */
const stepsOf = (span: TierSpan, most: bigint): PriceStep[] => {
  const { end, blockUnits, blockPriceMicros } = span;
  const steps: PriceStep[] = [];
  const add = (from: number, price: number, fee: number) =>
    steps.push({ from, blockUnits, blockPriceMicros: price, entryFeeMicros: fee });

  const first = paidUntil(span, most);
  if (first > span.from) add(span.from, 0, 0);
  if (first >= end) return steps;
  const due = Number(totalOf(span, BigInt(first) + 1n) - most);
  const firstEnd = first - (first % blockUnits) + blockUnits;
  if (blockPriceMicros === 0 || firstEnd > end) {
    add(first, 0, due);
    return steps;
  }
  const isWhole = first % blockUnits === 0 && due >= blockPriceMicros;
  const last = end === amountMax ? end : end - (end % blockUnits);
  if (isWhole) add(first, blockPriceMicros, due - blockPriceMicros);
  else add(first, 0, due);
  if (!isWhole && firstEnd < last) add(firstEnd, blockPriceMicros, 0);
  if (last < end) add(last, 0, blockPriceMicros);
  return steps;
};

/** Where in the tier it begins to come to more than `most`; maybe beyond its end. */
const paidUntil = (span: TierSpan, most: bigint): number => {
  const left = most - BigInt(span.entryFeeMicros);
  if (left < 0n) return span.from;
  if (span.blockPriceMicros === 0) return span.end;
  const units = (left / BigInt(span.blockPriceMicros)) * BigInt(span.blockUnits);
  return Math.max(span.from, Number(units));
};
