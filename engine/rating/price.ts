// What a rating group's units cost in money, whatever the tariff calls it: fees, pulses, tiers and
// caps all come down to this. A tariff is compiled into it once; the arithmetic is in
// price-quote.ts and, where it moves balances, in lua/lib/price.lua.

import { amountMax } from "../values/units.ts";

/** From `from` units on; a block that begins here is paid whole at this price. */
export type PriceStep = {
  /** Position in units at which the step begins; the first one begins at 0, then ascending. */
  readonly from: number;
  readonly blockUnits: number;
  readonly blockPriceMicros: number;
  /** Due once, when the first unit beyond `from` is used. */
  readonly entryFeeMicros: number;
};

export type Price = {
  /** Due with the first unit that money pays for in a session, beside minimum and maximum. */
  readonly setupFeeMicros: number;
  /** Paid at once with the first unit; what is rated later comes out of it first. */
  readonly minimumMicros: number;
  /** What is rated beyond it in a session is free; `amountMax`: no maximum. */
  readonly maximumMicros: number;
  /** The first block of a session, where it differs: 0 units if it does not. */
  readonly initialBlockUnits: number;
  readonly initialBlockPriceMicros: number;
  /**
   * Where the position on `steps` is kept: a counter of the account, over whatever period that
   * has; undefined: the units of this session.
   */
  readonly tierCounterId: string | undefined;
  readonly steps: readonly PriceStep[];
};

/** Nothing but steps, over the units of a session. */
export const plainPrice = (steps: readonly PriceStep[]): Price => ({
  setupFeeMicros: 0,
  minimumMicros: 0,
  maximumMicros: amountMax,
  initialBlockUnits: 0,
  initialBlockPriceMicros: 0,
  tierCounterId: undefined,
  steps,
});
