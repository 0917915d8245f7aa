// A transfer, step by step: debit at the source, credit at the target, end at the source. Each step
// is one atomic operation of its shard and happens once; between two of them the transfer stands
// among the source's transits, and whoever finds it there may go on: the same request again, or any
// engine's tending.

import { transferSteps } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import { metrics, type TransitState } from "../metrics.ts";
import { fingerprint } from "../protocol/fingerprint.ts";
import { type AnswerOf, type CheckedRequestOf, operations } from "../protocol/operations.ts";
import { type Refusal, refusal, resultCodes } from "../protocol/result-codes.ts";
import type { Store } from "../store/connection.ts";
import { shardOf } from "../store/keys.ts";
import type { Arrival, Begin, End, Target } from "../store/movement.ts";
import { bucketOf, currencyOf } from "../store/movement-bytes.ts";
import type { Profiles } from "../store/profiles.ts";
import type { Stopwatch } from "../store/stopwatch.ts";
import type { Task } from "../store/task.ts";
import {
  countTransits,
  readTransit,
  readTransits,
  type Transit,
  transitField,
} from "../store/transit.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Request } from "./asker.ts";
import { movementProblem, transferTask } from "./movement-task.ts";

export type TransferContext = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly shards: readonly unknown[];
  readonly now: () => number;
  readonly stopwatch: Stopwatch;
  readonly onFault: (error: unknown, operations: number) => void;
  readonly submit: (task: Task) => void;
};
type TransferRequest = Request & { readonly operation: "transfer" };
type Outcome = Result<AnswerOf<"transfer">, Refusal>;

export const carryTransfer = async (
  context: TransferContext,
  request: TransferRequest,
): Promise<Outcome> => {
  const problem = transferProblem(request.request, context.now());
  return problem === undefined ? transfer(context, request) : err(problem);
};

/** Goes on with what others left behind, and counts what is in transit after that. */
export const finishTransfers = async (context: TransferContext, shard: number): Promise<void> => {
  const { store, now } = context;
  const transits = await readTransits(store, shard, limits.transfersResumedMax);
  const late = now() - limits.transferResumeMs;
  const states = await Promise.all(
    transits.map((transit) => (transit.begunAt > late ? "underWay" : finish(context, transit))),
  );
  const isAll = transits.length < limits.transfersResumedMax;
  const unseen = isAll ? 0 : (await countTransits(store, shard)) - transits.length;
  const count = (state: TransitState) => states.filter((one) => one === state).length;
  const underWay = count("underWay") + Math.max(0, unseen);
  metrics.noteTransits(shard, { underWay, waiting: count("waiting"), inDoubt: count("inDoubt") });
};

/** Undefined: it is over. */
const finish = async (
  context: TransferContext,
  transit: Transit,
): Promise<TransitState | undefined> => {
  const ended = await goOn(context, transit);
  if (ended.isOk) return undefined;
  const { code } = ended.error;
  context.onFault(new Error(`a transfer in transit cannot go on: ${code}`), 1);
  return code === "TRANSFER_IN_DOUBT" ? "inDoubt" : "waiting";
};

const transferProblem = (order: TransferRequest["request"], now: number): Refusal | undefined => {
  const { amount, fee, fromAccountId, fromBucketId, toAccountId, toBucketId } = order;
  if (amount === 0) return refusal("INVALID_VALUE", "amount: nothing cannot be moved");
  if (!Number.isSafeInteger(amount + fee)) return refusal("INVALID_VALUE", "fee: beyond 2^53 - 1");
  if (fromAccountId === toAccountId && fromBucketId === toBucketId) {
    return refusal("INVALID_VALUE", "toBucketId: it is the bucket itself");
  }
  return movementProblem({ ...order, extendsValiditySeconds: 0 }, now);
};

const transfer = async (context: TransferContext, request: TransferRequest): Promise<Outcome> => {
  const { requestedAt: _, ...order } = request.request;
  const begin: Begin = { kind: "begin", order, target: await targetOf(context, order) };
  const print = fingerprint(request.wire, operations.transfer.key);
  const begun = await ask(context, begin, print);
  if (!begun.isOk) return begun;
  if (begun.value[0] !== transferSteps.begins) return ok(answerOf(begun.value));
  const { fromAccountId, requestId } = order;
  const shard = shardOf(fromAccountId, context.shards.length);
  const transit = await readTransit(context.store, shard, transitField(fromAccountId, requestId));
  // Another engine has ended it since: the same request again finds what came of it.
  const ended = await (transit === undefined ? ask(context, begin, print) : goOn(context, transit));
  if (!ended.isOk && ended.error.code === "TRANSFER_IN_DOUBT") return ended;
  if (!ended.isOk || ended.value[0] === transferSteps.begins || ended.value.length === 0) {
    return err(refusal("OUTCOME_UNKNOWN", "it is under way", limits.retryAfterMs));
  }
  return ok(answerOf(ended.value));
};

/**
 * What the target still knows decides, whatever is said; only where that is too late what is said.
 * Nothing can arrive any more then: what was forgotten once is never known again.
 */
export const settleTransfer = async (
  context: TransferContext,
  { fromAccountId, requestId, hasArrived }: CheckedRequestOf<"settleTransfer">,
): Promise<Outcome> => {
  const shard = shardOf(fromAccountId, context.shards.length);
  const transit = await readTransit(context.store, shard, transitField(fromAccountId, requestId));
  if (transit === undefined) return err(refusal("TRANSFER_UNKNOWN", requestId));
  const known = await goOn(context, transit);
  if (known.isOk || known.error.code !== "TRANSFER_IN_DOUBT") return overOr(known);
  const { number } = resultCodes[hasArrived ? "SUCCESS" : "TRANSFER_TAKEN_BACK"];
  const end: End = { kind: "end", transit, code: number };
  return overOr(await ask(context, end, transit.fingerprint));
};

/** Empty where another engine was faster, and what came of it is forgotten. */
const overOr = (ended: Result<Buffer, Refusal>): Outcome => {
  if (!ended.isOk) return ended;
  if (ended.value.length > 0) return ok(answerOf(ended.value));
  return err(refusal("OUTCOME_UNKNOWN", "it is over", limits.retryAfterMs));
};

/** The answer of the last step. */
const goOn = async (
  context: TransferContext,
  transit: Transit,
): Promise<Result<Buffer, Refusal>> => {
  const arrived = await ask(context, { kind: "arrival", transit }, transit.fingerprint);
  if (!arrived.isOk) return arrived;
  const end: End = { kind: "end", transit, code: arrived.value.readUInt16LE(0) };
  return ask(context, end, transit.fingerprint);
};

const ask = (
  { submit, now, stopwatch }: TransferContext,
  step: Begin | Arrival | End,
  print: number,
): Promise<Result<Buffer, Refusal>> =>
  new Promise((resolve) => {
    const answerTo: Task["answerTo"] = {
      peer: 0,
      // A view of the reply of a batch, which is let go of.
      succeed: (_, answer) => resolve(ok(Buffer.from(answer))),
      refuse: (_, refused) => resolve(err(refused)),
    };
    const moments = { now: now(), arrivedAt: stopwatch.elapsedMs() };
    submit(transferTask(step, print, answerTo, moments));
  });

/** Read afresh: what is in memory may be out of date, and a refusal is kept by nobody. */
const targetOf = async (
  { profiles, now }: TransferContext,
  { toAccountId, toBucketId }: Begin["order"],
): Promise<Target> => {
  const profile = await profiles.read(toAccountId);
  if (profile === undefined) return { refusal: "USER_UNKNOWN" };
  const bucket = bucketOf(profile, toBucketId);
  if (bucket === undefined) return { refusal: "UNKNOWN_BUCKET" };
  if (bucket.validUntil <= now()) return { refusal: "BUCKET_EXPIRED" };
  return { unit: bucket.unit, currency: currencyOf(profile, bucket) };
};

/** `bytes`: lua/lib/apply-transfer.lua. */
const answerOf = (bytes: Buffer): AnswerOf<"transfer"> => ({
  resultCode: bytes.readUInt16LE(1),
  remaining: bytes.readDoubleLE(3),
  reserved: bytes.readDoubleLE(11),
});
