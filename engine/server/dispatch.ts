// Where every door leads: a checked request becomes a task of its account's shard, or is answered
// at once. Knows nothing of sockets and frames, so that gateways of other protocols use it as well.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { ReadRequest, RefusedRequest } from "../protocol/messages.ts";
import {
  type AnswerOf,
  operationNames,
  operations,
  type Priority,
} from "../protocol/operations.ts";
import { type Refusal, type ResultCode, refusal } from "../protocol/result-codes.ts";
import { ownString } from "../protocol/wire.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import type { Store } from "../store/connection.ts";
import { accountPrefix, type Profiles } from "../store/profiles.ts";
import { putAccount } from "../store/put-account.ts";
import type { Shard } from "../store/shard.ts";
import { faultOf } from "../store/store-fault.ts";
import type { Tariffs } from "../store/tariffs.ts";
import type { AnswerTo, Task } from "../store/task.ts";
import { taskOf } from "./task-of.ts";

export type Request = Exclude<ReadRequest, RefusedRequest>;

/** Whoever asked: tasks come back as bytes, what is carried out at once as an answer. */
export type Asker = AnswerTo & {
  answer<N extends "putAccount" | "publishTariff">(request: Request, answer: AnswerOf<N>): void;
  refuseRequest(request: Request, refusal: Refusal): void;
};

export type Dispatch = ReturnType<typeof createDispatch>;

export type DispatchOptions = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly tariffs: Tariffs;
  readonly shards: readonly Shard[];
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly onFault: (error: unknown, operations: number) => void;
};

/** How much of the queue each priority may fill; what goes on is served when nothing else is. */
const shareOfQueue: Record<Priority, number> = { continuing: 1, opening: 0.75, asking: 0.5 };
const priorityByOperation = Object.fromEntries(
  operationNames.map((name) => [name, operations[name].priority]),
) as Record<(typeof operationNames)[number], Priority>;

export const createDispatch = (options: DispatchOptions) => {
  const { store, profiles, tariffs, shards, now, onFault } = options;
  /** Tasks whose profile is being read, by identifier. */
  const loading = new Map<string, Task[]>();
  let waitingForStore = 0;
  let isDraining = false;

  const waiting = () => {
    let sum = waitingForStore;
    for (const shard of shards) sum += shard.queueLength();
    return sum;
  };

  const handle = (request: Request, asker: Asker) => {
    const priority = priorityByOperation[request.operation];
    if (waiting() >= limits.queueOperationsMax * shareOfQueue[priority]) {
      return refuse(request, asker, "TOO_BUSY", "the engine is full", limits.retryAfterMs);
    }
    if (isDraining && priority === "opening") {
      return refuse(request, asker, "SHUTTING_DOWN", "", limits.retryAfterMs);
    }
    if (request.operation === "putAccount" || request.operation === "publishTariff") {
      return void carryOut(request, asker);
    }
    const task = taskOf(request, asker, now());
    if ("code" in task) return asker.refuseRequest(request, task);
    start(task);
  };

  const start = (task: Task) => {
    const account = profiles.find(task.identifier);
    if (account === undefined) return load(task);
    metrics.countProfileCacheHit();
    if (task.topUp !== undefined) {
      const { bucketId } = task.topUp;
      const isKnown = account.profile.buckets.some((bucket) => bucket?.bucketId === bucketId);
      if (!isKnown) return refuseBucket(task, bucketId);
    }
    task.account = account;
    task.tariffVersion = tariffVersionFor(task);
    shards[account.shard]!.submit(task, priorityByOperation[task.operation]);
  };

  /** Another engine may have added the bucket since: once more, with the profile as it is. */
  const refuseBucket = (task: Task, bucketId: string) => {
    if (task.staleRetries > 0) {
      return task.answerTo.refuse(task, refusal("UNKNOWN_BUCKET", bucketId));
    }
    task.staleRetries++;
    profiles.forget(task.identifier);
    load(task);
  };

  /**
   * A session keeps the version that it began with; a guess, corrected by Lua where it is wrong.
   */
  const tariffVersionFor = (task: Task): number => {
    const isGoingOn = task.operation === "update" || task.operation === "terminate";
    return (isGoingOn && task.account!.tariffVersion) || tariffs.version();
  };

  const load = (task: Task) => {
    metrics.countProfileCacheMiss();
    waitingForStore++;
    const others = loading.get(task.identifier);
    if (others !== undefined) return void others.push(task);
    const identifier = ownString(task.identifier);
    const tasks = [task];
    loading.set(identifier, tasks);
    profiles.load(identifier).then(
      (account) => {
        finishLoading(identifier);
        if (account !== undefined) return tasks.forEach(start);
        for (const one of tasks) one.answerTo.refuse(one, refusal("USER_UNKNOWN", one.identifier));
      },
      (error: unknown) => {
        finishLoading(identifier);
        onFault(error, tasks.length);
        setTimeout(() => tasks.forEach(retryLoad), limits.storeRetryMs);
      },
    );
  };

  const finishLoading = (identifier: string) => {
    waitingForStore -= loading.get(identifier)!.length;
    loading.delete(identifier);
  };

  const retryLoad = (task: Task) => {
    const isLate = performance.now() - task.arrivedAt > limits.operationDeadlineMs;
    if (!isLate) return start(task);
    const code = task.isOutcomeUnknown ? "OUTCOME_UNKNOWN" : "STORE_UNAVAILABLE";
    task.answerTo.refuse(task, refusal(code, "", limits.retryAfterMs));
  };

  const carryOut = async (request: Request, asker: Asker) => {
    waitingForStore++;
    try {
      if (request.operation === "putAccount") await put(request, asker);
      else if (request.operation === "publishTariff") await publish(request, asker);
    } catch (error) {
      onFault(error, 1);
      const code = faultOf(error) === "outOfMemory" ? "STORE_FULL" : "OUTCOME_UNKNOWN";
      refuse(request, asker, code, "", limits.retryAfterMs);
    }
    waitingForStore--;
  };

  const put = async (request: Request & { operation: "putAccount" }, asker: Asker) => {
    const context = { store, profiles, shards: shards.length, now };
    const outcome = await putAccount(context, request.request);
    if (!outcome.isOk) return asker.refuseRequest(request, outcome.error);
    profiles.forget(accountPrefix + request.request.accountId);
    request.request.subscriberIdentifiers.forEach(profiles.forget);
    asker.answer<"putAccount">(request, outcome.value);
  };

  const publish = async (request: Request & { operation: "publishTariff" }, asker: Asker) => {
    const { document } = request.request;
    const tariff = parseTariff(document);
    if (!tariff.isOk) return refuse(request, asker, "TARIFF_INVALID", tariff.error.join("; "));
    asker.answer<"publishTariff">(request, await tariffs.publish(tariff.value.tariffId, document));
  };

  return {
    handle,
    waiting,
    /** What Lua found to be planned from an old profile. */
    reload: (task: Task) => {
      profiles.forget(task.identifier);
      start(task);
    },
    drain: () => {
      isDraining = true;
    },
    isDraining: () => isDraining,
  };
};

const refuse = (
  request: Request,
  asker: Asker,
  code: ResultCode,
  detail: string,
  retryAfterMs = 0,
) => asker.refuseRequest(request, refusal(code, detail, retryAfterMs));
