// One shard: what waits for it becomes batches, a few of them in flight. There is no timer that
// collects: an idle shard sends a batch of one at once, a busy one fills batches while others are
// away. What a reply or a failure means for each task stands in outcome.ts.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { Priority } from "../protocol/operations.ts";
import { batchBytesMax } from "./batch-bytes-max.ts";
import { type BatchWriter, createBatchWriter } from "./batch-writer.ts";
import type { Store } from "./connection.ts";
import { failBatch, finishBatch, isolateTasks, type Outcomes } from "./outcome.ts";
import { createQueue, type Queue } from "./queue.ts";
import { machineStopwatch, type Stopwatch } from "./stopwatch.ts";
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
  /** Left out: the machine's. */
  readonly stopwatch?: Stopwatch | undefined;
};

type Lane = {
  readonly options: ShardOptions;
  readonly queue: Queue<Task>;
  readonly write: BatchWriter;
  readonly outcomes: Outcomes;
  /** Free ones; a batch owns its buffer until its reply has come. */
  readonly buffers: Buffer[];
  /** When each batch in flight was sent, on the monotonic clock; first the oldest. */
  readonly sentAt: number[];
  isPumpScheduled: boolean;
};

export const createShard = (options: ShardOptions) => {
  const submit = (task: Task, priority: Priority) => {
    lane.queue.push(task, priority);
    schedule(lane);
  };
  const { tariffs, onStaleProfile, onFault, stopwatch = machineStopwatch } = options;
  const lane: Lane = {
    options,
    queue: createQueue<Task>(),
    write: createBatchWriter(options.number),
    outcomes: {
      tariffs,
      stopwatch,
      onStaleProfile,
      onFault,
      submit,
      sendAlone: (task) => void send(lane, [task]),
      aside: 0,
    },
    buffers: [],
    sentAt: [],
    isPumpScheduled: false,
  };
  return {
    submit,
    queueLength: () => lane.queue.length() + lane.outcomes.aside,
    queueDepth: lane.queue.depth,
    batchesInFlight: () => lane.sentAt.length,
  };
};

const schedule = (lane: Lane) => {
  if (lane.isPumpScheduled) return;
  lane.isPumpScheduled = true;
  setImmediate(pump, lane);
};

const pump = (lane: Lane) => {
  lane.isPumpScheduled = false;
  while (lane.sentAt.length < limits.batchesInFlightPerShardMax && lane.queue.length() > 0) {
    void send(lane, lane.queue.take(limits.batchOperationsMax));
  }
};

const send = async (lane: Lane, tasks: readonly Task[]) => {
  const { options, outcomes, buffers, sentAt } = lane;
  const into = buffers.pop() ?? Buffer.allocUnsafeSlow(batchBytesMax);
  const sent = performance.now();
  sentAt.push(sent);
  let isWritten = false;
  try {
    const tariffs = options.tariffs.catalogue();
    const batch = lane.write(tasks, { tariffs, now: options.now(), into });
    isWritten = true;
    const args = [batch.bytes, batch.accountIds, batch.said, ...batch.lookups];
    const reply = await options.store.run("apply-batch", batch.keys, args);
    metrics.observeRedisRoundTrip(performance.now() - sent);
    metrics.observeBatch(tasks.length);
    finishBatch(outcomes, tasks, reply as Buffer);
  } catch (error) {
    if (isWritten) failBatch(outcomes, tasks, error);
    else isolateTasks(outcomes, tasks, error);
  }
  buffers.push(into);
  sentAt.splice(sentAt.indexOf(sent), 1);
  pump(lane);
};
