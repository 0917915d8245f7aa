// The naive model of what is charged at once: an event, what an enquiry says it would cost, and a
// refund, which charges what remains as if no more had been used.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type ResultCode, resultCodes } from "../protocol/result-codes.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  type ModelCounter,
  refused,
  succeeded,
} from "./model-account.ts";
import { addToCounters } from "./model-counters.ts";
import { settleDues } from "./model-dues.ts";
import {
  available,
  limitReached,
  moneyOf,
  type Payment,
  type Progress,
  payFor,
  takeShares,
} from "./model-pay.ts";
import { type ModelPrice, type Published, priceFor } from "./model-price.ts";
import {
  isRefusing,
  isThere,
  judgeRules,
  type SpendingCounted,
  spendingIn,
  takeBackSpending,
} from "./model-rules.ts";
import { beginValidity, isUsable, positionOf } from "./model-use.ts";

type Event = Omit<CheckedRequestOf<"event">, "requestId">;
type Used = Event["usedUnits"][number];

/** What an event took for one rating group, and how much of it is left to be refunded. */
export type ModelTaken = {
  readonly ratingGroup: number;
  readonly used: bigint;
  refunded: bigint;
  readonly progress: Progress;
  /** With copies of the buckets, which may be other ones by the time of a refund. */
  readonly price: ModelPrice;
  /** By each of them, and what it was called then. */
  readonly given: readonly { readonly name: string; readonly amount: bigint }[];
  readonly counters: readonly { readonly name: string; readonly period: number }[];
  /** By rules that look at money. */
  readonly spending: readonly SpendingCounted[];
};

export type ModelWhen = {
  readonly published: readonly Published[];
  /** Publications up to this one are known. */
  readonly version: number;
  readonly now: number;
};

const bucketName = ({ bucketId, unit, currency }: ModelBucket, { profile }: ModelAccount) =>
  JSON.stringify([bucketId, unit, currency ?? profile.currency]);

const counterName = ({ counterId, unit, period }: ModelCounter, { profile }: ModelAccount) =>
  JSON.stringify([counterId, unit === "money" ? profile.currency : unit, period]);

const priceOf = (
  { published, version }: ModelWhen,
  account: ModelAccount,
  { eventTimestamp: at, subscriberIdentifier: subscriber, serviceInformation: said }: Event,
  { ratingGroup }: Used,
  called = said?.calledPartyAddress ?? null,
) => {
  return priceFor(account, published, { ratingGroup, version, at, subscriber, called });
};

const pay = (
  { now }: ModelWhen,
  { eventTimestamp: at }: Event,
  price: ModelPrice,
  used: bigint,
): { readonly progress: Progress; readonly payment: Payment; readonly why: ResultCode } => {
  const position = price.tierCounter === undefined ? 0 : positionOf(price.tierCounter);
  const progress = { ahead: 0n, rated: undefined, position };
  const limitOf = (bucket: ModelBucket) =>
    isUsable(bucket, at, now) ? available(bucket) : undefined;
  const payment = payFor(price, used, progress, limitOf);
  const isWhole = payment.units === used;
  const why = isWhole ? "SUCCESS" : limitReached(price, used, progress, limitOf);
  return { progress, payment, why };
};

/** All of it or nothing. */
export const applyEvent = (
  when: ModelWhen,
  account: ModelAccount,
  request: Event,
): { readonly answer: ModelAnswer; readonly taken: readonly ModelTaken[] } => {
  const touched = [...account.buckets, ...account.counters];
  const before = touched.map((one) => one && { ...one });
  settleDues(account, when.now, request.eventTimestamp);
  const isRefused = isRefusing(account, when.now);
  let cost = 0n;
  let spent = 0n;
  const taken: ModelTaken[] = [];
  for (const used of request.usedUnits) {
    const price = priceOf(when, account, request, used);
    const wanted = BigInt(used.usedUnit);
    const { progress, payment, why } = pay(when, request, price, wanted);
    const shortage = why === "SUCCESS" ? undefined : why;
    const rule = isRefused && !price.isFree ? "RULE_HIT" : undefined;
    const refusal = price.refusal ?? rule ?? shortage;
    if (refusal !== undefined) {
      for (const [index, one] of touched.entries()) Object.assign(one ?? {}, before[index]);
      return { answer: refused(refusal), taken: [] };
    }
    const isThereToo = isThere(request.serviceInformation?.calledPartyAddress ?? null);
    const spending = price.isInCurrency ? spendingIn(account, when.now, isThereToo) : [];
    taken.push({ ...takenOf(account, price, progress, payment, used), spending });
    for (const { bucket } of payment.shares) beginValidity(bucket, when.now);
    const money = takeShares(payment.shares);
    addToCounters(price.counters, payment.units, money);
    cost += money;
    if (price.isInCurrency) spent += money;
  }
  const { calledPartyAddress, servingNetwork = null } = request.serviceInformation ?? {};
  const spentThere = isThere(calledPartyAddress ?? null) ? spent : 0n;
  judgeRules(account, { now: when.now, sessions: 0, spent, spentThere, servingNetwork });
  return { answer: succeeded({ cost: Number(cost) }), taken };
};

const takenOf = (
  account: ModelAccount,
  price: ModelPrice,
  progress: Progress,
  { shares }: Payment,
  { ratingGroup, usedUnit }: Used,
): Omit<ModelTaken, "spending"> => ({
  ratingGroup,
  used: BigInt(usedUnit),
  refunded: 0n,
  progress,
  price: { ...price, counters: [], buckets: price.buckets.map((bucket) => ({ ...bucket })) },
  given: amountsOf(price, shares).map((amount, index) => {
    return { name: bucketName(price.buckets[index]!, account), amount };
  }),
  counters: price.counters.map(({ counter, period }) => {
    return { name: counterName(counter, account), period };
  }),
});

/** On a copy; the account stays as it is. */
export const enquire = (when: ModelWhen, original: ModelAccount, request: Event): ModelAnswer => {
  const copy = <T extends object>(list: readonly (T | null)[]) =>
    list.map((one) => one && { ...one });
  const { buckets, counters } = original;
  const account = { ...original, buckets: copy(buckets), counters: copy(counters) };
  settleDues(account, when.now, request.eventTimestamp);
  const isRefused = isRefusing(account, when.now);
  const ratingGroupCosts = request.usedUnits.map((used) => {
    const price = priceOf(when, account, request, used);
    const { ratingGroup } = used;
    const refusal = price.refusal ?? (isRefused && !price.isFree ? "RULE_HIT" : undefined);
    if (refusal !== undefined) {
      return { ratingGroup, resultCode: resultCodes[refusal].number, cost: 0, coveredUnit: 0 };
    }
    const wanted = BigInt(used.usedUnit);
    const { progress, payment, why } = pay(when, request, price, wanted);
    const { units } = payment;
    for (const { bucket } of payment.shares) beginValidity(bucket, when.now);
    const money = takeShares(payment.shares);
    addToCounters(price.counters, units, money);
    const cost = Number(money) + Number(costOfRest(price, progress, payment, wanted - units));
    const resultCode = resultCodes[why].number;
    const most = Number.MAX_SAFE_INTEGER;
    return { ratingGroup, resultCode, cost: Math.min(most, cost), coveredUnit: Number(units) };
  });
  const cost = ratingGroupCosts.reduce((sum, one) => {
    return Math.min(Number.MAX_SAFE_INTEGER, sum + one.cost);
  }, 0);
  const isCreditSufficient = ratingGroupCosts.every(
    ({ resultCode }) => resultCode === resultCodes.SUCCESS.number,
  );
  return succeeded({ cost, isCreditSufficient, ratingGroupCosts });
};

/** Of what nothing pays for: as if the last money of all had no end. */
const costOfRest = (
  price: ModelPrice,
  { position }: Progress,
  { ahead, rated, units }: Payment,
  rest: bigint,
): bigint => {
  const purse = price.buckets.findLast(({ unit }) => unit === "money");
  if (rest === 0n || purse === undefined) return 0n;
  const alone = { ...price, counters: [], buckets: [purse] };
  const progress = { ahead, rated, position: position + Number(units) };
  return moneyOf(payFor(alone, rest, progress, () => BigInt(Number.MAX_SAFE_INTEGER)));
};

/** Changes `taken` and the account, unless it is refused. */
export const applyRefund = (
  { now }: ModelWhen,
  account: ModelAccount,
  taken: readonly ModelTaken[],
  { eventTimestamp: at, usedUnits: asked }: Pick<Event, "eventTimestamp" | "usedUnits">,
): ModelAnswer => {
  const all = taken.map(({ ratingGroup, used, refunded }) => {
    return { ratingGroup, usedUnit: Number(used - refunded) };
  });
  const wanted = (asked.length === 0 ? all : asked).filter(({ usedUnit }) => usedUnit > 0);
  const left = (ratingGroup: number) =>
    all.find((one) => one.ratingGroup === ratingGroup)?.usedUnit ?? -1;
  const isTooMuch = wanted.some(({ ratingGroup, usedUnit }) => usedUnit > left(ratingGroup));
  if (wanted.length === 0 || isTooMuch) return refused("REFUND_TOO_LARGE");

  const lists = [account, ...account.buckets, ...account.counters, ...account.rules];
  const before = lists.map((one) => one && { ...one });
  const refundedBefore = taken.map(({ refunded }) => refunded);
  settleDues(account, now, at);
  let money = 0n;
  const refundedUnits: { ratingGroup: number; refundedUnit: number }[] = [];
  for (const one of taken) {
    const units = wanted.find(({ ratingGroup }) => ratingGroup === one.ratingGroup)?.usedUnit;
    if (units === undefined) continue;
    const back = giveBack(account, one, BigInt(units));
    if (typeof back === "string") {
      for (const [index, each] of lists.entries()) Object.assign(each ?? {}, before[index]);
      for (const [index, each] of taken.entries()) each.refunded = refundedBefore[index]!;
      return refused(back);
    }
    money += back;
    refundedUnits.push({ ratingGroup: one.ratingGroup, refundedUnit: units });
  }
  const counters = account.counters.filter((counter) => counter !== null);
  // Nothing more is counted, but levels may be left.
  addToCounters(
    counters.map((counter) => ({ counter, period: counter.periodNumber })),
    0n,
    0n,
  );
  return succeeded({ refundedCost: Number(money), refundedUnits });
};

/** The money, or why not. */
const giveBack = (account: ModelAccount, taken: ModelTaken, units: bigint): bigint | string => {
  const charged = taken.used - taken.refunded;
  const before = paidFor(taken, charged);
  const after = paidFor(taken, charged - units);
  let money = 0n;
  for (const [index, amount] of before.entries()) {
    const back = amount - after[index]!;
    if (back === 0n) continue;
    const { name } = taken.given[index]!;
    const bucket = account.buckets.find((one) => one !== null && bucketName(one, account) === name);
    if (bucket == null) return "UNKNOWN_BUCKET";
    const sum = bucket.remaining + bucket.reserved + back;
    if (sum > BigInt(Number.MAX_SAFE_INTEGER)) return "AMOUNT_TOO_LARGE";
    bucket.remaining += back;
    bucket.credited += back;
    if (bucket.unit === "money") money += back;
  }
  taken.refunded += units;
  takeBackSpending(account, taken.spending, money);
  for (const { name, period } of taken.counters) {
    const counter = account.counters.find((one) => one && counterName(one, account) === name);
    if (counter?.periodNumber !== period) continue;
    const amount = counter.unit === "money" ? money : units;
    counter.value = counter.value > amount ? counter.value - amount : 0n;
  }
  return money;
};

/** What each bucket pays for so many units when it has what it gave, and no more. */
const paidFor = ({ price, progress, given }: ModelTaken, units: bigint): readonly bigint[] => {
  const { shares } = payFor(price, units, progress, (bucket) => {
    return given[price.buckets.indexOf(bucket)]?.amount;
  });
  return amountsOf(price, shares);
};

const amountsOf = ({ buckets }: ModelPrice, shares: Payment["shares"]): readonly bigint[] =>
  buckets.map((bucket) => shares.find((share) => share.bucket === bucket)?.amount ?? 0n);
