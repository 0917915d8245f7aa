// What is done every second, asked or not: what is over ends, what was published is known, a
// connection to Redis that gives no answer is given up; notices that nobody sent are, transfers
// that were left under way go on, and so does the walk through accounts that nobody meets.

import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { Clock } from "../store/clock.ts";
import type { Store } from "../store/connection.ts";
import type { Shard } from "../store/shard.ts";
import { sweepShard } from "../store/sweep.ts";
import type { Tariffs } from "../store/tariffs.ts";
import type { Traveller } from "./journey.ts";
import type { Pushing } from "./pushing.ts";

export type Tending = { stop(): Promise<void> };

export type TendingOptions = {
  readonly store: Store;
  readonly tariffs: Tariffs;
  readonly shards: readonly Shard[];
  readonly pushing: Pick<Pushing, "round">;
  readonly clock: Clock;
  /** Takes a clock that was moved on its way. */
  readonly traveller: Traveller;
  readonly finishTransfers: (shard: number) => Promise<void>;
  readonly patrol: () => Promise<void>;
  readonly isClockRight: () => Promise<boolean>;
  readonly onFault: (error: unknown) => void;
};

export const startTending = (options: TendingOptions): Tending => {
  let round: Promise<void> | undefined;
  // By itself: its questions wait for their turn, and under load that may be long.
  let patrolling: Promise<void> | undefined;
  const timer = setInterval(() => {
    void keepTime(options).catch(options.onFault);
    // What hangs may be the round itself.
    if (options.store.oldestMs() > limits.batchTimeoutMs) options.store.reset();
    round ??= tend(options)
      .catch(options.onFault)
      .finally(() => {
        round = undefined;
      });
    patrolling ??= patrol(options)
      .catch(options.onFault)
      .finally(() => {
        patrolling = undefined;
      });
  }, limits.sweepIntervalMs);
  return {
    stop: async () => {
      clearInterval(timer);
      const journey = options.traveller.stop();
      await Promise.race([Promise.all([round, patrolling, journey]), sleep(limits.batchTimeoutMs)]);
    },
  };
};

/** Told of each move, it is read besides: what is told once may be missed. */
const keepTime = async ({ store, clock, traveller }: TendingOptions) => {
  if (store.isReady()) await clock.refresh();
  traveller.set();
};

const tend = async (options: TendingOptions) => {
  const { store, tariffs, shards, pushing, clock, finishTransfers, onFault } = options;
  if (!store.isReady()) return;
  // A publication that cannot be read keeps no session open.
  await tariffs.refresh().catch(onFault);
  for (let shard = 0; shard < shards.length; shard++) {
    await sweepShard(store, shard, clock.now(), metrics.countExpiredSessions);
    await pushing.round(shard);
    await finishTransfers(shard);
  }
};

/** A clock that is wrong would end what others still use. */
const patrol = async ({ store, patrol: look, isClockRight }: TendingOptions) => {
  if (store.isReady() && (await isClockRight())) await look();
};
