// The naive model's movements of money: top-ups with their bonuses, adjustments. Transfers stand
// in model-transfers.ts.

import type { CheckedRequestOf } from "../protocol/operations.ts";
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
/** When it is carried out, and when it had come. */
type Moment = { readonly now: number; readonly takenOnAt: number };
type Part = { readonly bucketId: string; readonly amount: bigint; readonly seconds: number };

const most = BigInt(Number.MAX_SAFE_INTEGER);

export const credit = (
  books: Books,
  operation: "topUp" | "adjust",
  request: Credit,
  { now, takenOnAt }: Moment,
): ModelAnswer => {
  const { requestId, accountId, bucketId, amount, extendsValiditySeconds: seconds } = request;
  const account = books.accounts.get(accountId);
  if (account === undefined) return refused("USER_UNKNOWN");
  const key = `${accountId} ${requestId}`;
  const body = JSON.stringify([operation, { ...request, requestId: "" }]);
  const known = books.recall(key, body);
  if (known !== undefined) return known;
  const bonuses = operation === "topUp" ? modelBonuses(account, books.published, request, now) : [];
  const parts = [{ bucketId, amount: BigInt(amount), seconds }, ...bonuses.map(partOf(account))];
  const refusal = tryAll(afterDues(account, now, takenOnAt), parts, now);
  if (refusal !== undefined) return refused(refusal);
  settleDues(account, now, takenOnAt);
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

export const bucketOf = ({ buckets }: ModelAccount, bucketId: string): ModelBucket | undefined =>
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

export const add = (bucket: ModelBucket, amount: bigint): void => {
  bucket.remaining += amount;
  if (amount > 0n) bucket.credited += amount;
  else bucket.debited -= amount;
};
