// Tasks whose account is not in memory wait here while its profile is read: one reading for all
// that ask for the same identifier.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { refusal } from "../protocol/result-codes.ts";
import { ownString } from "../protocol/wire.ts";
import { accountPrefix, type Profiles } from "../store/profiles.ts";
import type { Stopwatch } from "../store/stopwatch.ts";
import type { Task } from "../store/task.ts";

export type Loading = ReturnType<typeof createLoading>;

export type LoadingOptions = {
  readonly profiles: Profiles;
  readonly stopwatch: Stopwatch;
  readonly onLoaded: (task: Task) => void;
  readonly onFault: (error: unknown, operations: number) => void;
};

export const createLoading = ({ profiles, stopwatch, onLoaded, onFault }: LoadingOptions) => {
  const tasksByIdentifier = new Map<string, Task[]>();
  let waiting = 0;

  const load = (task: Task) => {
    metrics.countProfileCacheMiss();
    waiting++;
    const others = tasksByIdentifier.get(task.identifier);
    if (others !== undefined) return void others.push(task);
    const identifier = ownString(task.identifier);
    tasksByIdentifier.set(identifier, [task]);
    void read(identifier);
  };

  const read = async (identifier: string) => {
    const account = await profiles.load(identifier).catch((error: unknown) => {
      tryLater(takeAll(identifier), error);
      return null;
    });
    const resume = account === undefined ? refuseUnknown : onLoaded;
    for (const task of takeAll(identifier)) resume(task);
  };

  const tryLater = (tasks: readonly Task[], error: unknown) => {
    onFault(error, tasks.length);
    waiting += tasks.length;
    stopwatch.later(limits.storeRetryMs, () => {
      waiting -= tasks.length;
      tasks.forEach(retry);
    });
  };

  const takeAll = (identifier: string): readonly Task[] => {
    const tasks = tasksByIdentifier.get(identifier) ?? [];
    tasksByIdentifier.delete(identifier);
    waiting -= tasks.length;
    return tasks;
  };

  const retry = (task: Task) => {
    const isLate = stopwatch.elapsedMs() - task.arrivedAt > limits.operationDeadlineMs;
    if (!isLate) return onLoaded(task);
    const code = task.isOutcomeUnknown ? "OUTCOME_UNKNOWN" : "STORE_UNAVAILABLE";
    task.answerTo.refuse(task, refusal(code, "", limits.retryAfterMs));
  };

  return { load, waiting: () => waiting };
};

const refuseUnknown = (task: Task) =>
  task.answerTo.refuse(task, refusal("USER_UNKNOWN", asAsked(task)));

/** What names an account by its id is told of that, without the prefix that it is looked up by. */
const asAsked = ({ movement, operation, identifier }: Task): string => {
  const isById = movement !== undefined || operation === "settleDues";
  return isById ? identifier.slice(accountPrefix.length) : identifier;
};
