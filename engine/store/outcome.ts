// What becomes of the tasks of a batch: answered, refused, planned once more because something had
// changed, or tried again with the same keys because Redis gave no answer.

import { answerAt, hasRemarks, readAnswerLength, readCode, remarksAt } from "../cdr/batch-reply.ts";
import { repeatedCode, verbs } from "../cdr/journal-numbers.ts";
import { newestPublication } from "../cdr/session-state.ts";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { Priority } from "../protocol/operations.ts";
import { type ResultCode, refusal, resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { assert } from "../values/assert.ts";
import { staleCodes } from "./lua-constants.ts";
import { countRuleHits } from "./rule-hits.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { faultOf } from "./store-fault.ts";
import type { Tariffs } from "./tariffs.ts";
import type { Task } from "./task.ts";

export type Outcomes = {
  readonly tariffs: Tariffs;
  readonly stopwatch: Stopwatch;
  readonly submit: (task: Task, priority: Priority) => void;
  readonly sendAlone: (task: Task) => void;
  readonly onStaleProfile: (task: Task) => void;
  readonly onFault: (error: unknown, operations: number) => void;
  /** Tasks outside of the queue that wait for another try, or for a tariff to be read. */
  aside: number;
};

const success = resultCodes.SUCCESS.number;

export const finishBatch = (outcomes: Outcomes, tasks: readonly Task[], reply: Buffer) => {
  let at = 0;
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i]!;
    const code = readCode(reply, at);
    const from = answerAt(reply, at);
    if (hasRemarks(reply, at)) countRuleHits(task.profile!, remarksAt(reply, at));
    at = from + readAnswerLength(reply, at);
    if (code === success) task.answerTo.succeed(task, reply.subarray(from, at));
    else if (code === repeatedCode) tellAgain(outcomes, task, reply.subarray(from, at));
    else if (code === staleCodes.tariff) replan(outcomes, task, reply.readUInt32LE(from));
    else if (code === staleCodes.profile) replan(outcomes, task, undefined);
    else task.answerTo.refuse(task, refusal(resultCodeName(code) ?? "UNABLE_TO_COMPLY", ""));
  }
  assert(at === reply.length, "a reply for each operation, and nothing besides");
};

/**
 * What the network needs besides units stands in the tariff that priced the grant. The answer may
 * be one of an engine that knew of that first.
 */
const tellAgain = (outcomes: Outcomes, task: Task, answer: Buffer) => {
  const { tariffs } = outcomes;
  const newest = task.verb <= verbs.terminate ? newestPublication(answer) : 0;
  if (newest <= tariffs.version()) return task.answerTo.succeed(task, answer);
  // The reply of the batch is let go of.
  const kept = Buffer.from(answer);
  waitForTariff(outcomes, task, newest, () => task.answerTo.succeed(task, kept));
};

/** Redis was not reached, or gave no answer: again with the same keys, until the deadline. */
export const failBatch = (outcomes: Outcomes, tasks: readonly Task[], error: unknown) => {
  const fault = faultOf(error);
  if (fault === "script") return isolateTasks(outcomes, tasks, error);
  outcomes.onFault(error, tasks.length);
  if (fault === "outOfMemory") {
    for (const task of tasks) refuse(task, "STORE_FULL");
    return;
  }
  if (fault === "outcomeUnknown") for (const task of tasks) task.isOutcomeUnknown = true;
  retryLater(outcomes, tasks);
};

/** Nothing was written; one by one, only the operation that it fails on is refused. */
export const isolateTasks = (outcomes: Outcomes, tasks: readonly Task[], error: unknown) => {
  outcomes.onFault(error, tasks.length);
  if (tasks.length === 1) return refuse(tasks[0]!, "UNABLE_TO_COMPLY");
  for (const task of tasks) outcomes.sendAlone(task);
};

/** The plan was made from what has changed since: again, with the session's tariff version. */
const replan = (outcomes: Outcomes, task: Task, tariffVersion: number | undefined) => {
  metrics.countStalePlan();
  if (task.staleRetries >= limits.stalePlanRetriesMax) return refuse(task, "TOO_BUSY");
  task.staleRetries++;
  if (tariffVersion === undefined) return outcomes.onStaleProfile(task);
  task.tariffVersion = tariffVersion;
  resume(outcomes, task);
};

const resume = (outcomes: Outcomes, task: Task) => {
  const { tariffs } = outcomes;
  if (tariffs.isReady(task.tariffVersion)) {
    task.account!.tariffVersion = task.tariffVersion;
    return outcomes.submit(task, "continuing");
  }
  // Published through another engine a moment ago, or so old that its rate deck is not in memory
  // any more: no plan may be made without it.
  waitForTariff(outcomes, task, task.tariffVersion, () => resume(outcomes, task));
};

const waitForTariff = (outcomes: Outcomes, task: Task, version: number, then: () => void) => {
  outcomes.aside++;
  outcomes.tariffs.reach(version).then(
    () => {
      outcomes.aside--;
      then();
    },
    (error: unknown) => {
      outcomes.aside--;
      outcomes.onFault(error, 1);
      retryLater(outcomes, [task]);
    },
  );
};

const retryLater = (outcomes: Outcomes, tasks: readonly Task[]) => {
  outcomes.aside += tasks.length;
  outcomes.stopwatch.later(limits.storeRetryMs, () => {
    outcomes.aside -= tasks.length;
    for (const task of tasks) retry(outcomes, task);
  });
};

const retry = (outcomes: Outcomes, task: Task) => {
  const isLate = outcomes.stopwatch.elapsedMs() - task.arrivedAt > limits.operationDeadlineMs;
  if (!isLate) resume(outcomes, task);
  else refuse(task, "STORE_UNAVAILABLE");
};

/** Says that nothing was carried out, unless an earlier try may have been. */
const refuse = (task: Task, reason: ResultCode) => {
  const code = task.isOutcomeUnknown ? "OUTCOME_UNKNOWN" : reason;
  const retryAfterMs = resultCodes[code].isRetryable ? limits.retryAfterMs : 0;
  task.answerTo.refuse(task, refusal(code, resultCodes[code].meaning, retryAfterMs));
};
