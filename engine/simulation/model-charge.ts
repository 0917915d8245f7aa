// What a message of a session comes to in the naive model: what was used is debited, group by
// group, then rules judge it, then what is wanted is granted.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { ModelAccount, ModelBucket, ModelGroup, ModelSession } from "./model-account.ts";
import { addToCounters } from "./model-counters.ts";
import { grantTogether, releaseHolds, reserve, withhold } from "./model-grant.ts";
import { priceAtMoment, usedAt } from "./model-moment.ts";
import { available, payFor, takeShares } from "./model-pay.ts";
import type { ModelPrice, Published } from "./model-price.ts";
import { isRefusing, isThere, judgeRules } from "./model-rules.ts";
import { beginValidity, isUsable, progressOf } from "./model-use.ts";

export type SessionVerb = "initiate" | "update" | "terminate";
type Request = CheckedRequestOf<"update">;
export type ModelUsage = Request["multipleUnitUsage"][number];

/** What a message of a session depends on besides its account. */
export type ModelWorld = {
  readonly published: readonly Published[];
  /** What a session that begins is priced by. */
  readonly version: number;
  readonly now: number;
  readonly sessionsMax: number;
  readonly groupsMax: number;
  readonly idleMs: number;
  readonly intervalMs: number;
};

export const isOf = (group: ModelGroup, usage: ModelUsage) =>
  group.ratingGroup === usage.ratingGroup;

/** Debits what was used and grants what is wanted: the money debited, and the longest validity. */
export const chargeAll = (
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
  usage: ModelUsage,
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
