// Where every door leads: a checked request becomes a task of its account's shard, or is answered
// at once. Knows nothing of sockets and frames, so that gateways of other protocols use it as well.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { operationNames, operations, type Priority } from "../protocol/operations.ts";
import { refusal } from "../protocol/result-codes.ts";
import type { Store } from "../store/connection.ts";
import type { Profiles } from "../store/profiles.ts";
import type { Shard } from "../store/shard.ts";
import { machineStopwatch, type Stopwatch } from "../store/stopwatch.ts";
import type { Tariffs } from "../store/tariffs.ts";
import type { Task } from "../store/task.ts";
import { type Asker, isAdministration, type Request } from "./asker.ts";
import { carryOut } from "./carry-out.ts";
import { finishTransfers } from "./carry-transfer.ts";
import { createLoading, type Loading } from "./loading.ts";
import { lookAt, patrol } from "./patrol.ts";
import { taskOf } from "./task-of.ts";

export type Dispatch = ReturnType<typeof createDispatch>;

export type DispatchOptions = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly tariffs: Tariffs;
  readonly shards: readonly Shard[];
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly onFault: (error: unknown, operations: number) => void;
  /** Left out: the machine's. */
  readonly stopwatch?: Stopwatch | undefined;
};

type Desk = {
  readonly options: DispatchOptions & { readonly stopwatch: Stopwatch };
  readonly loading: Loading;
  /** Accounts being put, tariffs and rate decks being published, transfers. */
  administrations: number;
  phase: "open" | "draining" | "closed";
};

/** How much of the queue each priority may fill: what goes on is served when nothing else is. */
const shareOfQueue: Record<Priority, number> = { continuing: 1, opening: 0.75, asking: 0.5 };
const priorityByOperation = Object.fromEntries(
  operationNames.map((name) => [name, operations[name].priority]),
) as Record<(typeof operationNames)[number], Priority>;

export const createDispatch = ({ stopwatch = machineStopwatch, ...rest }: DispatchOptions) => {
  const options = { ...rest, stopwatch };
  const { profiles, onFault, tariffs } = options;
  const onLoaded = (task: Task) => start(desk, task);
  const loading = createLoading({ profiles, stopwatch, onFault, onLoaded });
  const desk: Desk = { options, loading, administrations: 0, phase: "open" };
  return {
    handle: (request: Request, asker: Asker) => handle(desk, request, asker),
    waiting: () => waiting(desk),
    /** As a publication has it: what an answer tells of quotas. */
    ratingGroup: tariffs.ratingGroup,
    /** What Lua found to be planned from an old profile. */
    reload: (task: Task) => {
      profiles.forget(task.identifier);
      start(desk, task);
    },
    /** Looks at some accounts that perhaps nobody meets; not where questions would be refused. */
    patrol: async (onFault: (error: unknown) => void) => {
      if (isFullFor(desk, "asking")) return;
      await patrol({ ...options, onFault, submit: (task) => submit(desk, task) });
    },
    /** Settles what these accounts are due for, by their keys; how many could not be. */
    lookAt: (accountKeys: readonly string[], onFault: (error: unknown) => void) =>
      lookAt({ ...options, onFault, submit: (task) => submit(desk, task) }, accountKeys),
    /** Goes on with transfers of the shard that somebody left under way. */
    finishTransfers: (shard: number) => finishTransfers(contextOf(desk), shard),
    /** Nothing is opened any more. */
    drain: () => {
      desk.phase = "draining";
    },
    /** Nothing is taken on any more. */
    close: () => {
      desk.phase = "closed";
    },
    isDraining: () => desk.phase !== "open",
  };
};

const contextOf = (desk: Desk) => ({
  ...desk.options,
  submit: (task: Task) => start(desk, task),
});

const waiting = ({ options, loading, administrations }: Desk): number => {
  let sum = loading.waiting() + administrations;
  for (const shard of options.shards) sum += shard.queueLength();
  return sum;
};

const isFullFor = (desk: Desk, priority: Priority): boolean =>
  waiting(desk) >= limits.queueOperationsMax * shareOfQueue[priority];

const handle = (desk: Desk, request: Request, asker: Asker) => {
  const priority = priorityByOperation[request.operation];
  if (isFullFor(desk, priority)) {
    const busy = refusal("TOO_BUSY", "the engine is full", limits.retryAfterMs);
    return asker.refuseRequest(request, busy);
  }
  if (desk.phase === "closed" || (desk.phase === "draining" && priority === "opening")) {
    return asker.refuseRequest(request, refusal("SHUTTING_DOWN", "", limits.retryAfterMs));
  }
  if (isAdministration(request)) {
    desk.administrations++;
    void carryOut(contextOf(desk), request, asker).finally(() => {
      desk.administrations--;
    });
    return;
  }
  const { now, stopwatch } = desk.options;
  const task = taskOf(request, asker, now(), stopwatch.elapsedMs());
  if ("code" in task) asker.refuseRequest(request, task);
  else start(desk, task);
};

const start = (desk: Desk, task: Task) => {
  const { profiles } = desk.options;
  const account = profiles.find(task.identifier);
  if (account === undefined) return desk.loading.load(task);
  metrics.countProfileCacheHit();
  task.account = account;
  submit(desk, task);
};

const submit = ({ options: { shards, tariffs } }: Desk, task: Task) => {
  task.tariffVersion = tariffVersionFor(task, tariffs);
  shards[task.account!.shard]!.submit(task, priorityByOperation[task.operation]);
};

/** A session keeps the version it began with; a guess, corrected by Lua where it is wrong. */
const tariffVersionFor = (task: Task, tariffs: Tariffs): number => {
  const isGoingOn = task.operation === "update" || task.operation === "terminate";
  const known = task.account!.tariffVersion;
  return isGoingOn && known > 0 && tariffs.isReady(known) ? known : tariffs.version();
};
