// The deliveries of a process: which subscriptions it has claimed, which of them have something
// due, and one run (deliver-subscription.ts) at a time for each.

import { reasonOf } from "../db/database-error.ts";
import type { Log } from "../log.ts";
import {
  type Delivering,
  type DeliveryWorld,
  deliverSubscription,
} from "./deliver-subscription.ts";
import { readActive, readNext } from "./delivery-queue.ts";
import { readWord } from "./event-channel.ts";
import { openSubscriptionClaims, type SubscriptionClaims } from "./subscription-claims.ts";

export type DeliveryStatus = {
  readonly claimed: number;
  /** Age of the oldest of the deliveries that are next, each of its subscription; 0: none. */
  readonly undeliveredMs: number;
};

export type ClaimedDeliveries = {
  status(): DeliveryStatus;
  /** Claims a fair share of what there is. Rejects as Postgres does. */
  claim(): Promise<void>;
  /** Begins with what is due. Rejects as Postgres does. */
  look(): Promise<void>;
  /** What is under way is stopped midway, and made again by whoever comes next. */
  stop(): Promise<void>;
};

type Runner = {
  readonly stop: AbortController;
  delivering: Delivering;
  /** It was woken, maybe when it had just looked for the last time. */
  isAgain: boolean;
  ended: Promise<void>;
};

type Deliveries = {
  readonly world: DeliveryWorld;
  readonly log: Log;
  readonly claims: SubscriptionClaims;
  readonly runners: Map<number, Runner>;
  held: ReadonlySet<number>;
  undeliveredMs: number;
};

export const openClaimedDeliveries = (
  world: DeliveryWorld,
  databaseUrl: string,
  log: Log,
  onSubscriptions: () => void,
): ClaimedDeliveries => {
  const deliveries: Deliveries = {
    ...{ world, log, held: new Set<number>(), runners: new Map(), undeliveredMs: 0 },
    claims: openSubscriptionClaims({
      url: databaseUrl,
      onWord: (payload) => {
        const word = readWord(payload);
        if (word.kind === "subscriptions") onSubscriptions();
        // What is held changes only here, and a word of another's is for them.
        else for (const number of word.of ?? deliveries.held) kick(deliveries, number);
      },
      onLost: () => {
        deliveries.held = new Set();
        for (const { stop } of deliveries.runners.values()) stop.abort();
      },
    }),
  };
  const { claims, runners } = deliveries;
  return {
    status: () => ({ claimed: deliveries.held.size, undeliveredMs: deliveries.undeliveredMs }),
    claim: () => claim(deliveries),
    look: () => look(deliveries),
    stop: async () => {
      for (const { stop } of runners.values()) stop.abort();
      await Promise.all([...runners.values()].map(({ ended }) => ended));
      await claims.release();
    },
  };
};

const claim = async (deliveries: Deliveries): Promise<void> => {
  const { claims, runners, world } = deliveries;
  const { held, surplus } = await claims.balance(await readActive(world.database));
  deliveries.held = new Set([...held].filter((number) => !surplus.includes(number)));
  for (const number of surplus) {
    // Another may deliver only when this one has ended.
    const runner = runners.get(number);
    runner?.stop.abort();
    await runner?.ended;
    await claims.give(number);
  }
};

const look = async (deliveries: Deliveries): Promise<void> => {
  const { held, world } = deliveries;
  const next = await readNext(world.database, [...held]);
  const now = world.wallNow();
  for (const { at, subscription } of next) if (at <= now) kick(deliveries, subscription);
  deliveries.undeliveredMs = Math.max(0, ...next.map(({ createdAt }) => now - createdAt));
};

const kick = (deliveries: Deliveries, number: number): void => {
  const { held, runners, world } = deliveries;
  if (!held.has(number)) return;
  const running = runners.get(number);
  if (running !== undefined) {
    running.isAgain = true;
    running.delivering.wake();
    return;
  }
  const stop = new AbortController();
  const delivering = deliverSubscription(world, number, stop.signal);
  const runner: Runner = { stop, delivering, isAgain: false, ended: Promise.resolve() };
  runners.set(number, runner);
  runner.ended = keepDelivering(deliveries, number, runner).finally(() => runners.delete(number));
};

const keepDelivering = async (
  { log, world }: Deliveries,
  number: number,
  runner: Runner,
): Promise<void> => {
  try {
    await runner.delivering.ended;
    while (runner.isAgain && !runner.stop.signal.aborted) {
      runner.isAgain = false;
      runner.delivering = deliverSubscription(world, number, runner.stop.signal);
      await runner.delivering.ended;
    }
  } catch (error) {
    // Whoever looks next begins anew.
    log.warn({ subscription: number, problem: reasonOf(error) }, "deliveries were broken off");
  }
};
