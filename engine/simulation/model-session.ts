// The naive model's session control: one message of a session, from the account as it is to the
// answer, changing the model on the way. Refusals come first and change nothing.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  type ModelGroup,
  type ModelSession,
  refused,
  succeeded,
} from "./model-account.ts";
import { addToCounters } from "./model-counters.ts";
import { settleDues } from "./model-dues.ts";
import { reserve } from "./model-grant.ts";
import { available, payFor } from "./model-pay.ts";
import { type ModelPrice, type Published, priceFor } from "./model-price.ts";
import { isRefusing, isThere, judgeRules } from "./model-rules.ts";
import { beginValidity, isUsable, progressOf } from "./model-use.ts";

export type SessionVerb = "initiate" | "update" | "terminate";
type Request = CheckedRequestOf<"update">;
type Usage = Request["multipleUnitUsage"][number];

/** What a message of a session depends on besides its account. */
export type ModelWorld = {
  readonly published: readonly Published[];
  readonly now: number;
  readonly sessionsMax: number;
  readonly groupsMax: number;
  readonly idleMs: number;
  readonly intervalMs: number;
};

/** `ended` is the session of that id that is over and not forgotten. */
export const applySessionMessage = (
  world: ModelWorld,
  account: ModelAccount,
  ended: ModelSession | undefined,
  verb: SessionVerb,
  request: Request,
): { readonly answer: ModelAnswer; readonly closed?: ModelSession } => {
  const { sessionId, sequence, multipleUnitUsage: usage } = request;
  const body = bodyOf(verb, request);
  const open = account.sessions.get(sessionId);
  if (open !== undefined && (verb === "initiate" || sequence !== open.sequence + 1)) {
    return { answer: repeat(open, sequence, body) };
  }
  if (open === undefined && (ended !== undefined || verb !== "initiate")) {
    if (ended === undefined || sequence > ended.sequence) {
      return { answer: refused("UNKNOWN_SESSION_ID") };
    }
    return { answer: repeat(ended, sequence, body) };
  }
  if (open === undefined && account.sessions.size >= world.sessionsMax) {
    return { answer: refused("TOO_MANY_SESSIONS") };
  }
  const groups = open?.groups ?? [];
  const added = usage.filter((one) => !groups.some((group) => isOf(group, one)));
  if (groups.length + added.length > world.groupsMax) return { answer: refused("INVALID_VALUE") };

  settleDues(account, world.now, usedFrom(request));
  const session = open ?? openSession(world, groups);
  session.sequence = sequence;
  session.body = body;
  const { cost, validityMax } = chargeAll(world, account, session, verb, request);
  const deadline = world.now + (validityMax === 0 ? world.idleMs : 2_000 * validityMax);
  // A group that the message did not name still has its grant, and its time.
  session.deadline = groups.length > usage.length ? Math.max(deadline, session.deadline) : deadline;
  if (open === undefined) session.lookedAtIn = Math.floor(deadline / world.intervalMs);
  session.answer = succeeded({ cost: Number(cost), multipleUnitInformation: told(groups, usage) });
  account.sessions.set(sessionId, session);
  if (verb !== "terminate") return { answer: session.answer };
  for (const group of session.groups) releaseHolds(group);
  account.sessions.delete(sessionId);
  return { answer: session.answer, closed: session };
};

/** What a message reports was used before its moment, unless it tells the two apart itself. */
const isApart = ({ usedBefore }: Usage, at: number): boolean => usedBefore.at(-1)?.until === at;

const usedFrom = ({ eventTimestamp: at, multipleUnitUsage }: Request): number => {
  const ends = multipleUnitUsage.flatMap((usage) => {
    const isUsed = (usage.usedUnit ?? 0) > 0 && !isApart(usage, at);
    return [...usage.usedBefore.map(({ until }) => until), ...(isUsed ? [at] : [])];
  });
  return Math.min(at, ...ends.map((end) => end - 1));
};

const isOf = (group: ModelGroup, usage: Usage) => group.ratingGroup === usage.ratingGroup;

export const bodyOf = (verb: string, { sessionId, sequence, ...body }: Request): string =>
  JSON.stringify([verb, body]);

const repeat = (stored: ModelSession, sequence: number, body: string): ModelAnswer => {
  if (sequence < stored.sequence) return refused("SEQUENCE_PASSED");
  if (sequence > stored.sequence) return refused("SEQUENCE_GAP");
  return stored.body === body ? stored.answer : refused("REQUEST_CONFLICT");
};

const openSession = ({ published }: ModelWorld, groups: ModelGroup[]): ModelSession => ({
  sequence: 0,
  body: "",
  tariffVersion: published.length,
  deadline: 0,
  lookedAtIn: 0,
  groups,
  answer: refused("UNABLE_TO_COMPLY"),
});

const chargeAll = (
  world: ModelWorld,
  account: ModelAccount,
  session: ModelSession,
  verb: SessionVerb,
  request: Request,
) => {
  const { eventTimestamp, multipleUnitUsage, isTariffTimeChangeSupported: isAware } = request;
  const { subscriberIdentifier: subscriber, serviceInformation } = request;
  const called = serviceInformation?.calledPartyAddress ?? null;
  let cost = 0n;
  let spent = 0n;
  let validityMax = 0;
  // Nothing is granted before everything that was used is settled.
  const grants: (() => void)[] = [];
  const isRefused = () => isRefusing(account, world.now);
  for (const usage of multipleUnitUsage) {
    let group = session.groups.find((one) => isOf(one, usage));
    if (group === undefined) {
      group = newGroup(usage.ratingGroup);
      session.groups.push(group);
    }
    const { ratingGroup } = usage;
    const version = session.tariffVersion;
    const question = { ratingGroup, version, at: eventTimestamp, subscriber, called };
    const price = priceFor(account, world.published, question);
    const pay = (by: ModelPrice, used: number, at: number) => {
      const money = settle(world, by, group!, BigInt(used), held, at);
      cost += money;
      if (by.isInCurrency) spent += money;
    };
    validityMax = Math.max(validityMax, price.group?.validityTimeSeconds ?? 0);
    const held = new Map(group.holds.map(({ bucket, amount }) => [bucket, amount]));
    releaseHolds(group);
    for (const { usedUnit, until } of usage.usedBefore) {
      const earlier = priceFor(account, world.published, { ...question, at: until - 1 });
      pay(earlier, usedUnit, until - 1);
    }
    const usedAt = isApart(usage, eventTimestamp) ? eventTimestamp : eventTimestamp - 1;
    const using = priceFor(account, world.published, { ...question, at: usedAt });
    pay(using, usage.usedUnit ?? 0, usedAt);
    const seconds = price.group?.validityTimeSeconds ?? 0;
    const next = { ...question, at: price.next };
    const isChanging = isAware && Math.ceil((price.next - eventTimestamp) / 1_000) < seconds;
    const later = isChanging ? priceFor(account, world.published, next) : undefined;
    const used = [...usage.usedBefore, { usedUnit: usage.usedUnit ?? 0 }];
    grants.push(() => {
      const requested = verb === "terminate" ? null : usage.requestedUnit;
      const isHeldBack = isRefused() && !price.isFree && requested !== null;
      const rule = isHeldBack ? ("RULE_HIT" as const) : undefined;
      reserve(group, {
        price: { ...price, refusal: price.refusal ?? rule },
        later,
        requested,
        at: eventTimestamp,
        now: world.now,
        sessionId: request.sessionId,
        holders: BigInt(account.sessions.size + (verb === "initiate" ? 1 : 0)),
        spent: used.reduce((sum, { usedUnit }) => sum + usedUnit, 0),
      });
    });
  }
  const isOpening = account.sessions.get(request.sessionId) === undefined ? 1 : 0;
  judgeRules(account, {
    now: world.now,
    servingNetwork: serviceInformation?.servingNetwork ?? null,
    sessions: verb === "terminate" ? 0 : account.sessions.size + isOpening,
    spent,
    spentThere: isThere(called) ? spent : 0n,
  });
  for (const grant of grants) grant();
  return { cost, validityMax };
};

const newGroup = (ratingGroup: number): ModelGroup => ({
  ratingGroup,
  publication: 0,
  code: 0,
  granted: 0,
  validityTime: 0,
  isFinal: false,
  ahead: 0n,
  rated: undefined,
  position: undefined,
  change: 0,
  threshold: 0,
  holdingTime: 0,
  holds: [],
  underCaps: [],
});

export const releaseHolds = (group: ModelGroup): void => {
  for (const { bucket, amount } of group.holds) {
    bucket.reserved -= amount;
    bucket.remaining += amount;
  }
  for (const { counter, amount } of group.underCaps) counter.reservedUnder -= amount;
  group.holds = [];
  group.underCaps = [];
};

/** Debits what was used, from the money for it down to what there is: the money debited. */
const settle = (
  { now }: ModelWorld,
  price: ModelPrice,
  group: ModelGroup,
  used: bigint,
  held: Map<ModelBucket, bigint>,
  at: number,
): bigint => {
  if (used === 0n) return 0n;
  const payment = payFor(price, used, progressOf(price, group), (bucket) => {
    if (isUsable(bucket, at, now)) return available(bucket);
    // Expired: it pays for the grant it made. Where none was made it gives nothing.
    if (group.code === 0) return undefined;
    const left = held.get(bucket) ?? 0n;
    return left < available(bucket) ? left : available(bucket);
  });
  for (const { bucket, amount } of payment.shares) {
    if (isUsable(bucket, at, now)) beginValidity(bucket, now);
    else held.set(bucket, (held.get(bucket) ?? 0n) - amount);
  }
  group.ahead = payment.ahead;
  if (price.group?.price !== undefined) {
    group.rated = payment.rated;
    if (price.tierCounter === undefined) {
      group.position = (group.position ?? 0) + Number(payment.units);
    }
  }
  const cost = takeShares(payment.shares);
  addToCounters(price.counters, payment.units, cost);
  return cost;
};

export const takeShares = (shares: ReturnType<typeof payFor>["shares"]): bigint => {
  let cost = 0n;
  for (const { bucket, amount } of shares) {
    bucket.remaining -= amount;
    bucket.debited += amount;
    if (bucket.unit === "money") cost += amount;
  }
  return cost;
};

const told = (groups: readonly ModelGroup[], usage: readonly Usage[]) =>
  usage.map((one) => {
    const group = groups.find((candidate) => isOf(candidate, one))!;
    return {
      ratingGroup: group.ratingGroup,
      resultCode: group.code,
      grantedUnit: group.granted,
      validityTime: group.validityTime,
      finalUnitIndication: group.isFinal,
      quotaThreshold: group.threshold,
      quotaHoldingTime: group.holdingTime,
      tariffTimeChange: 1_000 * group.change,
      finalUnit: group.isFinal && group.granted > 0 ? ended : null,
    };
  });

/** The tariffs of the tests say nothing else. */
const ended = { finalUnitAction: "terminate", redirectServerAddress: null, filterIds: [] };
