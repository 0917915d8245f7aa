// What is wrong with a request that the types of the wire cannot say: moments out of time, a rating
// group named twice, use before a session is open.

import { limits } from "../limits.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { entriesOf } from "../store/batch-operation.ts";
import type { UnitUsage } from "../store/task.ts";

type SessionOperation = "initiate" | "update" | "terminate";

export const timeProblem = (at: number, now: number): string | undefined => {
  if (at > now + limits.eventAheadMsMax) return `eventTimestamp: ${at} is in the future`;
  if (at < now - limits.eventAgeMsMax) return `eventTimestamp: ${at} is too long ago`;
  return undefined;
};

export const usageProblem = (
  operation: SessionOperation | "event",
  usage: readonly UnitUsage[],
): string | undefined => {
  for (let i = 0; i < usage.length; i++) {
    const { ratingGroup, usedUnit } = usage[i]!;
    if (operation === "initiate" && usedUnit !== null) {
      return `multipleUnitUsage[${i}].usedUnit: nothing can be used before the session is open`;
    }
    for (let k = 0; k < i; k++) {
      if (usage[k]!.ratingGroup === ratingGroup)
        return `rating group ${ratingGroup} is there twice`;
    }
  }
  return undefined;
};

/** In order of time, none after the message; together no more entries than a batch has room for. */
export const usedBeforeProblem = (
  operation: SessionOperation,
  usage: readonly UnitUsage[],
  eventTimestamp: number,
): string | undefined => {
  if (entriesOf(usage) > limits.usageEntriesPerRequestMax) {
    return `multipleUnitUsage: more than ${limits.usageEntriesPerRequestMax} uses in all`;
  }
  for (let i = 0; i < usage.length; i++) {
    const before = usage[i]!.usedBefore;
    if (before === undefined || before.length === 0) continue;
    const path = `multipleUnitUsage[${i}].usedBefore`;
    if (operation === "initiate") return `${path}: nothing can be used before the session is open`;
    let last = eventTimestamp - limits.eventAgeMsMax;
    for (const { until } of before) {
      if (until <= last) return `${path}: ${until} is not after what precedes it, or too long ago`;
      last = until;
    }
    if (last > eventTimestamp) return `${path}: ${last} is after the message`;
  }
  return undefined;
};

/** Its answer may be forgotten by now: it could be carried out twice. */
export const tooOld = (eventTimestamp: number, now: number): Refusal | undefined => {
  if (eventTimestamp >= now - limits.eventRepeatMsMax) return undefined;
  const minutes = limits.eventRepeatMsMax / 60_000;
  return refusal("EVENT_TOO_OLD", `eventTimestamp is more than ${minutes} minutes ago`);
};

export const eventProblem = (
  usage: readonly UnitUsage[],
  eventTimestamp: number,
  now: number,
): Refusal | undefined => {
  const problem = timeProblem(eventTimestamp, now) ?? usageProblem("event", usage);
  return problem === undefined ? undefined : refusal("INVALID_VALUE", problem);
};
