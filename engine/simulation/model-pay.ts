// The naive model's paying: what each bucket gives for a use, as far as there is and caps leave.

import type { Price } from "../rating/price.ts";
import { notBegun, quotePrice } from "../rating/price-quote.ts";
import { amountMax } from "../values/units.ts";
import type { ModelBucket } from "./model-account.ts";
import { isCapReached, roomUnderCaps } from "./model-counters.ts";
import type { ModelPrice } from "./model-price.ts";

export type Payment = {
  /** Units covered. */
  units: bigint;
  /** What each bucket gives, in burn order. */
  readonly shares: { readonly bucket: ModelBucket; readonly amount: bigint }[];
  /** Paid and not used. */
  ahead: bigint;
  /** What a price with steps has come to; undefined: it has not begun. */
  rated: number | undefined;
  /** There is more, which is others' share. */
  isShared: boolean;
};

export type Progress = {
  readonly ahead: bigint;
  readonly rated: number | undefined;
  /** Of the steps of the price, before this payment. */
  readonly position: number;
};

/** What a bucket can give: what is left, and what it may owe. */
export const available = ({ remaining, creditLimit }: ModelBucket): bigint => {
  const left = remaining + BigInt(creditLimit);
  return left > 0n ? left : 0n;
};

/**
 * What `limitOf` each bucket covers of `wanted`, as far as caps leave; nothing is taken yet. Of a
 * bucket that others hold from as well one of several `holders` gets no more than its share.
 */
export const payFor = (
  price: ModelPrice,
  wanted: bigint,
  progress: Progress,
  limitOf: (bucket: ModelBucket) => bigint | undefined,
  holders = 1n,
): Payment => {
  const { ahead, rated, position } = progress;
  let payment: Payment = { units: 0n, shares: [], ahead, rated, isShared: false };
  const room = roomUnderCaps(price.counters);
  const units = wanted < room.units ? wanted : room.units;
  for (const bucket of price.buckets) {
    const own = limitOf(bucket);
    if (own === undefined || payment.units === units || payment.isShared) continue;
    const left = room.money - moneyOf(payment);
    const limit = bucket.unit === "money" && left < own ? left : own;
    const share = holders === 1n ? limit : shareOf(bucket, limit, holders);
    const before = payment.units;
    const shared = pay(payment, price, { bucket, limit: share, units }, position);
    const isShort = share < limit && shared.units < units;
    // What is too little for all of them is one's.
    const isTooLittle = isShort && shared.units === before;
    payment = isTooLittle ? pay(payment, price, { bucket, limit, units }, position) : shared;
    payment.isShared = isShort && !isTooLittle;
  }
  return payment;
};

/** Why `wanted` cannot be had: a cap that is reached, or without which it could; else credit. */
export const limitReached = (
  price: ModelPrice,
  wanted: bigint,
  progress: Progress,
  limitOf: (bucket: ModelBucket) => bigint | undefined,
) => {
  const uncapped = payFor({ ...price, counters: [] }, wanted, progress, limitOf);
  const isCap = isCapReached(price.counters) || uncapped.units === wanted;
  return isCap ? "QUOTA_LIMIT_REACHED" : "CREDIT_LIMIT_REACHED";
};

const shareOf = ({ reserved }: ModelBucket, limit: bigint, holders: bigint): bigint => {
  if (reserved === 0n || limit <= 0n) return limit;
  const share = (limit + reserved + holders - 1n) / holders;
  return share < limit ? share : limit;
};

/** Another payment, with what one more bucket gives. */
const pay = (before: Payment, price: ModelPrice, payer: Payer, position: number): Payment => {
  const payment = { ...before, shares: [...before.shares] };
  const steps = price.group?.price;
  if (payer.bucket.unit !== "money") payUnits(payment, payer);
  else if (steps !== undefined) payBySteps(payment, steps, payer, position);
  else payMoney(payment, price, payer);
  return payment;
};

export const moneyOf = ({ shares }: Pick<Payment, "shares">): bigint =>
  shares.reduce((sum, { bucket, amount }) => (bucket.unit === "money" ? sum + amount : sum), 0n);

type Payer = { readonly bucket: ModelBucket; readonly limit: bigint; readonly units: bigint };

const payUnits = (payment: Payment, { bucket, limit, units }: Payer) => {
  const wanted = units - payment.units;
  const amount = wanted < limit ? wanted : limit;
  payment.units += amount;
  if (amount > 0n) payment.shares.push({ bucket, amount });
};

/** The arithmetic of steps has a naive twin of its own (naive-price.ts). */
const payBySteps = (
  payment: Payment,
  steps: Price,
  { bucket, limit, units }: Payer,
  position: number,
) => {
  const before = {
    position: Math.min(position + Number(payment.units), amountMax),
    ahead: Number(payment.ahead),
    ratedMicros: payment.rated ?? notBegun,
  };
  const quote = quotePrice(steps, Number(limit), Number(units - payment.units), before);
  payment.units += BigInt(quote.units);
  payment.ahead = BigInt(quote.progress.ahead);
  const { ratedMicros } = quote.progress;
  payment.rated = ratedMicros === notBegun ? undefined : ratedMicros;
  if (quote.amount > 0) payment.shares.push({ bucket, amount: BigInt(quote.amount) });
};

const payMoney = (payment: Payment, price: ModelPrice, { bucket, limit, units }: Payer) => {
  const blockUnits = BigInt(price.group?.blockUnits ?? 0);
  const blockPrice = BigInt(price.group?.blockPriceMicros ?? 0);
  const wanted = units - payment.units;
  if (wanted <= payment.ahead) {
    payment.ahead -= wanted;
    payment.units = units;
    return;
  }
  if (blockPrice === 0n) {
    payment.ahead = 0n;
    payment.units = units;
    return;
  }
  // Block by block would take for ever: as many as are needed, or as many as can be paid.
  const needed = (wanted - payment.ahead + blockUnits - 1n) / blockUnits;
  const paid = limit / blockPrice < needed ? limit / blockPrice : needed;
  const covered = payment.ahead + paid * blockUnits;
  payment.ahead = covered > wanted ? covered - wanted : 0n;
  payment.units += covered > wanted ? wanted : covered;
  if (paid > 0n) payment.shares.push({ bucket, amount: paid * blockPrice });
};

/** Debits what each bucket gives: the money among it. */
export const takeShares = (shares: ReturnType<typeof payFor>["shares"]): bigint => {
  let cost = 0n;
  for (const { bucket, amount } of shares) {
    bucket.remaining -= amount;
    bucket.debited += amount;
    if (bucket.unit === "money") cost += amount;
  }
  return cost;
};
