// One charging session as a network element lives it: it asks for quota on every rating group, uses
// it at a constant rate, reports a group when its quota is used up and asks again, and at the end
// reports all groups (TS 32.299 §5.2, TS 32.291). The next message depends on the answer to the
// last one: a session never has two messages under way, and it ends when its credit does.

import type { GivenAnswerOf, RequestOf } from "../../engine/protocol/operations.ts";
import { nextBelow, type Random } from "../../engine/values/random.ts";

export type SessionRequest = RequestOf<"update">;
export type SessionAnswer = Pick<GivenAnswerOf<"update">, "multipleUnitInformation">;
export type SessionVerb = "initiate" | "update" | "terminate";

/** A rating group in use. All times are milliseconds. */
export type SessionGroup = {
  readonly ratingGroup: number;
  /** Asked for at a time. */
  readonly quota: number;
  readonly unitsPerMs: number;
  /** A report comes when less than this is left: one packet of octets, or one second. */
  readonly smallestUse: number;
  /** Whether the message under way asks for quota; the answer may speak of other groups too. */
  isAsked: boolean;
  /** To be used from `grantedAt` on; 0 after a denial. */
  granted: number;
  grantedAt: number;
  isFinal: boolean;
};

export type TrafficSession = {
  readonly account: number;
  readonly sessionId: string;
  readonly subscriberIdentifier: string;
  readonly serviceInformation: SessionRequest["serviceInformation"];
  readonly groups: readonly SessionGroup[];
  /** When the user stops; credit may end the session before. */
  endAt: number;
  /** Of the message that is due next: */
  verb: SessionVerb;
  sequence: number;
  dueAt: number;
};

const packetOctets = 1_400;

type Use = Pick<SessionGroup, "ratingGroup" | "quota"> & { readonly unitsPerSecond: number };

export const groupOfOctets = (use: Use): SessionGroup => newGroup(use, packetOctets);
export const groupOfSeconds = (use: Use): SessionGroup => newGroup(use, 1);

/** The message that is due. */
export const messageOf = (
  session: TrafficSession,
  eventTimestamp: number,
  random: Random,
): SessionRequest => {
  const multipleUnitUsage: UnitUsage[] = [];
  for (const group of session.groups) {
    const usage = usageOf(group, session, random);
    group.isAsked = usage !== null && usage.requestedUnit !== null;
    if (usage !== null) multipleUnitUsage.push(usage);
  }
  const { sessionId, sequence, subscriberIdentifier, serviceInformation } = session;
  return {
    sessionId,
    sequence,
    subscriberIdentifier,
    eventTimestamp,
    multipleUnitUsage,
    serviceInformation,
  };
};

/** Takes in the answer to that message and decides the next one. */
export const continueWith = (session: TrafficSession, answer: SessionAnswer): void => {
  const at = session.dueAt;
  for (const information of answer.multipleUnitInformation) {
    for (const group of session.groups) {
      if (!group.isAsked || group.ratingGroup !== information.ratingGroup) continue;
      group.granted = information.grantedUnit;
      group.grantedAt = at;
      group.isFinal = information.finalUnitIndication;
    }
  }
  let first: SessionGroup | undefined;
  for (const group of session.groups) {
    if (group.granted === 0) continue;
    if (first === undefined || usedUpAt(group) < usedUpAt(first)) first = group;
  }
  const dueAt = first === undefined ? at : usedUpAt(first);
  const isLast = first === undefined || first.isFinal || dueAt >= session.endAt;
  session.sequence += 1;
  session.verb = isLast ? "terminate" : "update";
  session.dueAt = Math.max(at, Math.min(dueAt, session.endAt));
};

type UnitUsage = SessionRequest["multipleUnitUsage"][number];

/** What the message says of a group; null when it does not speak of it. */
function usageOf(group: SessionGroup, session: TrafficSession, random: Random): UnitUsage | null {
  const { ratingGroup, quota, granted } = group;
  if (session.verb === "initiate") return { ratingGroup, requestedUnit: quota, usedUnit: null };
  if (granted === 0) return null;
  const used = Math.floor((session.dueAt - group.grantedAt) * group.unitsPerMs);
  const isUsedUp = granted - used <= group.smallestUse;
  // The packet that no longer fits stays unsent: some of the grant is given back.
  const spared = nextBelow(random, Math.min(group.smallestUse, granted));
  const usedUnit = isUsedUp ? granted - spared : used;
  if (session.verb === "terminate") return { ratingGroup, requestedUnit: null, usedUnit };
  return isUsedUp ? { ratingGroup, requestedUnit: quota, usedUnit } : null;
}

function usedUpAt(group: SessionGroup): number {
  return group.grantedAt + group.granted / group.unitsPerMs;
}

function newGroup({ ratingGroup, quota, unitsPerSecond }: Use, smallestUse: number): SessionGroup {
  const unitsPerMs = unitsPerSecond / 1000;
  const notYet = { isAsked: false, granted: 0, grantedAt: 0, isFinal: false };
  return { ratingGroup, quota, unitsPerMs, smallestUse, ...notYet };
}
