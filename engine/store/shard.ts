// One shard: what waits for it becomes batches, a few of them in flight. There is no timer that
// collects: an idle shard sends a batch of one at once, a busy one fills batches while others are
// away.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { Priority } from "../protocol/operations.ts";
import { type ResultCode, refusal, resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { assert } from "../values/assert.ts";
import { answerAt, readAnswerLength, readCode } from "./batch-reply.ts";
import { batchBytesMax, createBatchWriter } from "./batch-writer.ts";
import type { Store } from "./connection.ts";
import { repeatedCode, staleCodes } from "./lua-constants.ts";
import { createQueue } from "./queue.ts";
import { faultOf } from "./store-fault.ts";
import type { Tariffs } from "./tariffs.ts";
import type { Task } from "./task.ts";

export type Shard = ReturnType<typeof createShard>;

export type ShardOptions = {
  readonly number: number;
  readonly store: Store;
  readonly tariffs: Tariffs;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Reads the task's profile anew, then submits it again. */
  readonly onStaleProfile: (task: Task) => void;
  readonly onFault: (error: unknown, operations: number) => void;
};

const success = resultCodes.SUCCESS.number;

export const createShard = (options: ShardOptions) => {
  const { store, tariffs, now, onStaleProfile, onFault } = options;
  const queue = createQueue<Task>();
  const write = createBatchWriter(options.number);
  const buffers: Buffer[] = [];
  /** When each batch in flight was sent, on the monotonic clock; first the oldest. */
  const sentAt: number[] = [];
  /** Tasks outside of the queue that wait for another try, or for a tariff to be read. */
  let aside = 0;
  let isPumpScheduled = false;

  const submit = (task: Task, priority: Priority) => {
    queue.push(task, priority);
    if (isPumpScheduled) return;
    isPumpScheduled = true;
    setImmediate(pump);
  };

  const pump = () => {
    isPumpScheduled = false;
    while (sentAt.length < limits.batchesInFlightPerShardMax && queue.length() > 0) {
      void send(queue.take(limits.batchOperationsMax));
    }
  };

  const send = async (tasks: readonly Task[]) => {
    const into = buffers.pop() ?? Buffer.allocUnsafeSlow(batchBytesMax);
    const sent = performance.now();
    sentAt.push(sent);
    let isWritten = false;
    try {
      const batch = write(tasks, { tariffs: tariffs.catalogue, now: now(), into });
      isWritten = true;
      const args = [batch.bytes, batch.accountIds, ...batch.lookups];
      const reply = await store.run("apply-batch", batch.keys, args);
      metrics.observeRedisRoundTrip(performance.now() - sent);
      metrics.observeBatch(tasks.length);
      finish(tasks, reply as Buffer);
    } catch (error) {
      if (isWritten) fail(tasks, error);
      else isolate(tasks, error);
    }
    buffers.push(into);
    sentAt.splice(sentAt.indexOf(sent), 1);
    pump();
  };

  const finish = (tasks: readonly Task[], reply: Buffer) => {
    let at = 0;
    for (let i = 0; i < tasks.length; i++) {
      const task = tasks[i]!;
      const code = readCode(reply, at);
      const from = answerAt(reply, at);
      at = from + readAnswerLength(reply, at);
      if (code === success || code === repeatedCode)
        task.answerTo.succeed(task, reply.subarray(from, at));
      else if (code === staleCodes.tariff) replan(task, reply.readUInt32LE(from));
      else if (code === staleCodes.profile) replan(task, undefined);
      else task.answerTo.refuse(task, refusal(resultCodeName(code) ?? "UNABLE_TO_COMPLY", ""));
    }
    assert(at === reply.length, "a reply for each operation, and nothing besides");
  };

  /**
   * The plan was made from what has changed since: once more, with the session's tariff version.
   */
  const replan = (task: Task, tariffVersion: number | undefined) => {
    metrics.countStalePlan();
    if (task.staleRetries >= limits.stalePlanRetriesMax) return refuse(task, "TOO_BUSY");
    task.staleRetries++;
    if (tariffVersion === undefined) return onStaleProfile(task);
    task.tariffVersion = tariffVersion;
    resume(task);
  };

  const resume = (task: Task) => {
    if (task.tariffVersion <= tariffs.version()) {
      task.account!.tariffVersion = task.tariffVersion;
      return submit(task, "continuing");
    }
    // Published through another engine a moment ago: no plan may be made without it.
    aside++;
    tariffs.reach(task.tariffVersion).then(
      () => {
        aside--;
        resume(task);
      },
      (error: unknown) => {
        aside--;
        onFault(error, 1);
        retryLater([task]);
      },
    );
  };

  /** Redis was not reached, or gave no answer: again with the same keys, until the deadline. */
  const fail = (tasks: readonly Task[], error: unknown) => {
    const fault = faultOf(error);
    if (fault === "outOfMemory") return tasks.forEach((task) => refuse(task, "STORE_FULL"));
    if (fault === "script") return isolate(tasks, error);
    onFault(error, tasks.length);
    for (const task of tasks) if (fault === "outcomeUnknown") task.isOutcomeUnknown = true;
    retryLater(tasks);
  };

  const retryLater = (tasks: readonly Task[]) => {
    aside += tasks.length;
    setTimeout(() => {
      aside -= tasks.length;
      tasks.forEach(retry);
    }, limits.storeRetryMs);
  };

  const retry = (task: Task) => {
    const isLate = performance.now() - task.arrivedAt > limits.operationDeadlineMs;
    if (!isLate) resume(task);
    else refuse(task, "STORE_UNAVAILABLE");
  };

  /** Nothing was written; one by one, only the operation that it fails on is refused. */
  const isolate = (tasks: readonly Task[], error: unknown) => {
    onFault(error, tasks.length);
    if (tasks.length === 1) return refuse(tasks[0]!, "UNABLE_TO_COMPLY");
    for (const task of tasks) void send([task]);
  };

  /** Says that nothing was carried out, unless an earlier try may have been. */
  const refuse = (task: Task, reason: ResultCode) => {
    const code = task.isOutcomeUnknown ? "OUTCOME_UNKNOWN" : reason;
    const retryAfterMs = resultCodes[code].isRetryable ? limits.retryAfterMs : 0;
    task.answerTo.refuse(task, refusal(code, resultCodes[code].meaning, retryAfterMs));
  };

  return {
    submit,
    queueLength: () => queue.length() + aside,
    queueDepth: queue.depth,
    batchesInFlight: () => sentAt.length,
    /** How long the oldest batch in flight has been waiting, in ms. */
    oldestMs: () => (sentAt.length === 0 ? 0 : performance.now() - sentAt[0]!),
  };
};
