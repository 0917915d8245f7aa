// The naive model of what is asked once: events, refunds and enquiries, up to what they do to an
// account (model-event.ts); what was done before is answered as it was then.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type ModelAccount, type ModelAnswer, refused } from "./model-account.ts";
import { applyEvent, applyRefund, enquire, type ModelWhen } from "./model-event.ts";
import { accountOf, type Kept, type KeptAnswer, type Model, recall } from "./model-kept.ts";

export const event = (
  model: Model,
  request: CheckedRequestOf<"event">,
  when: ModelWhen,
): ModelAnswer => {
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const { requestId, ...body } = request;
  return repeatOf(model.events, account, requestId, body, () => {
    const { answer, taken } = applyEvent(when, account, body);
    return { answer, taken };
  });
};

export const refund = (
  model: Model,
  request: CheckedRequestOf<"refund">,
  when: ModelWhen,
): ModelAnswer => {
  const { refundedRequestId, requestId, usedUnits, ...rest } = request;
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const body = { ...rest, usedUnits, refundedRequestId };
  return repeatOf(model.refunds, account, requestId, body, () => {
    const key = `${account.profile.accountId} ${refundedRequestId}`;
    const known = recall(model.events, key);
    if (known === undefined) return { answer: refused("UNKNOWN_REQUEST_ID") };
    const answer = applyRefund(when, account, known.taken, request);
    if (answer.code === "SUCCESS") model.events.current.set(key, known);
    return { answer };
  });
};

export const priceEnquiry = (
  model: Model,
  request: CheckedRequestOf<"priceEnquiry">,
  when: ModelWhen,
): ModelAnswer => {
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  return enquire(when, account, request);
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
