// Renewals and expiries of accounts that nobody meets: the engines of an installation walk through
// all accounts together, once a day, and settle what each is due for, so that the journal has it.
// Where the walk stands is kept in Redis, and one engine at a time has its turn. One that dies in
// its turn, or cannot reach Redis, leaves the page to the next: what was settled is due no more.

import { duesAfterUse } from "../balance/dues.ts";
import { limits } from "../limits.ts";
import { metrics, type PatrolOutcome } from "../metrics.ts";
import type { Store } from "../store/connection.ts";
import { accountOf, keys } from "../store/keys.ts";
import type { Profiles } from "../store/profiles.ts";
import type { Stopwatch } from "../store/stopwatch.ts";
import type { AnswerTo, Task } from "../store/task.ts";
import { countKeys, walk } from "../store/walk.ts";
import { taskOf } from "./task-of.ts";

export type PatrolContext = {
  readonly store: Store;
  readonly profiles: Pick<Profiles, "glance">;
  readonly now: () => number;
  readonly stopwatch: Stopwatch;
  /** An account could not be settled. */
  readonly onFault: (error: unknown) => void;
  /** Of a task that has its account. */
  readonly submit: (task: Task) => void;
};

type Looking = Omit<PatrolContext, "store">;

/** A page of the walk, where it is this engine's turn. */
export const patrol = async (context: PatrolContext): Promise<void> => {
  const { store, now } = context;
  const { count, pauseMs } = paceOf(await countKeys(store));
  const turn = await store.call("SET", keys.patrolTurn, "", "NX", "PX", pauseMs);
  if (turn === null) return;
  const { place, endedAt, tries } = await readStanding(store);
  metrics.notePatrolEnded(endedAt);
  // The first turn of all only begins: accounts that were opened just now are due for nothing.
  if (place === undefined) return note(store, { place: "", tries: 0 });
  const page = await walk(store, place, keys.accountPattern, count);
  const failed = await lookAt(context, page.found);
  // An account that can never be read must not stop the walk.
  const isAgain = failed > 0 && tries + 1 < limits.patrolTriesMax;
  if (isAgain) return note(store, { tries: tries + 1 });
  return note(store, {
    place: page.next,
    tries: 0,
    ...(page.next === "" ? { endedAt: now() } : {}),
  });
};

/** By their keys; how many could not be settled. */
export const lookAt = async (context: Looking, accountKeys: readonly string[]): Promise<number> => {
  let failed = 0;
  for (let i = 0; i < accountKeys.length; i += limits.batchOperationsMax) {
    const slice = accountKeys.slice(i, i + limits.batchOperationsMax);
    const outcomes = await Promise.all(slice.map((key) => look(context, key)));
    failed += outcomes.filter((outcome) => outcome === "failed").length;
  }
  return failed;
};

/** Of the walk; without a place it was never begun. */
const readStanding = async (store: Store) => {
  const fields = ["place", "endedAt", "tries"];
  const found = (await store.call("HMGET", keys.patrol, ...fields)) as (Buffer | null)[];
  const [place, endedAt, tries] = found.map((one) => one?.toString());
  return { place, endedAt: Number(endedAt ?? 0), tries: Number(tries ?? 0) };
};

const note = async (store: Store, fields: Readonly<Record<string, string | number>>) => {
  await store.call("HSET", keys.patrol, ...Object.entries(fields).flat());
};

/** How many keys a turn looks at, and how long it is to the next, so that a walk takes its time. */
export const paceOf = (keysHeld: number): { readonly count: number; readonly pauseMs: number } => {
  const share = (keysHeld * limits.patrolPauseMs) / limits.patrolWalkMs;
  const count = Math.min(limits.patrolKeysMax, Math.max(limits.patrolKeysMin, Math.ceil(share)));
  // Infinite where there are no keys.
  const pauseMs = Math.floor((limits.patrolWalkMs * count) / keysHeld);
  return { count, pauseMs: Math.max(1, Math.min(limits.patrolPauseMsMax, pauseMs)) };
};

const look = async (context: Looking, key: string): Promise<PatrolOutcome> => {
  const accountId = accountOf(key)?.accountId;
  if (accountId === undefined) return "unchanged";
  const outcome = await settle(context, accountId).catch((error: unknown): PatrolOutcome => {
    context.onFault(error);
    return "failed";
  });
  metrics.countPatrolled(outcome);
  return outcome;
};

const settle = async (context: Looking, accountId: string): Promise<PatrolOutcome> => {
  const now = context.now();
  // Use may still be told of a bucket that has ended since.
  const usedFrom = now - limits.lateUseMsMax;
  const account = await context.profiles.glance(accountId);
  if (account === undefined) return "unchanged";
  if (duesAfterUse(account.profile, { usedFrom, now }).length === 0) return "unchanged";
  return new Promise((resolve, reject) => {
    const answerTo: AnswerTo = {
      peer: 0,
      succeed: (_, bytes) => resolve(bytes[0]! > 0 ? "changed" : "unchanged"),
      refuse: (_, { code, detail }) => reject(new Error(`${accountId}: ${code} ${detail}`)),
    };
    const arrivedAt = context.stopwatch.elapsedMs();
    const task = taskOf(requestOf(accountId, usedFrom), answerTo, now, arrivedAt);
    if ("code" in task) return reject(new Error(`${accountId}: ${task.code} ${task.detail}`));
    task.account = account;
    context.submit(task);
  });
};

/** As it would come from a peer. */
const requestOf = (accountId: string, usedFrom: number) =>
  ({
    operation: "settleDues",
    correlation: 0,
    request: { accountId, usedFrom },
    wire: [],
    refusal: undefined,
  }) as const;
