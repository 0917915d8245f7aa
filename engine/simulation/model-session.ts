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
import { grantTogether, releaseHolds, reserve, withhold } from "./model-grant.ts";
import { priceAtMoment, usedAt, usedFrom } from "./model-moment.ts";
import { available, payFor } from "./model-pay.ts";
import type { ModelPrice, Published } from "./model-price.ts";
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
  const isLate = verb !== "initiate" && ended?.isExpired && sequence === ended.sequence + 1;
  if (open === undefined && isLate) return settleLate(world, account, ended, verb, request);
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
  if (hasTooManyGroups(world, groups, usage)) return { answer: refused("INVALID_VALUE") };

  const version = open?.tariffVersion ?? world.published.length;
  const moments = { published: world.published, version, account, request };
  settleDues(account, world.now, usedFrom(moments));
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

/** What was used of a session that has expired is charged; it gets nothing and stays closed. */
const settleLate = (
  world: ModelWorld,
  account: ModelAccount,
  session: ModelSession,
  verb: SessionVerb,
  request: Request,
) => {
  const { sequence, multipleUnitUsage: usage } = request;
  const { groups } = session;
  if (hasTooManyGroups(world, groups, usage)) return { answer: refused("INVALID_VALUE") };
  const { tariffVersion: version } = session;
  settleDues(account, world.now, usedFrom({ ...world, version, account, request }));
  const { cost } = chargeAll(world, account, session, verb, request);
  const multipleUnitInformation = told(groups, usage);
  const answer = succeeded({ cost: Number(cost), multipleUnitInformation });
  const isExpired = verb === "update";
  Object.assign(session, { sequence, body: bodyOf(verb, request), answer, isExpired });
  return { answer, closed: session };
};

const hasTooManyGroups = (
  { groupsMax }: ModelWorld,
  groups: readonly ModelGroup[],
  usage: readonly Usage[],
): boolean => {
  const added = usage.filter((one) => !groups.some((group) => isOf(group, one)));
  return groups.length + added.length > groupsMax;
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
  isExpired: false,
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
  const { multipleUnitUsage, serviceInformation } = request;
  let cost = 0n;
  let spent = 0n;
  let validityMax = 0;
  // Nothing is granted before everything that was used is settled.
  const grants: (() => ModelGroup | undefined)[] = [];
  for (const usage of multipleUnitUsage) {
    let group = session.groups.find((one) => isOf(one, usage));
    if (group === undefined) {
      group = newGroup(usage.ratingGroup);
      session.groups.push(group);
    }
    const { price, later, ...paid } = chargeOne(world, account, session, request, usage, group);
    cost += paid.cost;
    spent += paid.spent;
    validityMax = Math.max(validityMax, price.group?.validityTimeSeconds ?? 0);
    const used = [...usage.usedBefore, { usedUnit: usage.usedUnit ?? 0 }];
    const requested = verb === "terminate" ? null : usage.requestedUnit;
    grants.push(() => {
      if (session.isExpired && verb === "update") {
        withhold(group, price.publication, "UNKNOWN_SESSION_ID");
        return undefined;
      }
      const isHeldBack = isRefusing(account, world.now) && !price.isFree && requested !== null;
      const whole = reserve(group, {
        price: { ...price, refusal: price.refusal ?? (isHeldBack ? "RULE_HIT" : undefined) },
        ...{ later, requested, at: request.eventTimestamp, now: world.now },
        sessionId: request.sessionId,
        holders: BigInt(account.sessions.size + (verb === "initiate" ? 1 : 0)),
        spent: used.reduce((sum, { usedUnit }) => sum + usedUnit, 0),
      });
      if (requested === null || !request.isAllOrNothing) return undefined;
      group.code = whole;
      return group;
    });
  }
  judgeRules(account, {
    now: world.now,
    servingNetwork: serviceInformation?.servingNetwork ?? null,
    sessions: verb === "terminate" ? 0 : account.sessions.size + (verb === "initiate" ? 1 : 0),
    spent,
    spentThere: isThere(serviceInformation?.calledPartyAddress ?? null) ? spent : 0n,
  });
  grantTogether(account, grants);
  return { cost, validityMax };
};

/** What the group used, and by what it may be granted more. */
const chargeOne = (
  world: ModelWorld,
  account: ModelAccount,
  { tariffVersion: version }: ModelSession,
  request: Request,
  usage: Usage,
  group: ModelGroup,
) => {
  const { eventTimestamp, isTariffTimeChangeSupported: isAware } = request;
  const moments = { published: world.published, version, account, request };
  const priceAt = (at: number) => priceAtMoment(moments, usage.ratingGroup, at);
  let cost = 0n;
  let spent = 0n;
  const price = priceAt(eventTimestamp);
  const held = new Map(group.holds.map(({ bucket, amount }) => [bucket, amount]));
  releaseHolds(group);
  const pay = (used: number, at: number) => {
    const by = priceAt(at);
    const money = settle(world, by, group, BigInt(used), held, at);
    cost += money;
    if (by.isInCurrency) spent += money;
  };
  for (const { usedUnit, until } of usage.usedBefore) pay(usedUnit, until - 1);
  pay(usage.usedUnit ?? 0, usedAt(moments, usage));
  const seconds = price.group?.validityTimeSeconds ?? 0;
  const isChanging = isAware && Math.ceil((price.next - eventTimestamp) / 1_000) < seconds;
  return { price, later: isChanging ? priceAt(price.next) : undefined, cost, spent };
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
      const position = (group.position ?? 0) + Number(payment.units);
      group.position = Math.min(Number.MAX_SAFE_INTEGER, position);
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
