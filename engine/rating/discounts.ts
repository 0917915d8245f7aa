// Discounts on the price of a block: percentages and amounts, one after the other, for every block
// or from a position of a counter on. Fees, minimum and maximum stay as they are.

import type { Tier } from "./tiers.ts";

/** A share in parts per million (1 % is 10 000), or micros off each block. */
export type Reduction = { readonly partsPerMillion: number } | { readonly micros: number };

export type Discount = Reduction & {
  /** Off blocks that begin here or later; 0: off every one. */
  readonly from: number;
};

const million = 1_000_000n;

/**
 * A block's price with the discounts taken off in order, each from what the one before left, never
 * below 0; rounded half up to a micro, once, at the end. Apply it to the prices that a tariff says,
 * before tiers are compiled. Shares are from 0 to a million.
 */
export const applyDiscounts = (
  blockPriceMicros: number,
  discounts: readonly Reduction[],
): number => {
  let numerator = BigInt(blockPriceMicros);
  let denominator = 1n;
  for (const discount of discounts) {
    if ("micros" in discount) numerator -= BigInt(discount.micros) * denominator;
    else {
      numerator *= million - BigInt(discount.partsPerMillion);
      denominator *= million;
    }
    if (numerator < 0n) numerator = 0n;
  }
  return Number(roundHalfUp(numerator, denominator));
};

/** The nearest whole number, of two the larger; neither below 0. */
const roundHalfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/** Off every block, whatever was used before it. */
export const isFromNought = ({ from }: Discount): boolean => from === 0;

/** The tiers at what the discounts leave, parted where one begins. An entry fee is due once. */
export const discountTiers = (
  tiers: readonly Tier[],
  discounts: readonly Discount[],
): readonly Tier[] =>
  tiers.flatMap((tier, index) => {
    const begin = tiers[index - 1]?.upTo ?? 0;
    const end = tier.upTo ?? Number.POSITIVE_INFINITY;
    const starts = discounts.map(({ from }) => from).filter((from) => begin < from && from < end);
    const parts = [begin, ...new Set(starts.sort((a, b) => a - b))];
    return parts.map((from, part): Tier => {
      const holding = discounts.filter((discount) => discount.from <= from);
      return {
        ...tier,
        upTo: parts[part + 1] ?? tier.upTo,
        blockPriceMicros: applyDiscounts(tier.blockPriceMicros, holding),
        entryFeeMicros: part === 0 ? tier.entryFeeMicros : 0,
      };
    });
  });
