// What an amount covers, and what units cost at a price with steps, fees, a minimum and a maximum.
// Twin of lua/lib/price.lua: there it moves balances, here it explains and predicts them; a
// property test holds the two together. A price that is one step and nothing else is quote.ts,
// which is quicker and says the same.

import { assert } from "../values/assert.ts";
import { amountMax, ceilDiv } from "../values/units.ts";
import type { Price } from "./price.ts";

/** What a charge has come to; one message goes on where the one before left it. */
export type Progress = {
  /** Units counted already on the steps; stays at the largest amount. */
  readonly position: number;
  /** Units of a begun block that are paid and not used. */
  readonly ahead: number;
  /**
   * Fees of entry and blocks so far, before minimum and maximum; stays at the largest amount.
   * `notBegun`: money has paid nothing yet, so setup fee and minimum are still to come.
   */
  readonly ratedMicros: number;
};

export const notBegun = -1;

export type PriceQuote = {
  /** Units that are covered. */
  readonly units: number;
  /** What the bucket gives for them, in micros. */
  readonly amount: number;
  readonly progress: Progress;
};

/**
 * As many of `units` as `available` covers. A block is paid whole, with all that falls due along
 * with it: the fee of a step that it begins, setup fee and minimum where it is the first. Several
 * buckets are asked one after the other, each with the progress that the one before left.
 * Two turns a step at most, and one for the initial block, however many blocks there are.
 */
export const quotePrice = (
  price: Price,
  available: number,
  units: number,
  before: Progress,
): PriceQuote => {
  let { position, ahead, ratedMicros } = before;
  let money = available;
  let left = units;
  while (left > 0) {
    const run = nextRun(price, left, { position, ahead, ratedMicros });
    let { blocks } = run;
    // What is paid ahead is free to use, whether or not money has begun to pay.
    if (ahead === 0 || run.feeMicros > 0) {
      const payment = pay(price, money, ratedMicros, run);
      ({ blocks } = payment);
      money -= payment.micros;
      ratedMicros = payment.ratedMicros;
    }
    if (blocks === 0) break;
    const rest = run.stretch - (blocks - 1) * run.size;
    const covered = run.size < rest ? run.stretch - rest + run.size : run.stretch;
    ahead = run.size < rest ? 0 : run.size - rest;
    left -= covered;
    position = Math.min(position + covered, amountMax);
  }
  return {
    units: units - left,
    amount: available - money,
    progress: { position, ahead, ratedMicros },
  };
};

/** Equal blocks that begin within one step, and the fee that falls due with the first of them. */
type Run = {
  /** Units to cover in this step. */
  readonly stretch: number;
  readonly feeMicros: number;
  readonly blocks: number;
  readonly size: number;
  readonly blockMicros: number;
};

/** What covers the next units: what is paid ahead, else the initial block, else the step's own. */
const nextRun = (price: Price, left: number, { position, ahead, ratedMicros }: Progress): Run => {
  const index = price.steps.findLastIndex(({ from }) => from <= position);
  const step = price.steps[index];
  assert(step !== undefined, `no price from ${position} on`);
  const end = price.steps[index + 1]?.from;
  const stretch = end === undefined ? left : Math.min(left, end - position);
  const feeMicros = step.from === position ? step.entryFeeMicros : 0;
  const run = { stretch, feeMicros, blocks: 1 };
  if (ahead > 0) return { ...run, size: ahead, blockMicros: 0 };
  const { initialBlockUnits, initialBlockPriceMicros } = price;
  if (ratedMicros === notBegun && initialBlockUnits > 0) {
    return { ...run, size: initialBlockUnits, blockMicros: initialBlockPriceMicros };
  }
  if (step.blockPriceMicros === 0) return { ...run, size: stretch, blockMicros: 0 };
  const blocks = ceilDiv(stretch, step.blockUnits);
  return { ...run, blocks, size: step.blockUnits, blockMicros: step.blockPriceMicros };
};

type Payment = { readonly blocks: number; readonly micros: number; readonly ratedMicros: number };

/**
 * Pays the fee and as many blocks as `money` allows: none, where that is not a single one. What is
 * due is what all that was rated comes to, within minimum and maximum, less what it came to before.
 */
const pay = (price: Price, money: number, ratedMicros: number, run: Run): Payment => {
  const nothing = { blocks: 0, micros: 0, ratedMicros };
  const isBegun = ratedMicros !== notBegun;
  const setupFee = isBegun ? 0 : price.setupFeeMicros;
  const rated = isBegun ? ratedMicros : 0;
  const paid = isBegun ? withinBounds(price, rated) : 0;
  const toMaximum = price.maximumMicros - paid;
  // Once the maximum can be paid, all the rest is free.
  const isCapped = price.maximumMicros < amountMax && toMaximum <= money - setupFee;
  const payable = isCapped ? amountMax : paid + Math.min(money - setupFee, toMaximum);
  // What does not even pay the setup fee is below any minimum.
  if (payable < price.minimumMicros) return nothing;
  const room = payable - rated - run.feeMicros;
  const most = room < 0 ? 0 : blocksWithin(room, run);
  const blocks = isCapped ? run.blocks : most;
  if (blocks === 0) return nothing;
  const after = blocks <= most ? rated + run.feeMicros + blocks * run.blockMicros : amountMax;
  return { blocks, micros: setupFee + withinBounds(price, after) - paid, ratedMicros: after };
};

/** What `rated` comes to once the first unit is paid. */
const withinBounds = ({ minimumMicros, maximumMicros }: Price, rated: number): number =>
  Math.min(Math.max(rated, minimumMicros), maximumMicros);

const blocksWithin = (room: number, { blocks, blockMicros }: Run): number =>
  blockMicros === 0 ? blocks : Math.min(blocks, (room - (room % blockMicros)) / blockMicros);
