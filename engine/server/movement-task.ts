// Tasks that move money: a top-up or adjustment as it was asked for, and the steps of a transfer,
// which the engine asks itself.

import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import type { Arrival, Begin, End, Movement } from "../store/movement.ts";
import { accountPrefix } from "../store/profiles.ts";
import type { AnswerTo, Task } from "../store/task.ts";
import { transferKey } from "../store/transit.ts";

type Credit = CheckedRequestOf<"topUp"> & { readonly reason?: string };
type Options = Pick<Credit, "requestedAt" | "extendsValiditySeconds">;

/** What the types of the wire cannot say. */
export const movementProblem = (
  { requestedAt, extendsValiditySeconds: seconds }: Options,
  now: number,
): Refusal | undefined => {
  if (requestedAt > now + limits.eventAheadMsMax) {
    return refusal("INVALID_VALUE", `requestedAt: ${requestedAt} is in the future`);
  }
  if (requestedAt > 0 && requestedAt < now - limits.movementRepeatMsMax) {
    const hours = limits.movementRepeatMsMax / 3_600_000;
    return refusal("EVENT_TOO_OLD", `requestedAt is more than ${hours} hours ago`);
  }
  if (seconds <= limits.ownValiditySecondsMax) return undefined;
  const problem = `extendsValiditySeconds: at most ${limits.ownValiditySecondsMax}`;
  return refusal("INVALID_VALUE", problem);
};

export const creditOf = (kind: "topUp" | "adjust", credit: Credit) => {
  const { requestId, accountId, bucketId, amount, extendsValiditySeconds, reason = "" } = credit;
  return {
    id: requestId,
    identifier: accountPrefix + accountId,
    movement: { kind, bucketId, amount, extendsValiditySeconds, reason },
  } as const;
};

/** `fingerprint` is that of the request that the transfer began with. */
export const transferTask = (
  step: Begin | Arrival | End,
  fingerprint: number,
  answerTo: AnswerTo,
  { now, arrivedAt }: { readonly now: number; readonly arrivedAt: number },
): Task => ({
  operation: "transfer",
  correlation: 0,
  ...placeOf(step),
  sequence: 0,
  fingerprint,
  eventTimestamp: now,
  ...nothingUsed,
  movement: step satisfies Movement,
  arrivedAt,
  peer: 0,
  answerTo,
  account: undefined,
  profile: undefined,
  tariffVersion: 0,
  staleRetries: 0,
  isOutcomeUnknown: false,
});

export const nothingUsed = {
  usage: [],
  serviceInformation: null,
  isTariffTimeChangeSupported: false,
  isAllOrNothing: false,
  refundedRequestId: "",
} as const;

const placeOf = (step: Begin | Arrival | End) => {
  switch (step.kind) {
    case "begin":
      return outOf(step.order.fromAccountId, step.order.requestId);
    case "end":
      return outOf(step.transit.fromAccountId, step.transit.requestId);
    case "arrival": {
      const { begunAt, fromAccountId, requestId, toAccountId } = step.transit;
      const id = transferKey(fromAccountId, requestId, begunAt);
      return { verb: verbs.transferIn, id, identifier: accountPrefix + toAccountId };
    }
  }
};

const outOf = (accountId: string, id: string) => {
  return { verb: verbs.transferOut, id, identifier: accountPrefix + accountId };
};
