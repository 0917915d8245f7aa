// What a random message comes to as a request, by what the model knows by then.

import type { RequestOf } from "../../../engine/protocol/operations.ts";
import type { AnyRequest } from "../../../engine/simulation/direct-engine.ts";
import type { Model } from "../../../engine/simulation/model.ts";
import type { ModelSession } from "../../../engine/simulation/model-account.ts";
import { amountMax } from "../../../engine/values/units.ts";
import { accountIds } from "./accounts.ts";
import type { Message } from "./messages.ts";
import { adjustRequest } from "./movements.ts";
import { refundOf } from "./refund-of.ts";
import { ratingGroups } from "./tariffs.ts";

/** Money of an account stays below 2^53 altogether, so that a cost does. */
const moneyMax = amountMax - 2 ** 20;

type Run = {
  readonly model: Model;
  readonly clock: { readonly now: number };
  /** What was asked before. */
  readonly history: readonly AnyRequest[];
};

/** `sent` has what the same tick has sent before of each session, and is told of this one. */
export const requestOf = (run: Run, message: Message, sent: Map<string, number>): AnyRequest => {
  const { model, clock, history } = run;
  const at = clock.now + ("offset" in message ? message.offset : 0);
  switch (message.kind) {
    case "session":
      return sessionRequest(model, message, at, sent);
    case "event": {
      const subscriberIdentifier = `msisdn-${accountIds[message.account]}`;
      const rest = {
        usedUnits: message.used,
        eventTimestamp: at,
        serviceInformation: message.said,
      };
      const request = { requestId: `request-${message.id}`, subscriberIdentifier, ...rest };
      return { operation: "event", request };
    }
    case "refund": {
      const accountId = accountIds[message.account]!;
      const [refundedRequestId, usedUnits] = refundOf(model, accountId, message);
      const subscriberIdentifier = `imsi-${accountId}`;
      const rest = { eventTimestamp: at, refundedRequestId, usedUnits };
      const request = { requestId: `request-${message.id}`, subscriberIdentifier, ...rest };
      return { operation: "refund", request };
    }
    case "enquiry": {
      const subscriberIdentifier = `msisdn-${accountIds[message.account]}`;
      const rest = {
        usedUnits: message.used,
        eventTimestamp: at,
        serviceInformation: message.said,
      };
      return { operation: "priceEnquiry", request: { subscriberIdentifier, ...rest } };
    }
    case "topUp":
      return topUpRequest(model, message);
    case "adjust":
      return adjustRequest(message, accountIds, clock.now);
    case "query": {
      const subscriberIdentifier = `imsi-${accountIds[message.account]}`;
      return { operation: "queryBalance", request: { subscriberIdentifier } };
    }
    case "dues": {
      const accountId = accountIds[message.account]!;
      const usedFrom = message.ago === 0 ? 0 : clock.now - message.ago;
      return { operation: "settleDues", request: { accountId, usedFrom } };
    }
    case "again": {
      const earlier = history.at(-1 - (message.ago % Math.max(1, history.length)));
      if (earlier === undefined) return requestOf(run, { kind: "query", account: 0 }, sent);
      return message.isOther ? contradict(earlier) : earlier;
    }
  }
};

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;

const topUpRequest = (model: Model, message: Of<"topUp">): AnyRequest => {
  const accountId = accountIds[message.account]!;
  const { bucketId } = message;
  const bucket = model.accounts.get(accountId)?.buckets.find((b) => b?.bucketId === bucketId);
  const most = bucketId === "main" ? moneyMax : bucket?.unit === "money" ? 1_000 : amountMax;
  const amount = Math.min(most, message.amount);
  const request = { requestId: `request-${message.id}`, accountId, bucketId, amount };
  return { operation: "topUp", request };
};

/** The next message of the session, unless it strays. */
const sessionRequest = (
  model: Model,
  message: Of<"session">,
  at: number,
  sent: Map<string, number>,
): AnyRequest => {
  const accountId = accountIds[message.account]!;
  const sessionId = `session-${message.session}`;
  const key = `${accountId} ${sessionId}`;
  const expired = model.ended.current.get(key);
  const open =
    model.accounts.get(accountId)?.sessions.get(sessionId) ??
    (expired?.isExpired ? expired : undefined);
  // What this tick has sent before counts as carried out.
  const last = sent.get(key) ?? (open === undefined ? -1 : open.sequence);
  const verb = last < 0 ? "initiate" : message.ends ? "terminate" : "update";
  const operation = message.stray?.verb ?? verb;
  const sequence = message.stray?.sequence ?? last + 1;
  if (message.stray === undefined) sent.set(key, verb === "terminate" ? -1 : sequence);
  const subscriberIdentifier = `${message.session % 2 === 0 ? "msisdn" : "imsi"}-${accountId}`;
  const request: RequestOf<"update"> = {
    sessionId,
    sequence,
    subscriberIdentifier,
    eventTimestamp: at,
    multipleUnitUsage: namedUsage(message).map((one) =>
      operation === "initiate" ? unused(one) : reported(one, open, at),
    ),
    serviceInformation: message.said,
    isTariffTimeChangeSupported: message.isAware,
    isAllOrNothing: message.isAllOrNothing,
  };
  return { operation, request };
};

type Usage = Of<"session">["usage"][number];

const unused = ({ ratingGroup, requestedUnit }: Usage) => {
  return { ratingGroup, requestedUnit, usedUnit: null };
};

/** What was used by what was granted, and by the change that the grant told of. */
const reported = (usage: Usage, session: ModelSession | undefined, at: number) => {
  const { ratingGroup, requestedUnit, usedUnit, before } = usage;
  if (usedUnit === null) return unused(usage);
  const group = session?.groups.find((one) => one.ratingGroup === ratingGroup);
  const part = "part" in usedUnit ? usedUnit.part * (group?.granted ?? 0) : usedUnit.units;
  const earlier = before.map(({ units, ago }) => {
    // Up to the change that the grant told of, as a network element reports it.
    const told = 1_000 * (group?.change ?? 0);
    const isTold = before.length === 1 && told > 0 && told <= at;
    return { usedUnit: units, until: isTold ? told : at - ago };
  });
  const used = Math.min(amountMax, Math.floor(part));
  return { ratingGroup, requestedUnit, usedUnit: used, usedBefore: earlier };
};

/** Sessions of one rating group are the common case, and have a path of their own in Lua. */
const namedUsage = ({ session, usage: named }: Of<"session">) => {
  const ratingGroup = ratingGroups[session - 2];
  return ratingGroup === undefined
    ? named
    : named.slice(0, 1).map((one) => ({ ...one, ratingGroup }));
};

/** The same key with another body. */
const contradict = (earlier: AnyRequest): AnyRequest => {
  switch (earlier.operation) {
    case "topUp":
    case "adjust": {
      const amount = earlier.request.amount + (earlier.request.amount > 0 ? -1 : 1);
      return { ...earlier, request: { ...earlier.request, amount } } as AnyRequest;
    }
    case "initiate":
    case "update":
    case "terminate":
    case "refund":
    case "event": {
      const eventTimestamp = earlier.request.eventTimestamp - 1;
      return { ...earlier, request: { ...earlier.request, eventTimestamp } } as AnyRequest;
    }
    case "queryBalance":
    case "transfer":
    case "priceEnquiry":
    case "putAccount":
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
    case "acknowledgeNotice":
    case "requestNotice":
    case "explain":
    case "settleTransfer":
    case "settleDues":
      return earlier;
  }
};
