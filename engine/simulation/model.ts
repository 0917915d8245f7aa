// A naive model of the engine: predicts every answer and every balance, one operation after the
// other, in the order in which they were carried out. It states what charging means; whatever the
// engine does faster must come to the same.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type AnyRequest, checked } from "./direct-engine.ts";
import { type ModelAnswer, type ModelTariff, refused, succeeded } from "./model-account.ts";
import { queryBalance } from "./model-balance.ts";
import type { SessionVerb } from "./model-charge.ts";
import { refusalAtTheDoor } from "./model-door.ts";
import { settleAccount } from "./model-dues.ts";
import type { ModelWhen } from "./model-event.ts";
import { releaseHolds } from "./model-grant.ts";
import { accountOf, type Kept, kept, type Model, recall } from "./model-kept.ts";
import { type Books, credit } from "./model-movements.ts";
import { event, priceEnquiry, refund } from "./model-once.ts";
import type { Published } from "./model-price.ts";
import { putAccount } from "./model-profile.ts";
import { applySessionMessage } from "./model-session.ts";
import { transfer } from "./model-transfers.ts";

export type { Model };

/** Of an engine that took something on a while ago, and is perhaps behind the others. */
export type Standpoint = {
  /** ms since 1970. */
  readonly takenOnAt: number;
  /** Publications that it planned by: up to this one, … */
  readonly version: number;
  /** … and of those that open sessions switch to, up to this one. */
  readonly switchVersion: number;
};

type When = ModelWhen & { readonly takenOnAt: number };

export const createModel = (): Model => ({
  accounts: new Map(),
  published: [],
  ended: kept(),
  events: kept(),
  refunds: kept(),
  topUps: kept(),
  transits: new Map(),
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

/** Left out: it is carried out as it comes, by all that was published. */
export const apply = (
  model: Model,
  asked: AnyRequest,
  now: number,
  standpoint?: Standpoint,
): ModelAnswer => {
  const read = checked(asked);
  const version = model.published.length;
  const { takenOnAt, ...known } = standpoint ?? { takenOnAt: now, version, switchVersion: version };
  const refusal = refusalAtTheDoor(read, takenOnAt);
  if (refusal !== undefined) return refusal;
  const published = knownOf(model.published, known);
  return carryOut(model, read, { published, version: known.version, now, takenOnAt });
};

const carryOut = (
  model: Model,
  { operation, request }: ReturnType<typeof checked>,
  when: When,
): ModelAnswer => {
  switch (operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionMessage(model, operation, request, when);
    case "event":
      return event(model, request, when);
    case "refund":
      return refund(model, request, when);
    case "priceEnquiry":
      return priceEnquiry(model, request, when);
    case "topUp":
    case "adjust":
      return credit(booksOf(model, when), operation, request, when);
    case "transfer":
      return transfer(model, request, when.now);
    case "settleTransfer":
      // The model's transfers are over at once.
      return refused("TRANSFER_UNKNOWN");
    case "queryBalance":
      return queryBalance(model, request, when);
    case "settleDues":
      return settleAccount(model.accounts, request, when);
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

/** An engine that is behind the others knows of less. */
const knownOf = (
  published: readonly Published[],
  { version, switchVersion }: Omit<Standpoint, "takenOnAt">,
): readonly Published[] =>
  published.filter(
    (one) =>
      one.version <= version ||
      (one.tariff.openSessions === "switch" && one.version <= switchVersion),
  );

const sessionMessage = (
  model: Model,
  verb: SessionVerb,
  request: CheckedRequestOf<"update">,
  when: When,
): ModelAnswer => {
  const account = accountOf(model, request.subscriberIdentifier);
  if (account === undefined) return refused("USER_UNKNOWN");
  const world = {
    ...when,
    sessionsMax: limits.sessionsPerAccountMax,
    groupsMax: limits.sessionGroupsMax,
    idleMs: limits.sessionIdleMs,
    intervalMs: limits.deadlineIntervalMs,
  };
  const key = `${account.profile.accountId} ${request.sessionId}`;
  const ended = recall(model.ended, key);
  const { answer, closed } = applySessionMessage(world, account, ended, verb, request);
  if (closed !== undefined) model.ended.current.set(key, closed);
  return answer;
};

const booksOf = ({ accounts, topUps }: Model, { published }: When): Books => ({
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
  expire(model, now, Math.floor(now / limits.deadlineIntervalMs));
  forget(model, "answers", now);
  forget(model, "topUps", now);
};

/** Looks at what is put down for intervals before `interval`; how many sessions it ended. */
export const expire = (model: Model, now: number, interval: number): number => {
  let ended = 0;
  for (const [accountId, { sessions }] of model.accounts) {
    for (const [id, { lookedAtIn }] of [...sessions]) {
      if (lookedAtIn < interval && lookAt(model, { accountId, id, now })) ended++;
    }
  }
  return ended;
};

/** Whether the session was over; else it is looked at again when it may be. */
export const lookAt = (
  model: Model,
  { accountId, id, now }: { readonly accountId: string; readonly id: string; readonly now: number },
): boolean => {
  const account = model.accounts.get(accountId)!;
  const session = account.sessions.get(id)!;
  if (session.deadline > now) {
    session.lookedAtIn = Math.floor(session.deadline / limits.deadlineIntervalMs);
    return false;
  }
  for (const group of session.groups) releaseHolds(group);
  session.isExpired = true;
  account.sessions.delete(id);
  model.ended.current.set(`${accountId} ${id}`, session);
  return true;
};

export const forget = (model: Model, what: "answers" | "topUps", now: number): void => {
  const { ended, events, refunds, topUps } = model;
  if (what === "topUps") turnOver(topUps, now, limits.topUpAnswersKeptMs);
  else for (const one of [ended, events, refunds]) turnOver(one, now, limits.answersKeptMs);
};

const turnOver = (answers: Kept<unknown>, now: number, keptMs: number): void => {
  if (now < answers.turnedAt + keptMs) return;
  answers.previous = answers.current;
  answers.current = new Map();
  answers.since = answers.turnedAt;
  answers.turnedAt = now;
};
