// The naive model's transfers: debit at the source, credit at the target, end at the source. Each
// step happens once, at a moment of its own; between two of them somebody else may have been there.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type ResultCode, resultCodes } from "../protocol/result-codes.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  refused,
  succeeded,
} from "./model-account.ts";
import { afterDues, settleDues } from "./model-dues.ts";
import { type Model, type ModelTransit, recall } from "./model-kept.ts";
import { add, bucketOf } from "./model-movements.ts";

type Transfer = CheckedRequestOf<"transfer">;
/** When a step is carried out, and when somebody set about it. */
type Moment = { readonly now: number; readonly takenOnAt: number };

/** All three steps, with nobody between them. */
export const transfer = (model: Model, request: Transfer, now: number): ModelAnswer => {
  const moment = { now, takenOnAt: now };
  const target = targetOf(model, request, now);
  const begun = beginTransfer(model, request, target, moment);
  const transit = model.transits.get(nameOf(request));
  if (begun.code !== "SUCCESS" || transit === undefined) return begun;
  const arrived = arrive(model, transit, moment);
  if (arrived.code !== "SUCCESS") return arrived;
  const { code } = arrived.fields as { readonly code: ResultCode };
  return endTransfer(model, transit, code, moment);
};

/** In what unit and currency the target takes something, or why it takes nothing. */
export type ModelTarget = { readonly measure: string } | { readonly refusal: ResultCode };

export const targetOf = (
  { accounts }: Pick<Model, "accounts">,
  { toAccountId, toBucketId }: Transfer,
  now: number,
): ModelTarget => {
  const target = accounts.get(toAccountId);
  if (target === undefined) return { refusal: "USER_UNKNOWN" };
  const to = bucketOf(target, toBucketId);
  if (to === undefined) return { refusal: "UNKNOWN_BUCKET" };
  return to.validUntil <= now ? { refusal: "BUCKET_EXPIRED" } : { measure: measureOf(target, to) };
};

/** A repetition of one that is under way changes nothing, and says that it has begun. */
export const beginTransfer = (
  model: Model,
  request: Transfer,
  target: ModelTarget,
  { now, takenOnAt }: Moment,
): ModelAnswer => {
  const source = model.accounts.get(request.fromAccountId);
  if (source === undefined) return refused("USER_UNKNOWN");
  const body = bodyOf(request);
  const known = recall(model.topUps, nameOf(request));
  if (known !== undefined) return known.body === body ? known.answer : refused("REQUEST_CONFLICT");
  const transit = model.transits.get(nameOf(request));
  if (transit !== undefined) {
    return bodyOf(transit.request) === body ? transit.begun : refused("REQUEST_CONFLICT");
  }
  const from = bucketOf(source, request.fromBucketId);
  if (from === undefined) return refused("UNKNOWN_BUCKET");
  const measure = measureOf(source, from);
  if ("refusal" in target) return refused(target.refusal);
  if (target.measure !== measure) return refused("UNITS_DIFFER");
  const both = bothOf(request);
  const then = afterDues(source, now, takenOnAt);
  if (bucketOf(then, request.fromBucketId)!.remaining < both) {
    return refused("CREDIT_LIMIT_REACHED");
  }
  settleDues(source, now, takenOnAt);
  add(from, -both);
  const begun = succeeded("it has begun");
  model.transits.set(nameOf(request), { request, begunAt: now, measure, begun });
  model.topUps.current.set(nameOf(request), { body, answer: begun });
  return begun;
};

/** That it could not arrive is decided once and for all, like that it did. */
export const arrive = (
  model: Model,
  { request, begunAt, measure }: ModelTransit,
  { now, takenOnAt }: Moment,
): ModelAnswer => {
  const key = `${nameOf(request)} ${begunAt}`;
  const known = recall(model.topUps, key);
  if (known !== undefined) return known.answer;
  // By whatever clock: what came of it before may have been forgotten.
  if (begunAt - 2 * limits.clockSkewMsMax < model.topUps.since) return refused("TRANSFER_IN_DOUBT");
  const target = targetOf(model, request, now);
  const account = model.accounts.get(request.toAccountId)!;
  settleDues(account, now, takenOnAt);
  let code: ResultCode = "SUCCESS";
  if ("refusal" in target) code = target.refusal;
  else if (target.measure !== measure) code = "UNITS_DIFFER";
  else code = creditArrived(bucketOf(account, request.toBucketId)!, BigInt(request.amount), now);
  const answer = succeeded({ code });
  model.topUps.current.set(key, { body: "", answer });
  return answer;
};

const creditArrived = (to: ModelBucket, amount: bigint, now: number): ResultCode => {
  if (to.own !== undefined && to.own.until <= now) return "BUCKET_EXPIRED";
  if (to.remaining + to.reserved + amount > most) return "AMOUNT_TOO_LARGE";
  add(to, amount);
  return "SUCCESS";
};

/** What is over already is answered as it was. */
export const endTransfer = (
  model: Model,
  { request, measure }: Pick<ModelTransit, "request" | "measure">,
  code: ResultCode,
  { now, takenOnAt }: Moment,
): ModelAnswer => {
  const key = nameOf(request);
  if (!model.transits.has(key)) return recall(model.topUps, key)?.answer ?? succeeded(undefined);
  const source = model.accounts.get(request.fromAccountId)!;
  const named = bucketOf(source, request.fromBucketId);
  // One that holds something else by now is another one.
  const from = named && measureOf(source, named) === measure ? named : undefined;
  const both = bothOf(request);
  if (code !== "SUCCESS") {
    if (from === undefined) return refused("UNKNOWN_BUCKET");
    const there = bucketOf(afterDues(source, now, takenOnAt), request.fromBucketId)!;
    if (there.remaining + there.reserved + both > most) return refused("AMOUNT_TOO_LARGE");
  }
  settleDues(source, now, takenOnAt);
  if (code !== "SUCCESS") add(from!, both);
  const answer = succeeded({
    resultCode: resultCodes[code].number,
    remaining: Number(from?.remaining ?? 0n),
    reserved: Number(from?.reserved ?? 0n),
  });
  model.transits.delete(key);
  model.topUps.current.set(key, { body: bodyOf(request), answer });
  return answer;
};

const most = BigInt(Number.MAX_SAFE_INTEGER);

const nameOf = ({ fromAccountId, requestId }: Transfer) => `${fromAccountId} ${requestId}`;

const bodyOf = (request: Transfer): string =>
  JSON.stringify(["transfer", { ...request, requestId: "" }]);

const bothOf = ({ amount, fee }: Transfer): bigint => BigInt(amount) + BigInt(fee);

export const measureOf = ({ profile }: ModelAccount, { unit, currency }: ModelBucket): string =>
  unit === "money" ? `money ${currency ?? profile.currency}` : unit;
