// The time of a process of the business side. Where the clock cannot be moved it is the machine's.
// Where it can, the machine's and an offset that is at hand: it follows Redis, as the engines do,
// and tells them where the clock is to stand once that is committed in Postgres.

import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClockValue,
  isMoved,
  movedClockRemedy,
  movedFrom,
  unmovedClock,
} from "../../engine/protocol/clock-value.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { readGoal } from "./read-goal.ts";
import type { StoredClock } from "./stored-clock.ts";

export type Clock = {
  readonly isMovable: boolean;
  /** ms since 1970. */
  now(): number;
  /** The machine's. */
  machineNow(): number;
  /** As it was last read. */
  standing(): ClockValue;
  /** Why it cannot be gone by; undefined: it can. */
  problem(): Promise<string | undefined>;
  stop(): Promise<void>;
};

export type ClockOptions = {
  readonly stored: StoredClock;
  readonly database: Pick<Database, "tables">;
  readonly isMovable: boolean;
  readonly machineNow: () => number;
  /** Redis or Postgres could not be asked; it is tried again. */
  readonly onFault: (error: unknown) => void;
};

/**
 * Waits, where it is movable, until it is known: nothing may be done by another time meanwhile. The
 * error is one line for the operator; of a fixed one that cannot be read `problem` tells later.
 */
export const openClock = async (options: ClockOptions): Promise<Result<Clock, string>> => {
  if (options.isMovable) return ok(await movableClock(options));
  const { stored, machineNow, onFault } = options;
  const found = await stored.read().catch((error: unknown) => {
    onFault(error);
    return unmovedClock;
  });
  if (isMoved(found)) return err(movedClockRemedy);
  return ok({
    ...{ isMovable: false, now: machineNow, machineNow, standing: () => unmovedClock },
    problem: async () => (isMoved(await stored.read()) ? movedClockRemedy : undefined),
    stop: async () => stored.close(),
  });
};

type Following = { standing: ClockValue; readAt: number; isStopped: boolean };

const movableClock = async (options: ClockOptions): Promise<Clock> => {
  const { stored, machineNow, onFault } = options;
  const following: Following = { standing: unmovedClock, readAt: 0, isStopped: false };
  const keep = () => follow(options, following).then(() => true, onFault);
  while (!(await keep())) await sleep(limits.clockPollMs);
  stored.onMoved(() => void keep()).catch(onFault);
  const ended = (async () => {
    while (!following.isStopped) {
      await sleep(limits.clockPollMs);
      if (!following.isStopped) await keep();
    }
  })();
  return {
    isMovable: true,
    now: () => machineNow() + following.standing.offsetMs,
    machineNow,
    standing: () => following.standing,
    problem: async () => {
      const ageMs = performance.now() - following.readAt;
      const isKnown = ageMs <= limits.clockUnreadMsMax;
      return isKnown ? undefined : `not read for ${(ageMs / 1_000).toFixed(1)} s`;
    },
    stop: async () => {
      following.isStopped = true;
      stored.close();
      // A Postgres that has gone silent is not waited for.
      await Promise.race([ended, sleep(limits.connectionEndMsMax, undefined, { ref: false })]);
    },
  };
};

const follow = async ({ stored, database }: ClockOptions, following: Following): Promise<void> => {
  const found = await stored.read();
  // Never back: a Redis that lost its last moves is told them again by the engines.
  if (found.offsetMs >= following.standing.offsetMs) following.standing = found;
  following.readAt = performance.now();
  const goalOffsetMs = await readGoal(database);
  if (goalOffsetMs > found.goalOffsetMs) await stored.move(movedFrom(found, { goalOffsetMs }));
};
