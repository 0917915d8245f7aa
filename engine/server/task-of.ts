// A request of the table as a task of its shard; what the types of the wire cannot say is checked
// here.

import { verbs } from "../cdr/journal-numbers.ts";
import { fingerprint } from "../protocol/fingerprint.ts";
import { type CheckedRequestOf, operations } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { accountPrefix } from "../store/profiles.ts";
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
type OnceOperation = "event" | "refund" | "priceEnquiry";
type Moments = { readonly now: number; readonly arrivedAt: number };
type TaskRequest = Exclude<Request, { operation: AdministrationName }>;

/** `arrivedAt` is of the clock by which it will be too late (store/stopwatch.ts). */
export const taskOf = (
  request: TaskRequest,
  answerTo: AnswerTo,
  now: number,
  arrivedAt = performance.now(),
): Task | Refusal => {
  const at = { now, arrivedAt };
  switch (request.operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionTask(request, request.request, answerTo, at);
    case "event":
    case "refund":
    case "priceEnquiry":
      return onceTask(request, request.request, answerTo, at);
    case "topUp":
    case "adjust":
      return creditTask(request, answerTo, at);
    case "queryBalance":
      return newTask(request, answerTo, arrivedAt, {
        id: "",
        sequence: 0,
        identifier: request.request.subscriberIdentifier,
        eventTimestamp: now,
        ...nothingUsed,
        movement: undefined,
      });
    case "settleDues":
      return duesTask(request, request.request, answerTo, at);
  }
};

const sessionTask = (
  request: TaskRequest & { operation: SessionOperation },
  fields: CheckedRequestOf<SessionOperation>,
  answerTo: AnswerTo,
  { now, arrivedAt }: Moments,
): Task | Refusal => {
  const { multipleUnitUsage: usage, eventTimestamp } = fields;
  const problem =
    timeProblem(eventTimestamp, now) ??
    usageProblem(request.operation, usage) ??
    usedBeforeProblem(request.operation, usage, eventTimestamp);
  if (problem !== undefined) return refusal("INVALID_VALUE", problem);
  return newTask(request, answerTo, arrivedAt, {
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

const duesTask = (
  request: TaskRequest & { operation: "settleDues" },
  { accountId, usedFrom }: CheckedRequestOf<"settleDues">,
  answerTo: AnswerTo,
  { now, arrivedAt }: Moments,
): Task | Refusal => {
  if (usedFrom > now) return refusal("INVALID_VALUE", `usedFrom: ${usedFrom} is in the future`);
  return newTask(request, answerTo, arrivedAt, {
    id: "",
    sequence: 0,
    identifier: accountPrefix + accountId,
    eventTimestamp: usedFrom === 0 ? now : usedFrom,
    ...nothingUsed,
    movement: undefined,
  });
};

/** An event, and what is asked about one: what each of them says besides the use. */
type Once = CheckedRequestOf<"event"> & CheckedRequestOf<"refund">;
type UsedOnce = Partial<Once> & Pick<Once, "subscriberIdentifier" | "eventTimestamp" | "usedUnits">;

const onceTask = (
  request: TaskRequest & { operation: OnceOperation },
  fields: UsedOnce,
  answerTo: AnswerTo,
  { now, arrivedAt }: Moments,
): Task | Refusal => {
  const { requestId = "", refundedRequestId = "", serviceInformation = null } = fields;
  const { eventTimestamp, subscriberIdentifier } = fields;
  const usage = fields.usedUnits.map(usedOnce);
  const refused = onceProblem(request.operation, usage, eventTimestamp, now);
  if (refused !== undefined) return refused;
  return newTask(request, answerTo, arrivedAt, {
    ...nothingUsed,
    id: requestId,
    sequence: 0,
    identifier: subscriberIdentifier,
    eventTimestamp,
    usage,
    serviceInformation,
    refundedRequestId,
    movement: undefined,
  });
};

const onceProblem = (
  operation: OnceOperation,
  usage: readonly UnitUsage[],
  eventTimestamp: number,
  now: number,
): Refusal | undefined => {
  // A question charges nothing, so it may be of any time that a session's message may be of.
  const late = operation === "priceEnquiry" ? undefined : tooOld(eventTimestamp, now);
  const refused = late ?? eventProblem(usage, eventTimestamp, now);
  if (refused !== undefined || operation !== "refund") return refused;
  const empty = usage.findIndex(({ usedUnit }) => usedUnit === 0);
  if (empty === -1) return undefined;
  return refusal("INVALID_VALUE", `usedUnits[${empty}].usedUnit: there is nothing to give back`);
};

type Used = CheckedRequestOf<"event">["usedUnits"][number];
const usedOnce = ({ ratingGroup, usedUnit }: Used): UnitUsage => {
  return { ratingGroup, usedUnit, requestedUnit: null };
};

const creditTask = (
  request: TaskRequest & { operation: "topUp" | "adjust" },
  answerTo: AnswerTo,
  { now, arrivedAt }: Moments,
): Task | Refusal =>
  movementProblem(request.request, now) ??
  newTask(request, answerTo, arrivedAt, {
    ...creditOf(request.operation, request.request),
    sequence: 0,
    eventTimestamp: now,
    ...nothingUsed,
  });

type Asked = Pick<
  Task,
  keyof typeof nothingUsed | "id" | "sequence" | "identifier" | "eventTimestamp" | "movement"
>;

/** The only literal, so that all tasks that are asked for have one shape. */
const newTask = (
  request: TaskRequest,
  answerTo: AnswerTo,
  arrivedAt: number,
  asked: Asked,
): Task => ({
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
  arrivedAt,
  peer: answerTo.peer,
  answerTo,
  account: undefined,
  profile: undefined,
  tariffVersion: 0,
  staleRetries: 0,
  isOutcomeUnknown: false,
});
