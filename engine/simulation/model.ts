// A naive model of the engine: predicts every answer and every balance, one operation after the
// other, in the order in which they were carried out. It states what charging means; whatever the
// engine does faster must come to the same.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type AnyRequest, checked } from "./direct-engine.ts";
import { type ModelAnswer, type ModelTariff, refused, succeeded } from "./model-account.ts";
import { queryBalance } from "./model-balance.ts";
import type { SessionVerb } from "./model-charge.ts";
import { settleAccount } from "./model-dues.ts";
import { releaseHolds } from "./model-grant.ts";
import {
  accountOf,
  hasRepeats,
  isOutOfTime,
  type Kept,
  kept,
  type Model,
  recall,
} from "./model-kept.ts";
import { type Books, credit, transfer } from "./model-movements.ts";
import { event, priceEnquiry, refund } from "./model-once.ts";
import { putAccount } from "./model-profile.ts";
import { applySessionMessage } from "./model-session.ts";

export type { Model };

export const createModel = (): Model => ({
  accounts: new Map(),
  published: [],
  ended: kept(),
  events: kept(),
  refunds: kept(),
  topUps: kept(),
});

export const publish = (model: Model, tariff: ModelTariff): ModelAnswer => {
  const latest = model.published.findLast((one) => one.tariff.tariffId === tariff.tariffId);
  const isChanged = JSON.stringify(latest?.tariff) !== JSON.stringify(tariff);
  if (isChanged) model.published.push({ version: model.published.length + 1, tariff });
  return succeeded({
    tariffVersion: isChanged ? model.published.length : latest!.version,
    isChanged,
  });
};

export const apply = (model: Model, asked: AnyRequest, now: number): ModelAnswer => {
  const { operation, request } = checked(asked);
  switch (operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionMessage(model, operation, request, now);
    case "event":
      return event(model, request, now);
    case "refund":
      return refund(model, request, now);
    case "priceEnquiry":
      return priceEnquiry(model, request, now);
    case "topUp":
    case "adjust":
      return credit(booksOf(model), operation, request, now);
    case "transfer":
      return transfer(booksOf(model), request, now);
    case "settleTransfer":
      // The model's transfers are over at once.
      return refused("TRANSFER_UNKNOWN");
    case "queryBalance":
      return queryBalance(model, request, now);
    case "settleDues":
      return settleAccount(model.accounts, request, now);
    case "putAccount":
      return putAccount(model, request);
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
      throw new Error("the model is told of tariffs by publish(), and has no rate decks");
    case "explain":
    case "acknowledgeNotice":
    case "requestNotice":
      throw new Error("notices and explanations change no balance");
  }
};

const sessionMessage = (
  model: Model,
  verb: SessionVerb,
  request: CheckedRequestOf<"update">,
  now: number,
): ModelAnswer => {
  const { multipleUnitUsage: usage, eventTimestamp, sessionId } = request;
  const usesAtOnce = verb === "initiate" && usage.some(({ usedUnit }) => usedUnit !== null);
  const isImpossible = usesAtOnce || hasRepeats(usage) || !isInOrder(verb, request);
  if (isOutOfTime(eventTimestamp, now) || isImpossible) return refused("INVALID_VALUE");
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const world = {
    published: model.published,
    now,
    sessionsMax: limits.sessionsPerAccountMax,
    groupsMax: limits.sessionGroupsMax,
    idleMs: limits.sessionIdleMs,
    intervalMs: limits.deadlineIntervalMs,
  };
  const key = `${account.profile.accountId} ${sessionId}`;
  const ended = recall(model.ended, key);
  const { answer, closed } = applySessionMessage(world, account, ended, verb, request);
  if (closed !== undefined) model.ended.current.set(key, closed);
  return answer;
};

/** What was used before changes of the tariff: in order of time, not too long ago, not too much. */
const isInOrder = (verb: SessionVerb, request: CheckedRequestOf<"update">): boolean => {
  const { eventTimestamp, multipleUnitUsage } = request;
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

const booksOf = ({ accounts, published, topUps }: Model): Books => ({
  accounts,
  published,
  recall: (key, body) => {
    const known = recall(topUps, key);
    return known && (known.body === body ? known.answer : refused("REQUEST_CONFLICT"));
  },
  keep: (key, body, answer) => {
    topUps.current.set(key, { body, answer });
  },
});

/** What the engine does each second: ends what is over. */
export const sweep = (model: Model, now: number): void => {
  const interval = Math.floor(now / limits.deadlineIntervalMs);
  for (const account of model.accounts.values()) {
    for (const [id, session] of [...account.sessions]) {
      if (session.lookedAtIn >= interval) continue;
      if (session.deadline > now) {
        session.lookedAtIn = Math.floor(session.deadline / limits.deadlineIntervalMs);
        continue;
      }
      for (const group of session.groups) releaseHolds(group);
      session.isExpired = true;
      account.sessions.delete(id);
      model.ended.current.set(`${account.profile.accountId} ${id}`, session);
    }
  }
  for (const answers of [model.ended, model.events, model.refunds])
    turnOver(answers, now, limits.answersKeptMs);
  turnOver(model.topUps, now, limits.topUpAnswersKeptMs);
};

const turnOver = (answers: Kept<unknown>, now: number, keptMs: number): void => {
  if (now < answers.turnedAt + keptMs) return;
  answers.previous = answers.current;
  answers.current = new Map();
  answers.turnedAt = now;
};
