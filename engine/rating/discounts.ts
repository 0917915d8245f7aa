// Discounts on the price of a block: percentages and amounts, one after the other. Fees, minimum
// and maximum stay as they are.

/** A share in parts per million (1 % is 10 000), or micros off each block. */
export type Discount = { readonly partsPerMillion: number } | { readonly micros: number };

const million = 1_000_000n;

/**
 * A block's price with the discounts taken off in order, each from what the one before left, never
 * below 0; rounded half up to a micro, once, at the end. Apply it to the prices that a tariff says,
 * before tiers are compiled. Shares are from 0 to a million.
 */
export const applyDiscounts = (
  blockPriceMicros: number,
  discounts: readonly Discount[],
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
