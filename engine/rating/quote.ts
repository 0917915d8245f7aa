// What an amount covers, and what units cost by the block. Twin of lua/lib/blocks.lua: there it
// moves balances, here it explains and predicts them; a property test holds the two together.

import { ceilDiv } from "../values/units.ts";

export type Quote = {
  /** Units that are covered. */
  readonly units: number;
  /** What the bucket gives for them, in its own unit. */
  readonly amount: number;
  /** Units of the last begun block that are paid and not used. */
  readonly ahead: number;
};

/** One unit of the bucket for one unit of service. */
export const quoteUnits = (available: number, units: number, ahead: number): Quote => {
  const covered = Math.min(available, units);
  return { units: covered, amount: covered, ahead };
};

/** `price` micros for each begun block of `size` units; `ahead` units are paid already. */
export const quoteBlocks = (
  available: number,
  units: number,
  ahead: number,
  { size, price }: { size: number; price: number },
): Quote => {
  if (units <= ahead) return { units, amount: 0, ahead: ahead - units };
  if (price === 0) return { units, amount: 0, ahead: 0 };
  const left = units - ahead;
  const needed = ceilDiv(left, size);
  const affordable = (available - (available % price)) / price;
  if (needed <= affordable) {
    return { units, amount: needed * price, ahead: size - (left - (needed - 1) * size) };
  }
  return { units: ahead + affordable * size, amount: affordable * price, ahead: 0 };
};
