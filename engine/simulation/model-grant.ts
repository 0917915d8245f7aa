// The naive model's grants: how much of what is wanted a rating group gets, for how long, and what
// is held for it.

import { type ResultCode, resultCodes } from "../protocol/result-codes.ts";
import { hashOf } from "../store/keys.ts";
import type { ModelAccount, ModelBucket, ModelGroup } from "./model-account.ts";
import { available, limitReached, moneyOf, type Payment, payFor } from "./model-pay.ts";
import type { ModelPrice } from "./model-price.ts";
import { beginValidity, isUsable, progressOf } from "./model-use.ts";

export type GrantAsked = {
  readonly price: ModelPrice;
  /** What holds after the next change, where the grant may go on into it. */
  readonly later: ModelPrice | undefined;
  /** 0: the engine chooses; null: nothing is wanted. */
  readonly requested: number | null;
  readonly at: number;
  readonly now: number;
  readonly sessionId: string;
  /** Open sessions of the account, this one too. */
  readonly holders: bigint;
  /** Units used of the group, by this message. */
  readonly spent: number;
};

/** The code of the group, were a part of what is wanted not enough. */
export const reserve = (group: ModelGroup, asked: GrantAsked): number => {
  const { price, requested, at, now, holders } = asked;
  const before = group.granted;
  Object.assign(group, { granted: 0, validityTime: 0, change: 0, threshold: 0, holdingTime: 0 });
  group.isFinal = false;
  group.publication = price.publication;
  group.code = resultCodes[price.refusal ?? "SUCCESS"].number;
  if (price.refusal !== undefined || price.group === undefined || requested === null) {
    return group.code;
  }
  const times = timesOf(asked);
  const wanted = BigInt(sizeOf(asked, before, times));
  const limitOf = (bucket: ModelBucket) =>
    isUsable(bucket, at, now) ? available(bucket) : undefined;
  const progress = progressOf(price, group);
  const payment = payFor(price, wanted, progress, limitOf, holders);
  const whyNot = (units: bigint) => resultCodes[limitReached(price, units, progress, limitOf)];
  if (payment.units === 0n) group.code = whyNot(1n).number;
  const whole = codeOfWhole(group, payment, wanted, whyNot);
  hold(group, price, payment, now);
  group.granted = Number(payment.units);
  group.isFinal = payment.units < wanted && !payment.isShared;
  if (group.granted === 0) return whole;
  const percent = BigInt(price.group.quotaThresholdPercent ?? 0);
  group.threshold = group.isFinal ? 0 : Number((BigInt(group.granted) * percent) / 100n);
  group.holdingTime = price.group.quotaHoldingTimeSeconds ?? 0;
  const ends = payment.shares.flatMap(({ bucket: { own } }) => {
    return own === undefined ? [] : [Math.ceil((own.until - now) / 1_000)];
  });
  Object.assign(group, { ...times, validityTime: Math.min(times.validityTime, ...ends) });
  return whole;
};

/** What others have their share of is short of credit, whatever caps leave. */
const codeOfWhole = (
  { code }: ModelGroup,
  { units, isShared }: Payment,
  wanted: bigint,
  whyNot: (units: bigint) => { readonly number: number },
): number => {
  if (units === 0n || units === wanted) return code;
  return isShared ? resultCodes.CREDIT_LIMIT_REACHED.number : whyNot(wanted).number;
};

const hold = (group: ModelGroup, price: ModelPrice, payment: Payment, now: number): void => {
  for (const { bucket, amount } of payment.shares) {
    bucket.remaining -= amount;
    bucket.reserved += amount;
    group.holds.push({ bucket, amount });
    beginValidity(bucket, now);
  }
  const money = moneyOf(payment);
  for (const { counter } of price.counters) {
    const amount = counter.unit === "money" ? money : payment.units;
    if (counter.cap === null || amount === 0n) continue;
    counter.reservedUnder += amount;
    group.underCaps.push({ counter, amount });
  }
};

type Times = { readonly validityTime: number; readonly change: number };

/** `before` is what was granted last. */
const sizeOf = (
  { price, requested, spent }: GrantAsked,
  before: number,
  { validityTime, change }: Times,
): number => {
  const group = price.group!;
  const { quotaUnits, quotaUnitsMax, quotaUnitsMin = 1, unit } = group;
  const isCut = unit === "seconds" && change === 0 && validityTime < group.validityTimeSeconds;
  const asked = requested === 0 ? quotaUnits : Math.min(requested!, quotaUnitsMax);
  const size = Math.max(quotaUnitsMin, isCut ? Math.min(asked, validityTime) : asked);
  if (requested !== 0 || group.quotaSizing !== "adaptive") return size;
  let chosen = before;
  if (before === 0) chosen = size;
  else if (spent >= before - Math.floor(before / 10)) chosen = 2 * before;
  else if (spent < before / 4) chosen = Math.floor(before / 2);
  return Math.min(quotaUnitsMax, Math.max(quotaUnitsMin, chosen));
};

const timesOf = ({ price, later, at, sessionId }: GrantAsked): Times => {
  const most = price.group?.validityTimeSeconds ?? 0;
  const until = (moment: number) => Math.max(1, Math.ceil((moment - at) / 1_000));
  if (later !== undefined && later.refusal === undefined) {
    const validityTime = Math.min(most, until(later.next));
    return { validityTime, change: Math.floor(price.next / 1_000) };
  }
  // Where only a bucket or a period ends, sessions come back one after the other.
  const spread = Math.min(300, Math.ceil(most / 10));
  const scattered = price.next < price.nextPrice ? hashOf(sessionId) % (spread + 1) : 0;
  const end = until(price.next) >= most ? most : until(price.next) + scattered;
  return { validityTime: Math.min(most, end, until(price.nextPrice)), change: 0 };
};

/** Grants in order; the groups that come back want all of it or none, all of them together. */
export const grantTogether = (
  account: ModelAccount,
  grants: readonly (() => ModelGroup | undefined)[],
): void => {
  const before = account.buckets.map((bucket) => bucket && { ...bucket });
  const asked = grants.map((grant) => grant()).filter((group) => group !== undefined);
  if (asked.every(({ code }) => code === resultCodes.SUCCESS.number)) return;
  for (const group of asked) takeBack(group);
  for (const [slot, bucket] of account.buckets.entries()) {
    if (bucket !== null) bucket.own = before[slot]!.own;
  }
};

/** Of groups that are granted all or none: this one could be, or says why not. */
const takeBack = (group: ModelGroup): void => {
  releaseHolds(group);
  const { code } = group;
  withhold(group, group.publication, "GRANT_WITHHELD");
  if (code !== resultCodes.SUCCESS.number) group.code = code;
};

export const withhold = (group: ModelGroup, publication: number, why: ResultCode): void => {
  Object.assign(group, { ...nothingGranted, publication, code: resultCodes[why].number });
};

const nothingGranted = {
  granted: 0,
  validityTime: 0,
  change: 0,
  threshold: 0,
  holdingTime: 0,
  isFinal: false,
};

export const releaseHolds = (group: ModelGroup): void => {
  for (const { bucket, amount } of group.holds) {
    bucket.reserved -= amount;
    bucket.remaining += amount;
  }
  for (const { counter, amount } of group.underCaps) counter.reservedUnder -= amount;
  group.holds = [];
  group.underCaps = [];
};
