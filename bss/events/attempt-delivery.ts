// One delivery, attempted once: signed, sent, and judged by what came back.

import type { CallbackConnections } from "./callback-connections.ts";
import { type CallbackPolicy, readCallback } from "./callback-policy.ts";
import type { DeliveryResult, DueDelivery } from "./delivery-queue.ts";
import type { DeliveryTarget } from "./delivery-target.ts";
import { eventBody } from "./event-body.ts";
import { type CallbackAnswer, postCallback } from "./post-callback.ts";
import { nextAttemptMs, readRetryAfter } from "./retry-schedule.ts";
import { signatureOf } from "./signatures.ts";

export type Sender = {
  readonly connections: CallbackConnections;
  readonly policy: CallbackPolicy;
  readonly wallNow: () => number;
  /** From 0 to 1. */
  readonly chance: () => number;
};

export type Attempted = {
  readonly result: DeliveryResult;
  /** What the subscriber asks to be left alone for. */
  readonly retryAfterMs: number;
  /** 410: it wants nothing any more. */
  readonly isGone: boolean;
};

export const attemptDelivery = async (
  { connections, policy, wallNow, chance }: Sender,
  target: DeliveryTarget,
  { position, lane, attempts: attemptsBefore, event }: DueDelivery,
  signal: AbortSignal,
): Promise<Attempted> => {
  const attemptedAt = wallNow();
  const callback = readCallback(target.callback, policy);
  const answer = callback.isOk
    ? await postCallback(connections, {
        url: callback.value,
        ...messageOf(target, event, attemptedAt),
        signal,
      })
    : notCalled(callback.error);
  const now = wallNow();
  const attempts = attemptsBefore + 1;
  const isDelivered = answer.code !== undefined && answer.code >= 200 && answer.code < 300;
  const retryAfterMs = readRetryAfter(answer.retryAfter, now) ?? 0;
  const wait = nextAttemptMs(attempts, chance(), retryAfterMs);
  return {
    result: {
      ...{ position, lane, attempts, attemptedAt, code: answer.code, excerpt: answer.excerpt },
      state: isDelivered ? "delivered" : wait === undefined ? "dead" : "pending",
      dueAt: isDelivered || wait === undefined ? now : now + wait,
      tookMs: Math.max(0, Math.round(now - attemptedAt)),
    },
    retryAfterMs: isDelivered ? 0 : retryAfterMs,
    isGone: answer.code === 410,
  };
};

const notCalled = (reason: string): CallbackAnswer => ({
  code: undefined,
  excerpt: `the callback is not called: ${reason}`,
  retryAfter: undefined,
});

const messageOf = ({ secrets }: DeliveryTarget, event: DueDelivery["event"], now: number) => {
  const body = eventBody(event);
  const timestamp = Math.floor(now / 1_000);
  const headers = {
    "content-type": "application/json",
    "user-agent": "Tollgate",
    "webhook-id": event.id,
    "webhook-timestamp": String(timestamp),
  };
  if (secrets.length === 0) return { headers, body };
  const signature = signatureOf(secrets, { id: event.id, timestamp, body });
  return { headers: { ...headers, "webhook-signature": signature }, body };
};
