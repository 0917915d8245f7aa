// A request of the table as a task of its shard; what the types of the wire cannot say is checked
// here.

import { fingerprint } from "../protocol/fingerprint.ts";
import { type CheckedRequestOf, operations } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { verbs } from "../store/lua-constants.ts";
import type { AnswerTo, Task, UnitUsage } from "../store/task.ts";
import type { AdministrationName, Request } from "./asker.ts";
import { creditOf, movementProblem, nothingUsed } from "./movement-task.ts";
import {
  eventProblem,
  timeProblem,
  tooOld,
  usageProblem,
  usedBeforeProblem,
} from "./request-problem.ts";

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
    case "refund":
      return refundTask(request, request.request, answerTo, now);
    case "priceEnquiry":
      return enquiryTask(request, request.request, answerTo, now);
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
    isAllOrNothing: fields.isAllOrNothing,
    refundedRequestId: "",
    movement: undefined,
  });
};

const eventTask = (
  request: TaskRequest & { operation: "event" },
  fields: CheckedRequestOf<"event">,
  answerTo: AnswerTo,
  now: number,
): Task | Refusal => {
  const { eventTimestamp, requestId, subscriberIdentifier } = fields;
  const usage = fields.usedUnits.map(usedOnce);
  const refused = tooOld(eventTimestamp, now) ?? eventProblem(usage, eventTimestamp, now);
  if (refused !== undefined) return refused;
  return newTask(request, answerTo, {
    ...nothingUsed,
    id: requestId,
    sequence: 0,
    identifier: subscriberIdentifier,
    eventTimestamp,
    usage,
    serviceInformation: fields.serviceInformation,
    movement: undefined,
  });
};

const refundTask = (
  request: TaskRequest & { operation: "refund" },
  fields: CheckedRequestOf<"refund">,
  answerTo: AnswerTo,
  now: number,
): Task | Refusal => {
  const { eventTimestamp, refundedRequestId, requestId, subscriberIdentifier } = fields;
  const usage = fields.usedUnits.map(usedOnce);
  const refused = tooOld(eventTimestamp, now) ?? eventProblem(usage, eventTimestamp, now);
  if (refused !== undefined) return refused;
  const empty = usage.findIndex(({ usedUnit }) => usedUnit === 0);
  if (empty !== -1) {
    return refusal("INVALID_VALUE", `usedUnits[${empty}].usedUnit: there is nothing to give back`);
  }
  return newTask(request, answerTo, {
    ...nothingUsed,
    id: requestId,
    sequence: 0,
    identifier: subscriberIdentifier,
    eventTimestamp,
    usage,
    refundedRequestId,
    movement: undefined,
  });
};

/** Charges nothing, so it may be of any time that a session's message may be of. */
const enquiryTask = (
  request: TaskRequest & { operation: "priceEnquiry" },
  fields: CheckedRequestOf<"priceEnquiry">,
  answerTo: AnswerTo,
  now: number,
): Task | Refusal => {
  const { eventTimestamp, serviceInformation, subscriberIdentifier } = fields;
  const usage = fields.usedUnits.map(usedOnce);
  const refused = eventProblem(usage, eventTimestamp, now);
  if (refused !== undefined) return refused;
  return newTask(request, answerTo, {
    ...nothingUsed,
    id: "",
    sequence: 0,
    identifier: subscriberIdentifier,
    eventTimestamp,
    usage,
    serviceInformation,
    movement: undefined,
  });
};

type Used = CheckedRequestOf<"event">["usedUnits"][number];
const usedOnce = ({ ratingGroup, usedUnit }: Used): UnitUsage => {
  return { ratingGroup, usedUnit, requestedUnit: null };
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
  | "isAllOrNothing"
  | "refundedRequestId"
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
  isAllOrNothing: asked.isAllOrNothing,
  refundedRequestId: asked.refundedRequestId,
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
