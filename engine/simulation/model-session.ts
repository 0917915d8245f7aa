// The naive model's session control: one message of a session, from the account as it is to the
// answer, changing the model on the way. Refusals come first and change nothing.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelGroup,
  type ModelSession,
  refused,
  succeeded,
} from "./model-account.ts";
import {
  chargeAll,
  isOf,
  type ModelUsage,
  type ModelWorld,
  type SessionVerb,
} from "./model-charge.ts";
import { settleDues } from "./model-dues.ts";
import { releaseHolds } from "./model-grant.ts";
import { usedFrom } from "./model-moment.ts";

type Request = CheckedRequestOf<"update">;

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

  const version = open?.tariffVersion ?? world.version;
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
  usage: readonly ModelUsage[],
): boolean => {
  const added = usage.filter((one) => !groups.some((group) => isOf(group, one)));
  return groups.length + added.length > groupsMax;
};

export const bodyOf = (verb: string, { sessionId, sequence, ...body }: Request): string =>
  JSON.stringify([verb, body]);

const repeat = (stored: ModelSession, sequence: number, body: string): ModelAnswer => {
  if (sequence < stored.sequence) return refused("SEQUENCE_PASSED");
  if (sequence > stored.sequence) return refused("SEQUENCE_GAP");
  return stored.body === body ? stored.answer : refused("REQUEST_CONFLICT");
};

const openSession = ({ version }: ModelWorld, groups: ModelGroup[]): ModelSession => ({
  sequence: 0,
  body: "",
  tariffVersion: version,
  deadline: 0,
  lookedAtIn: 0,
  isExpired: false,
  groups,
  answer: refused("UNABLE_TO_COMPLY"),
});

const told = (groups: readonly ModelGroup[], usage: readonly ModelUsage[]) =>
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
