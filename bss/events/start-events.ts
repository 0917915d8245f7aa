// The worker of the events: spreads the outbox, delivers to this process's share of the
// subscriptions, and clears what is old. Any number of processes may run it. Postgres may be away
// for as long as it likes: nothing is lost, and the worker goes on when it is back.

import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../db/connection.ts";
import { reasonOf } from "../db/database-error.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { openCallbackConnections, type Resolve } from "./callback-connections.ts";
import type { CallbackPolicy } from "./callback-policy.ts";
import type { Cipher } from "./cipher.ts";
import { cleanEventsOnce } from "./clean-events.ts";
import { type ClaimedDeliveries, openClaimedDeliveries } from "./deliver-claimed.ts";
import { createDeliveryBudget } from "./delivery-budget.ts";
import { hasUnspread, spreadEvents } from "./spread-events.ts";

export type EventsOptions = {
  readonly database: Database;
  readonly databaseUrl: string;
  /** The installation's clock, which may be moved: what the events were stamped by. */
  readonly now: () => number;
  /** The world's, in ms since 1970: retries and signatures go by it. */
  readonly wallNow: () => number;
  readonly log: Log;
  readonly cipher: Cipher;
  readonly policy: CallbackPolicy;
  readonly onSpread?: (events: number, deliveries: number) => void;
  readonly onAttempt?: (outcome: AttemptOutcome) => void;
  /** How names are resolved, where not by DNS and the system. */
  readonly resolve?: Resolve;
};

/** `failed` is tried again. */
export type AttemptOutcome = "delivered" | "failed" | "dead";

export type EventsStatus = {
  /** Subscriptions of this process. */
  readonly claimed: number;
  /** For how long there has been something that is not spread; 0: there is nothing. */
  readonly unspreadMs: number;
  /** Of this process's subscriptions, the age of the oldest delivery that is next. */
  readonly undeliveredMs: number;
};

export type EventsWorker = {
  status(): EventsStatus;
  /** Why nothing can be done at the moment; undefined: it can. */
  problem(): string | undefined;
  /** An event was committed by this process: it is spread now, not when it is looked next. */
  wake(): void;
  stop(): Promise<void>;
};

type Worker = EventsOptions & {
  readonly stopping: AbortController;
  readonly deliveries: ClaimedDeliveries;
  /** By the part of the work that has them. */
  readonly problems: Map<string, string>;
  unspreadSince: number | undefined;
};

export const startEvents = (options: EventsOptions): EventsWorker => {
  const { log, policy } = options;
  const stopping = new AbortController();
  const connections = openCallbackConnections(policy.privateNetworks, options.resolve);
  const world = {
    ...options,
    connections,
    chance: Math.random,
    budget: createDeliveryBudget(limits.deliveriesSharedMax),
    onResult: ({ state }: { readonly state: "delivered" | "pending" | "dead" }) =>
      options.onAttempt?.(state === "pending" ? "failed" : state),
    onDisabled: (subscription: string, reason: string) =>
      log.warn({ subscription, reason }, "a subscription was disabled"),
  };
  const spreading = createBell();
  const claiming = createBell();
  const ring = claiming.ring;
  const deliveries = openClaimedDeliveries(world, options.databaseUrl, log, ring);
  const problems = new Map<string, string>();
  const worker: Worker = { ...options, stopping, deliveries, problems, unspreadSince: undefined };
  const parts = [
    repeat(worker, "spreading", limits.spreadPollMs, () => spreadAll(worker), spreading),
    repeat(worker, "claiming", limits.subscriptionClaimMs, () => claimAndLook(worker), claiming),
    repeat(worker, "looking", limits.deliveryLookMs, deliveries.look),
    repeat(worker, "cleaning", limits.cleaningMs, () => cleanAll(worker)),
  ];
  return {
    status: () => {
      const { unspreadSince: since } = worker;
      const unspreadMs = since === undefined ? 0 : Math.max(0, options.wallNow() - since);
      return { ...deliveries.status(), unspreadMs };
    },
    problem: () => [...problems.values()][0],
    wake: spreading.ring,
    stop: async () => {
      stopping.abort();
      await Promise.all(parts);
      await deliveries.stop();
      connections.close();
    },
  };
};

const spreadAll = async (worker: Worker): Promise<void> => {
  const { database, onSpread, stopping, wallNow } = worker;
  while (!stopping.signal.aborted) {
    if (!(await hasUnspread(database))) {
      worker.unspreadSince = undefined;
      return;
    }
    worker.unspreadSince ??= wallNow();
    const spread = await spreadEvents(database, wallNow());
    // Another process is at it: it goes on for as long as there is something.
    if (spread === undefined) return;
    onSpread?.(spread.events, spread.deliveries);
  }
};

const claimAndLook = async ({ deliveries }: Worker): Promise<void> => {
  await deliveries.claim();
  await deliveries.look();
};

const cleanAll = async ({ database, now, stopping }: Worker): Promise<void> => {
  let gone = 1;
  while (gone > 0 && !stopping.signal.aborted) gone = await cleanEventsOnce(database, now());
};

type Bell = { ring(): void; rung(): AbortSignal };

/** Ends a pause before its time; what rings while nobody pauses ends the next one at once. */
const createBell = (): Bell => {
  let next = new AbortController();
  return {
    ring: () => next.abort(),
    rung: () => {
      if (next.signal.aborted) next = new AbortController();
      return next.signal;
    },
  };
};

/** Again and again until the worker stops; what fails is told once and tried again. */
const repeat = async (
  { log, problems, stopping }: Worker,
  part: string,
  everyMs: number,
  run: () => Promise<void>,
  bell: Bell = createBell(),
): Promise<void> => {
  while (!stopping.signal.aborted) {
    const rung = bell.rung();
    try {
      await run();
      problems.delete(part);
    } catch (error) {
      const problem = `${part}: ${reasonOf(error)}`;
      if (!problems.has(part)) log.warn({ problem }, "the events wait");
      problems.set(part, problem);
      await sleep(limits.eventsRetryMs, undefined, { signal: stopping.signal }).catch(() => 0);
    }
    const signal = AbortSignal.any([rung, stopping.signal]);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
};
