// The naive model's movements of money: top-ups with their bonuses, adjustments, transfers. Each is
// one step here; whatever the engine goes through in between must come to the same.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  refused,
  succeeded,
} from "./model-account.ts";
import { type ModelBonus, modelBonuses } from "./model-bonuses.ts";
import { afterDues, settleDues } from "./model-dues.ts";
import type { Published } from "./model-price.ts";

/** What movements read and write of the model; answers by account and request id. */
export type Books = {
  readonly accounts: ReadonlyMap<string, ModelAccount>;
  readonly published: readonly Published[];
  readonly recall: (key: string, body: string) => ModelAnswer | undefined;
  readonly keep: (key: string, body: string, answer: ModelAnswer) => void;
};

type Credit = CheckedRequestOf<"topUp"> & { readonly reason?: string };
type Transfer = CheckedRequestOf<"transfer">;
type Part = { readonly bucketId: string; readonly amount: bigint; readonly seconds: number };

const most = BigInt(Number.MAX_SAFE_INTEGER);

export const credit = (
  books: Books,
  operation: "topUp" | "adjust",
  request: Credit,
  now: number,
): ModelAnswer => {
  const { requestId, accountId, bucketId, amount, extendsValiditySeconds: seconds } = request;
  const untimely = timeRefusal(request.requestedAt, now);
  if (untimely !== undefined) return untimely;
  if (seconds > limits.ownValiditySecondsMax) return refused("INVALID_VALUE");
  const account = books.accounts.get(accountId);
  if (account === undefined) return refused("USER_UNKNOWN");
  const key = `${accountId} ${requestId}`;
  const body = JSON.stringify([operation, { ...request, requestId: "" }]);
  const known = books.recall(key, body);
  if (known !== undefined) return known;
  const bonuses = operation === "topUp" ? modelBonuses(account, books.published, request, now) : [];
  const parts = [{ bucketId, amount: BigInt(amount), seconds }, ...bonuses.map(partOf(account))];
  const refusal = tryAll(afterDues(account, now), parts, now);
  if (refusal !== undefined) return refused(refusal);
  settleDues(account, now);
  tryAll(account, parts, now);
  const { remaining, reserved, own, validUntil } = bucketOf(account, bucketId)!;
  const answer = succeeded({
    remaining: Number(remaining),
    reserved: Number(reserved),
    validUntil: Math.min(validUntil, own?.until ?? validUntil),
    ...(operation === "topUp" ? { bonuses: bonuses.map(toldBonus) } : {}),
  });
  books.keep(key, body, answer);
  return answer;
};

const toldBonus = ({ ruleId, bucketId, amount }: ModelBonus) => {
  return { ruleId, bucketId, amount: Number(amount) };
};

/** A bonus to a bucket without a validity of its own extends none. */
const partOf =
  (account: ModelAccount) =>
  ({ amount, bucketId, seconds }: ModelBonus): Part => {
    const hasOwn = bucketOf(account, bucketId)!.ownValiditySeconds > 0;
    return { amount, bucketId, seconds: hasOwn ? seconds : 0 };
  };

const timeRefusal = (requestedAt: number, now: number): ModelAnswer | undefined => {
  if (requestedAt > now + limits.eventAheadMsMax) return refused("INVALID_VALUE");
  const isLate = requestedAt > 0 && requestedAt < now - limits.movementRepeatMsMax;
  return isLate ? refused("EVENT_TOO_OLD") : undefined;
};

const bucketOf = ({ buckets }: ModelAccount, bucketId: string): ModelBucket | undefined =>
  buckets.find((one) => one?.bucketId === bucketId) ?? undefined;

/** Does one after the other; why one of them cannot be done, and then not all of it counts. */
const tryAll = (account: ModelAccount, parts: readonly Part[], now: number) => {
  for (const { bucketId, amount, seconds } of parts) {
    const bucket = bucketOf(account, bucketId);
    if (bucket === undefined) return "UNKNOWN_BUCKET";
    const after = bucket.remaining + amount;
    if (amount < 0n && after < -BigInt(bucket.creditLimit)) return "CREDIT_LIMIT_REACHED";
    if (after + bucket.reserved > most) return "AMOUNT_TOO_LARGE";
    if (seconds > 0 && bucket.ownValiditySeconds === 0) return "NO_OWN_VALIDITY";
    add(bucket, amount);
    if (seconds === 0) continue;
    const { own } = bucket;
    const running = own === undefined || own.until <= now ? { from: now, until: now } : own;
    bucket.own = { from: running.from, until: running.until + 1_000 * seconds };
  }
  return undefined;
};

const add = (bucket: ModelBucket, amount: bigint): void => {
  bucket.remaining += amount;
  if (amount > 0n) bucket.credited += amount;
  else bucket.debited -= amount;
};

export const transfer = (books: Books, request: Transfer, now: number): ModelAnswer => {
  const { requestId, fromAccountId, fromBucketId, toAccountId, toBucketId } = request;
  const both = BigInt(request.amount) + BigInt(request.fee);
  const isItself = fromAccountId === toAccountId && fromBucketId === toBucketId;
  if (request.amount === 0 || both > most || isItself) return refused("INVALID_VALUE");
  const untimely = timeRefusal(request.requestedAt, now);
  if (untimely !== undefined) return untimely;
  const source = books.accounts.get(fromAccountId);
  if (source === undefined) return refused("USER_UNKNOWN");
  const key = `${fromAccountId} ${requestId}`;
  const body = JSON.stringify(["transfer", { ...request, requestId: "" }]);
  const known = books.recall(key, body);
  if (known !== undefined) return known;
  const from = bucketOf(source, fromBucketId);
  if (from === undefined) return refused("UNKNOWN_BUCKET");
  const target = books.accounts.get(toAccountId);
  if (target === undefined) return refused("USER_UNKNOWN");
  const to = bucketOf(target, toBucketId);
  if (to === undefined) return refused("UNKNOWN_BUCKET");
  if (to.validUntil <= now) return refused("BUCKET_EXPIRED");
  if (measureOf(source, from) !== measureOf(target, to)) return refused("UNITS_DIFFER");
  if (bucketOf(afterDues(source, now), fromBucketId)!.remaining < both) {
    return refused("CREDIT_LIMIT_REACHED");
  }
  settleDues(source, now);
  add(from, -both);
  settleDues(target, now);
  const code = arrive(to, BigInt(request.amount), now);
  if (code !== "SUCCESS") add(from, both);
  const answer = succeeded({
    resultCode: resultCodes[code].number,
    remaining: Number(from.remaining),
    reserved: Number(from.reserved),
  });
  books.keep(key, body, answer);
  return answer;
};

const arrive = (to: ModelBucket, amount: bigint, now: number) => {
  if (to.own !== undefined && to.own.until <= now) return "BUCKET_EXPIRED";
  if (to.remaining + to.reserved + amount > most) return "AMOUNT_TOO_LARGE";
  add(to, amount);
  return "SUCCESS";
};

const measureOf = ({ profile }: ModelAccount, { unit, currency }: ModelBucket): string =>
  unit === "money" ? `money ${currency ?? profile.currency}` : unit;
