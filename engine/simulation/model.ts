// A naive model of the engine: predicts every answer and every balance, one operation after the
// other, in the order in which they were carried out. It states what charging means; whatever the
// engine does faster must come to the same.

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { type AnyRequest, checked } from "./direct-engine.ts";
import {
  assignSlots,
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  type ModelCounter,
  type ModelSession,
  type ModelTariff,
  type PutAccount,
  refused,
  succeeded,
} from "./model-account.ts";
import { hasState, periodOf, renewalName, slotNames } from "./model-counters.ts";
import { afterDues } from "./model-dues.ts";
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
import { putRules } from "./model-rules.ts";
import { applySessionMessage, type SessionVerb } from "./model-session.ts";

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
    case "queryBalance":
      return queryBalance(model, request, now);
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

const queryBalance = (
  model: Model,
  request: CheckedRequestOf<"queryBalance">,
  now: number,
): ModelAnswer => {
  const found = accountOf(model, request.subscriberIdentifier);
  if (found === undefined) return refused("USER_UNKNOWN");
  const account = afterDues(found, now);
  const { accountId, currency } = account.profile;
  return succeeded({
    accountId,
    currency,
    profileVersion: account.version,
    buckets: account.buckets
      .filter((bucket) => bucket !== null)
      .map((bucket) => {
        const { bucketId, unit, remaining, reserved, validFrom, validUntil, own } = bucket;
        const { currency: other } = bucket;
        const amounts = { remaining: Number(remaining), reserved: Number(reserved) };
        const from = own?.from ?? validFrom;
        const until = Math.min(validUntil, own?.until ?? validUntil);
        return { bucketId, unit, ...amounts, validFrom: from, validUntil: until, currency: other };
      }),
    counters: account.counters
      .filter((counter) => counter !== null)
      .map((counter) => {
        const { counterId, unit, level, thresholds, reservedUnder } = counter;
        const isOver = counter.periodNumber < periodOf(counter, account.profile, now).number;
        const value = isOver ? 0 : Number(counter.value);
        const status = isOver ? null : (thresholds[level - 1]?.status ?? null);
        return { counterId, unit, value, status, reserved: Number(reservedUnder) };
      }),
    openSessions: account.sessions.size,
  });
};

/**
 * The programs of the tests name only well-formed profiles, and identifiers of one account each.
 */
const putAccount = (model: Model, request: PutAccount): ModelAnswer => {
  const old = model.accounts.get(request.accountId);
  const isOtherMoney = old !== undefined && old.profile.currency !== request.currency;
  for (const bucket of old?.buckets ?? []) {
    const wanted = request.buckets.find(({ bucketId }) => bucketId === bucket?.bucketId);
    const isSame = wanted?.unit === bucket?.unit && wanted?.currency === bucket?.currency;
    const isOther = isOtherMoney && bucket?.unit === "money" && bucket.currency === null;
    const isKept = isSame && !isOther;
    const isEmpty = !bucket?.remaining && !bucket?.reserved;
    if (!isKept && !isEmpty) return refused("BUCKET_NOT_EMPTY");
  }
  for (const counter of old?.counters ?? []) {
    if (counter === null || counter.reservedUnder === 0n) continue;
    const wanted = request.counters.find(({ counterId }) => counterId === counter.counterId);
    if (wanted === undefined || !hasState(wanted)) return refused("BUCKET_NOT_EMPTY");
  }
  if (old !== undefined && JSON.stringify(old.profile) === JSON.stringify(request)) {
    return succeeded({ profileVersion: old.version, isChanged: false });
  }
  const amounts = { remaining: 0n, reserved: 0n, credited: 0n, debited: 0n, expired: 0n };
  const nothing = { ...amounts, renewedFor: undefined, own: undefined };
  const account = old ?? { version: 0, slots: [], sessions: new Map<string, ModelSession>() };
  const version = account.version + 1;
  const put: ModelAccount = Object.assign(account, {
    profile: request,
    version,
    buckets: assignSlots(
      old?.buckets ?? [],
      request.buckets,
      (one, other) => one.bucketId === other.bucketId,
      (wanted, kept) =>
        kept === undefined
          ? { ...nothing, ...wanted }
          : Object.assign(kept, stateKept(kept, wanted), wanted),
    ),
    counters: assignSlots(
      old?.counters ?? [],
      request.counters,
      (one, other) => one.counterId === other.counterId,
      (wanted, kept) =>
        kept === undefined
          ? { ...wanted, value: 0n, periodNumber: 0, reservedUnder: 0n, level: 0 }
          : Object.assign(kept, countKept(kept, wanted), wanted),
    ),
    rules: putRules(old?.rules ?? [], request.rules),
    hits: old?.hits ?? [],
  });
  put.slots = assignSlots(
    old?.slots ?? [],
    slotNames(request),
    (one, other) => one === other,
    (name) => name,
  );
  model.accounts.set(request.accountId, put);
  return succeeded({ profileVersion: version, isChanged: true });
};

/** An own validity that is no more, or a renewal by another calendar, is forgotten. */
const stateKept = (kept: ModelBucket, wanted: PutAccount["buckets"][number]) => {
  const isSame =
    kept.renewal !== null && wanted.renewal !== null && renewalName(kept) === renewalName(wanted);
  return {
    own: wanted.ownValiditySeconds > 0 ? kept.own : undefined,
    renewedFor: isSame ? kept.renewedFor : undefined,
  };
};

/** What counts in other units or periods begins anew. */
const countKept = (kept: ModelCounter, wanted: PutAccount["counters"][number]) => {
  const isSame =
    kept.unit === wanted.unit && JSON.stringify(kept.period) === JSON.stringify(wanted.period);
  return {
    value: isSame ? kept.value : 0n,
    periodNumber: isSame ? kept.periodNumber : 0,
    level: hasState(wanted) ? kept.level : 0,
  };
};

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
