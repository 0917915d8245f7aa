// A request of the table as a task of its shard; what the types of the wire cannot say is checked
// here.

import { limits } from "../limits.ts";
import { fingerprint } from "../protocol/fingerprint.ts";
import { type CheckedRequestOf, operations } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { entriesOf } from "../store/batch-operation.ts";
import { verbs } from "../store/lua-constants.ts";
import type { AnswerTo, Task, UnitUsage } from "../store/task.ts";
import type { AdministrationName, Request } from "./asker.ts";
import { creditOf, movementProblem, nothingUsed } from "./movement-task.ts";

type SessionOperation = "initiate" | "update" | "terminate";
type TaskRequest = Exclude<Request, { operation: AdministrationName }>;

export const taskOf = (request: TaskRequest, answerTo: AnswerTo, now: number): Task | Refusal => {
  switch (request.operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionTask(request, request.request, answerTo, now);
    case "event":
      return eventTask(request, request.request, answerTo, now);
    case "topUp":
    case "adjust":
      return creditTask(request, answerTo, now);
    case "queryBalance":
      return newTask(request, answerTo, {
        id: "",
        sequence: 0,
        identifier: request.request.subscriberIdentifier,
        eventTimestamp: now,
        ...nothingUsed,
        movement: undefined,
      });
  }
};

const sessionTask = (
  request: TaskRequest & { operation: SessionOperation },
  fields: CheckedRequestOf<SessionOperation>,
  answerTo: AnswerTo,
  now: number,
): Task | Refusal => {
  const { multipleUnitUsage: usage, eventTimestamp } = fields;
  const problem =
    timeProblem(eventTimestamp, now) ??
    usageProblem(request.operation, usage) ??
    usedBeforeProblem(request.operation, usage, eventTimestamp);
  if (problem !== undefined) return refusal("INVALID_VALUE", problem);
  return newTask(request, answerTo, {
    id: fields.sessionId,
    sequence: fields.sequence,
    identifier: fields.subscriberIdentifier,
    eventTimestamp,
    usage,
    serviceInformation: fields.serviceInformation,
    isTariffTimeChangeSupported: fields.isTariffTimeChangeSupported,
    movement: undefined,
  });
};

const eventTask = (
  request: TaskRequest & { operation: "event" },
  fields: CheckedRequestOf<"event">,
  answerTo: AnswerTo,
  now: number,
): Task | Refusal => {
  const { usedUnits, eventTimestamp, requestId, subscriberIdentifier } = fields;
  if (eventTimestamp < now - limits.eventRepeatMsMax) {
    const minutes = limits.eventRepeatMsMax / 60_000;
    return refusal("EVENT_TOO_OLD", `eventTimestamp is more than ${minutes} minutes ago`);
  }
  const usage = usedUnits.map(({ ratingGroup, usedUnit }) => {
    return { ratingGroup, usedUnit, requestedUnit: null };
  });
  const problem = timeProblem(eventTimestamp, now) ?? usageProblem("event", usage);
  if (problem !== undefined) return refusal("INVALID_VALUE", problem);
  return newTask(request, answerTo, {
    id: requestId,
    sequence: 0,
    identifier: subscriberIdentifier,
    eventTimestamp,
    usage,
    serviceInformation: fields.serviceInformation,
    isTariffTimeChangeSupported: false,
    movement: undefined,
  });
};

const creditTask = (
  request: TaskRequest & { operation: "topUp" | "adjust" },
  answerTo: AnswerTo,
  now: number,
): Task | Refusal =>
  movementProblem(request.request, now) ??
  newTask(request, answerTo, {
    ...creditOf(request.operation, request.request),
    sequence: 0,
    eventTimestamp: now,
    ...nothingUsed,
  });

type Asked = Pick<
  Task,
  | "id"
  | "sequence"
  | "identifier"
  | "eventTimestamp"
  | "usage"
  | "serviceInformation"
  | "isTariffTimeChangeSupported"
  | "movement"
>;

const newTask = (request: TaskRequest, answerTo: AnswerTo, asked: Asked): Task => ({
  operation: request.operation,
  correlation: request.correlation,
  verb: verbs[request.operation],
  id: asked.id,
  sequence: asked.sequence,
  fingerprint: fingerprint(request.wire, operations[request.operation].key),
  eventTimestamp: asked.eventTimestamp,
  usage: asked.usage,
  serviceInformation: asked.serviceInformation,
  isTariffTimeChangeSupported: asked.isTariffTimeChangeSupported,
  movement: asked.movement,
  identifier: asked.identifier,
  arrivedAt: performance.now(),
  peer: answerTo.peer,
  answerTo,
  account: undefined,
  profile: undefined,
  tariffVersion: 0,
  staleRetries: 0,
  isOutcomeUnknown: false,
});

const timeProblem = (at: number, now: number): string | undefined => {
  if (at > now + limits.eventAheadMsMax) return `eventTimestamp: ${at} is in the future`;
  if (at < now - limits.eventAgeMsMax) return `eventTimestamp: ${at} is too long ago`;
  return undefined;
};

const usageProblem = (
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
const usedBeforeProblem = (
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
