// Everything that is due of one subscription, delivered by the one process that has claimed it:
// several at once, those of one lane one after the other, results written in batches. A process
// that dies between an answer and its writing leaves the delivery to be made again: at least once.

import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { type Attempted, attemptDelivery, type Sender } from "./attempt-delivery.ts";
import type { Cipher } from "./cipher.ts";
import type { DeliveryBudget } from "./delivery-budget.ts";
import { createDeliveryLanes, type DeliveryLanes } from "./delivery-lanes.ts";
import { type DeliveryResult, readDue, writeResults } from "./delivery-queue.ts";
import {
  type DeliveryTarget,
  disableSubscription,
  readTarget,
  type SubscriptionHealth,
  writeHealth,
} from "./delivery-target.ts";
import { pauseMs } from "./retry-schedule.ts";

export type DeliveryWorld = Sender & {
  readonly database: Database;
  readonly cipher: Cipher;
  readonly now: () => number;
  readonly budget: DeliveryBudget;
  readonly onResult: (result: DeliveryResult) => void;
  readonly onDisabled: (subscription: string, reason: string) => void;
};

export type Delivering = {
  /** There may be more than when it looked. */
  wake(): void;
  /** Nothing is due, or the subscriber is left alone for a while. Rejects as Postgres does. */
  readonly ended: Promise<void>;
};

type Run = {
  readonly world: DeliveryWorld;
  readonly signal: AbortSignal;
  readonly lanes: DeliveryLanes;
  target: DeliveryTarget;
  health: SubscriptionHealth;
  isHealthWritten: boolean;
  /** Why it is to be disabled. */
  fault: string | undefined;
  unwritten: DeliveryResult[];
  /** When the first of these came. */
  unwrittenSince: number;
  /** There may be more in Postgres. */
  isMore: boolean;
  onChanged: () => void;
};

export const deliverSubscription = (
  world: DeliveryWorld,
  number: number,
  signal: AbortSignal,
): Delivering => {
  let run: Run | undefined;
  const deliver = async () => {
    const target = await readTarget(world.database, world.cipher, world.now(), number);
    if (target === undefined) return;
    run = createRun(world, target, signal);
    try {
      await deliverPages(run);
    } finally {
      // Postgres may be what has failed: what is under way comes to its end, written or not.
      run.lanes.drop();
      while (run.lanes.underWay() > 0) await changed(run);
      await write(run);
    }
  };
  const wake = () => {
    if (run === undefined) return;
    run.isMore = true;
    run.onChanged();
  };
  return { wake, ended: deliver() };
};

const createRun = (world: DeliveryWorld, target: DeliveryTarget, signal: AbortSignal): Run => ({
  ...{ world, signal, target, lanes: createDeliveryLanes() },
  ...{ health: target.health, isHealthWritten: true, fault: undefined },
  ...{ unwritten: [], unwrittenSince: 0, isMore: true, onChanged: () => undefined },
});

const deliverPages = async (run: Run): Promise<void> => {
  const { lanes, signal } = run;
  while (!signal.aborted && !isPaused(run)) {
    if (isWriteDue(run)) await write(run);
    if (run.isMore && lanes.waiting() < run.target.concurrency && !(await refill(run))) return;
    start(run);
    if (lanes.underWay() > 0) await changed(run);
    else if (lanes.waiting() === 0 && !run.isMore) return;
  }
};

const isWriteDue = ({ unwritten, unwrittenSince, world }: Run): boolean =>
  unwritten.length >= limits.deliveryResultsMax ||
  (unwritten.length > 0 && world.wallNow() - unwrittenSince >= limits.deliveryResultsMsMax);

/** False: nothing is delivered to it any more. */
const refill = async (run: Run): Promise<boolean> => {
  const { lanes, world } = run;
  const { number } = run.target;
  // What failed is due later, in Postgres too, before its lane is read again.
  await write(run);
  run.isMore = false;
  const target = await readTarget(world.database, world.cipher, world.now(), number);
  if (target === undefined) return false;
  run.target = target;
  run.health = target.health;
  const due = await readDue(world.database, number, world.wallNow(), lanes.held());
  lanes.add(due);
  if (due.length === limits.deliveryPageMax) run.isMore = true;
  return true;
};

const isPaused = ({ fault, health, world }: Run): boolean =>
  fault !== undefined || health.pausedUntil > world.wallNow();

/** As many as may be at once; of a subscriber that fails one, to see whether it still does. */
const start = (run: Run): void => {
  const { health, lanes, signal, target, world } = run;
  const isFailing = health.failures >= limits.subscriptionFailuresMax;
  const wanted = isFailing ? 1 : target.concurrency;
  while (lanes.underWay() < wanted && lanes.waiting() > 0) {
    if (!world.budget.take(lanes.underWay())) return;
    const delivery = lanes.take();
    if (delivery === undefined) {
      // Everything that waits is of lanes that are under way.
      world.budget.give(lanes.underWay());
      return;
    }
    void attemptDelivery(world, target, delivery, signal).then((attempted) => {
      lanes.settle(delivery, attempted.result.state !== "delivered");
      world.budget.give(lanes.underWay());
      // Stopped midway, it was nobody's fault.
      if (attempted.result.state === "delivered" || !signal.aborted) note(run, attempted);
      run.onChanged();
    });
  }
};

/** Something has ended, or there may be more, or results have waited long enough. */
const changed = (run: Run): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, limits.deliveryResultsMsMax);
    run.onChanged = () => {
      clearTimeout(late);
      resolve();
    };
  });

const note = (run: Run, { result, retryAfterMs, isGone }: Attempted): void => {
  const { world } = run;
  if (run.unwritten.length === 0) run.unwrittenSince = world.wallNow();
  run.unwritten.push(result);
  world.onResult(result);
  if (result.state === "delivered") {
    if (run.health.failures === 0) return;
    run.health = { failures: 0, failingSince: undefined, pausedUntil: 0 };
  } else {
    const at = result.attemptedAt;
    const now = world.wallNow();
    // Several that were under way when the pause began are one more time, not several.
    const isNew = run.health.pausedUntil <= now;
    const failures = run.health.failures + (isNew ? 1 : 0);
    const failingSince = run.health.failingSince ?? at;
    const pause = pauseMs(isNew ? failures : 0, world.chance(), retryAfterMs);
    const pausedUntil = Math.max(run.health.pausedUntil, pause === 0 ? 0 : now + pause);
    run.health = { failures, failingSince, pausedUntil };
    if (isGone) run.fault = "it answered 410 Gone";
    if (at - failingSince >= limits.subscriptionFailingMsMax) {
      run.fault = `every attempt has failed since ${new Date(failingSince).toISOString()}`;
    }
  }
  run.isHealthWritten = false;
};

const write = async (run: Run): Promise<void> => {
  const { fault, health, isHealthWritten, lanes, target, world } = run;
  const results = run.unwritten;
  if (results.length === 0) return;
  run.unwritten = [];
  run.isHealthWritten = true;
  await world.database.transact(async (client) => {
    await writeResults(client, target.number, results);
    if (!isHealthWritten) await writeHealth(client, target.number, health);
    if (fault !== undefined) await disableSubscription(client, target.number, fault, world.now());
  }, limits.deliveryWriteMsMax);
  lanes.written(results);
  if (fault !== undefined) world.onDisabled(target.id, fault);
};
