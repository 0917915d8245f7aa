// The naive model of what is asked once: events, refunds and enquiries, up to what they do to an
// account (model-event.ts); what was done before is answered as it was then.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type ModelAccount, type ModelAnswer, refused } from "./model-account.ts";
import { applyEvent, applyRefund, enquire } from "./model-event.ts";
import {
  accountOf,
  hasRepeats,
  isOutOfTime,
  type Kept,
  type KeptAnswer,
  type Model,
  recall,
} from "./model-kept.ts";

export const event = (
  model: Model,
  request: CheckedRequestOf<"event">,
  now: number,
): ModelAnswer => {
  const problem = timeProblem(request, now, true);
  if (problem !== undefined) return problem;
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const { requestId, ...body } = request;
  return repeatOf(model.events, account, requestId, body, () => {
    const { answer, taken } = applyEvent({ published: model.published, now }, account, body);
    return { answer, taken };
  });
};

export const refund = (
  model: Model,
  request: CheckedRequestOf<"refund">,
  now: number,
): ModelAnswer => {
  const { refundedRequestId, requestId, usedUnits, ...rest } = request;
  const problem = timeProblem({ ...rest, usedUnits }, now, true);
  if (problem !== undefined) return problem;
  if (usedUnits.some(({ usedUnit }) => usedUnit === 0)) return refused("INVALID_VALUE");
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const body = { ...rest, usedUnits, refundedRequestId };
  return repeatOf(model.refunds, account, requestId, body, () => {
    const key = `${account.profile.accountId} ${refundedRequestId}`;
    const known = recall(model.events, key);
    if (known === undefined) return { answer: refused("UNKNOWN_REQUEST_ID") };
    const when = { published: model.published, now };
    const answer = applyRefund(when, account, known.taken, request);
    if (answer.code === "SUCCESS") model.events.current.set(key, known);
    return { answer };
  });
};

export const priceEnquiry = (
  model: Model,
  request: CheckedRequestOf<"priceEnquiry">,
  now: number,
): ModelAnswer => {
  const problem = timeProblem(request, now, false);
  if (problem !== undefined) return problem;
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  return enquire({ published: model.published, now }, account, request);
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

/** What was done before is answered as it was then; what is refused is not kept. */
const repeatOf = <T extends KeptAnswer>(
  answers: Kept<T>,
  { profile }: ModelAccount,
  requestId: string,
  body: object,
  carryOut: () => Omit<T, "body">,
): ModelAnswer => {
  const key = `${profile.accountId} ${requestId}`;
  const text = JSON.stringify(body);
  const known = recall(answers, key);
  if (known !== undefined) return known.body === text ? known.answer : refused("REQUEST_CONFLICT");
  const done = carryOut();
  if (done.answer.code === "SUCCESS") answers.current.set(key, { ...done, body: text } as T);
  return done.answer;
};
