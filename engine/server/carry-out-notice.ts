// What is said of notices: a network element acknowledges one, the business side asks for some.

import { metrics } from "../metrics.ts";
import { fingerprint } from "../protocol/fingerprint.ts";
import { type AnswerOf, type CheckedRequestOf, operations } from "../protocol/operations.ts";
import { type Refusal, resultCodes } from "../protocol/result-codes.ts";
import type { Store } from "../store/connection.ts";
import { acknowledgeNotice, requestNotice } from "../store/notices.ts";
import { ok, type Result } from "../values/result.ts";
import type { Administration } from "./asker.ts";

type Context = {
  readonly store: Store;
  readonly shards: readonly unknown[];
  readonly now: () => number;
};
type RequestNotice = Administration & { readonly operation: "requestNotice" };

/** Whoever is too busy gets it once more; every other result, good or bad, ends it. */
export const noticeAcknowledged = async (
  { store, shards }: Context,
  { noticeId, resultCode }: CheckedRequestOf<"acknowledgeNotice">,
  peer: number,
): Promise<Result<AnswerOf<"acknowledgeNotice">, Refusal>> => {
  const isOver = resultCode !== resultCodes.TOO_BUSY.number;
  const ack = { noticeId, peer, isOver };
  const isWaiting = await acknowledgeNotice(store, shards.length, ack);
  if (isWaiting) metrics.countNotices(outcomeOf(resultCode), 1);
  return ok({ isWaiting });
};

const outcomeOf = (resultCode: number) => {
  if (resultCode === resultCodes.TOO_BUSY.number) return "postponed";
  // 2xxx: Diameter's successes, of which a network element may know more than one.
  return Math.floor(resultCode / 1_000) === 2 ? "acknowledged" : "refused";
};

export const noticeRequested = (
  { store, shards, now }: Context,
  { request, wire }: RequestNotice,
): Promise<Result<AnswerOf<"requestNotice">, Refusal>> =>
  requestNotice(
    { store, shards: shards.length, now: now() },
    request,
    fingerprint(wire, operations.requestNotice.key),
  );
