// Renewals and expiries of accounts that nobody meets: the engines of an installation walk through
// all accounts together, once a day, and settle what each is due for, so that the journal has it.
// Where the walk stands is kept in Redis, and one engine at a time has its turn. One that dies in
// its turn leaves the page to the next: what was settled already is due no more.

import { duesAfterUse } from "../balance/dues.ts";
import { limits } from "../limits.ts";
import { metrics, type PatrolOutcome } from "../metrics.ts";
import type { Store } from "../store/connection.ts";
import { accountOf, keys } from "../store/keys.ts";
import type { Profiles } from "../store/profiles.ts";
import type { AnswerTo, Task } from "../store/task.ts";
import { countKeys, walk } from "../store/walk.ts";
import { taskOf } from "./task-of.ts";

export type PatrolContext = {
  readonly store: Store;
  readonly profiles: Pick<Profiles, "glance">;
  readonly now: () => number;
  /** Of a task that has its account. */
  readonly submit: (task: Task) => void;
};

/** A page of the walk, where it is this engine's turn. */
export const patrol = async (context: PatrolContext): Promise<void> => {
  const { store } = context;
  const { count, pauseMs } = paceOf(await countKeys(store));
  const turn = await store.call("SET", keys.patrolTurn, "", "NX", "PX", pauseMs);
  if (turn === null) return;
  const place = (await store.call("GET", keys.patrol)) as Buffer | null;
  // The first turn of all only begins: accounts that were opened just now are due for nothing.
  const page =
    place === null
      ? { found: [], next: "" }
      : await walk(store, place.toString(), keys.accountPattern, count);
  await Promise.all(page.found.map((key) => look(context, key)));
  await store.call("SET", keys.patrol, page.next);
};

/** How many keys a turn looks at, and how long it is to the next, so that a walk takes its time. */
export const paceOf = (keysHeld: number): { readonly count: number; readonly pauseMs: number } => {
  const share = (keysHeld * limits.patrolPauseMsMin) / limits.patrolWalkMs;
  const count = Math.max(limits.patrolKeysMin, Math.ceil(share));
  // Infinite where there are no keys.
  const pauseMs = Math.floor((limits.patrolPauseMsMin * count) / share);
  return { count, pauseMs: Math.min(limits.patrolPauseMsMax, pauseMs) };
};

const look = async (context: PatrolContext, key: string): Promise<void> => {
  const accountId = accountOf(key)?.accountId;
  if (accountId !== undefined) metrics.countPatrolled(await settle(context, accountId));
};

const settle = async (context: PatrolContext, accountId: string): Promise<PatrolOutcome> => {
  const now = context.now();
  // Use may still be told of a bucket that has ended since: by an old message, of before a change.
  const usedFrom = now - 2 * limits.eventAgeMsMax;
  const account = await context.profiles.glance(accountId);
  if (account === undefined) return "unchanged";
  if (duesAfterUse(account.profile, { usedFrom, now }).length === 0) return "unchanged";
  return new Promise((resolve) => {
    const answerTo: AnswerTo = {
      peer: 0,
      succeed: (_, bytes) => resolve(bytes[0]! > 0 ? "changed" : "unchanged"),
      refuse: () => resolve("failed"),
    };
    const task = taskOf(requestOf(accountId, usedFrom), answerTo, now);
    if ("code" in task) return resolve("failed");
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
