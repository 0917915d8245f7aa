// What the naive model refuses unseen, as the engine does when a request comes: moments out of
// time, rating groups named twice, movements of nothing.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { checked } from "./direct-engine.ts";
import { type ModelAnswer, refused } from "./model-account.ts";

/** `now` is when it came. Undefined: it is let in. */
export const refusalAtTheDoor = (
  { operation, request }: ReturnType<typeof checked>,
  now: number,
): ModelAnswer | undefined => {
  switch (operation) {
    case "initiate":
    case "update":
    case "terminate":
      return isImpossible(operation, request, now) ? refused("INVALID_VALUE") : undefined;
    case "event":
      return timeProblem(request, now, true);
    case "refund": {
      const isEmpty = request.usedUnits.some(({ usedUnit }) => usedUnit === 0);
      return timeProblem(request, now, true) ?? (isEmpty ? refused("INVALID_VALUE") : undefined);
    }
    case "priceEnquiry":
      return timeProblem(request, now, false);
    case "topUp":
    case "adjust": {
      const isTooLong = request.extendsValiditySeconds > limits.ownValiditySecondsMax;
      return (
        untimely(request.requestedAt, now) ?? (isTooLong ? refused("INVALID_VALUE") : undefined)
      );
    }
    case "transfer":
      return isOfNothing(request) ? refused("INVALID_VALUE") : untimely(request.requestedAt, now);
    case "settleDues":
      return request.usedFrom > now ? refused("INVALID_VALUE") : undefined;
    case "queryBalance":
    case "settleTransfer":
    case "putAccount":
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
    case "explain":
    case "acknowledgeNotice":
    case "requestNotice":
      return undefined;
  }
};

type Session = CheckedRequestOf<"update">;

const isImpossible = (verb: string, request: Session, now: number): boolean => {
  const { multipleUnitUsage: usage, eventTimestamp } = request;
  const usesAtOnce = verb === "initiate" && usage.some(({ usedUnit }) => usedUnit !== null);
  const isLost = isOutOfTime(eventTimestamp, now) || hasRepeats(usage);
  return isLost || usesAtOnce || !isInOrder(verb, request);
};

/** What was used before changes of the tariff: in order of time, not too long ago, not too much. */
const isInOrder = (verb: string, { eventTimestamp, multipleUnitUsage }: Session): boolean => {
  const before = multipleUnitUsage.map(({ usedBefore }) => usedBefore);
  const entries = before.flat().length + before.length;
  if (entries > limits.usageEntriesPerRequestMax) return false;
  return before.every((list) => {
    const times = [eventTimestamp - limits.eventAgeMsMax, ...list.map(({ until }) => until)];
    const isRising = times.every((time, index) => index === 0 || time > times[index - 1]!);
    return (
      list.length === 0 || (verb !== "initiate" && isRising && times.at(-1)! <= eventTimestamp)
    );
  });
};

type Timed = Pick<CheckedRequestOf<"event">, "eventTimestamp" | "usedUnits">;

const timeProblem = (
  { eventTimestamp: at, usedUnits }: Timed,
  now: number,
  isOnce: boolean,
): ModelAnswer | undefined => {
  if (isOnce && at < now - limits.eventRepeatMsMax) return refused("EVENT_TOO_OLD");
  return isOutOfTime(at, now) || hasRepeats(usedUnits) ? refused("INVALID_VALUE") : undefined;
};

const untimely = (requestedAt: number, now: number): ModelAnswer | undefined => {
  if (requestedAt > now + limits.eventAheadMsMax) return refused("INVALID_VALUE");
  const isLate = requestedAt > 0 && requestedAt < now - limits.movementRepeatMsMax;
  return isLate ? refused("EVENT_TOO_OLD") : undefined;
};

const isOfNothing = (request: CheckedRequestOf<"transfer">): boolean => {
  const { amount, fee, fromAccountId, fromBucketId, toAccountId, toBucketId } = request;
  const both = BigInt(amount) + BigInt(fee);
  const isItself = fromAccountId === toAccountId && fromBucketId === toBucketId;
  return amount === 0 || both > BigInt(Number.MAX_SAFE_INTEGER) || isItself;
};

const isOutOfTime = (at: number, now: number): boolean =>
  at > now + limits.eventAheadMsMax || at < now - limits.eventAgeMsMax;

const hasRepeats = (usage: readonly { readonly ratingGroup: number }[]): boolean =>
  new Set(usage.map(({ ratingGroup }) => ratingGroup)).size < usage.length;
