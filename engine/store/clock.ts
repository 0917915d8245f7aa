// The one clock of an installation, as an engine keeps it. Where it cannot be moved it is the
// machine's and nothing else. Where it can, the machine's clock and an offset that is at hand: what
// it is stands in Redis (protocol/clock-value.ts), is told on a channel, and is looked up besides.

import { limits } from "../limits.ts";
import {
  type ClockValue,
  clockChannel,
  isMoved,
  isOvertaken,
  moveClockCommand,
  movedClockRemedy,
  movedFrom,
  readClockCommand,
  readClockReply,
  unmovedClock,
} from "../protocol/clock-value.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";

export type Clock = {
  readonly isMovable: boolean;
  /** ms since 1970. */
  now(): number;
  /** The machine's, which Redis and other machines agree with. */
  machineNow(): number;
  /** As it was last read. */
  standing(): ClockValue;
  /** Reads what others did. */
  refresh(): Promise<void>;
  /** False: somebody else moved it meanwhile, as can be seen in `standing` now. */
  move(to: Partial<Omit<ClockValue, "revision">>): Promise<boolean>;
  /** Why it cannot be gone by; undefined: it can. */
  problem(): Promise<string | undefined>;
};

export type ClockOptions = {
  readonly store: Store;
  readonly machineNow: () => number;
  readonly isMovable: boolean;
  readonly onMoved: () => void;
  readonly onFault: (error: unknown) => void;
};

/** The error is one line for the operator. */
export const openClock = async (options: ClockOptions): Promise<Result<Clock, string>> => {
  const { store, isMovable, onMoved, onFault } = options;
  if (!isMovable) {
    return isMoved(await readClock(store)) ? err(movedClockRemedy) : ok(fixedClock(options));
  }
  const clock = movableClock(options);
  // What is told from here on is heard; what was moved before is read behind that.
  await store.subscribe(clockChannel, () => void clock.refresh().then(onMoved, onFault));
  await clock.refresh();
  return ok(clock);
};

export const readClock = async (store: Store): Promise<ClockValue> =>
  readClockReply(await store.call(...readClockCommand));

/** What time it is in the installation, for commands that are over soon. */
export const installationNow = async (store: Store, machineNow: number): Promise<number> =>
  machineNow + (await readClock(store)).offsetMs;

/** Of a Redis that is rebuilt, with no engine beside it: time goes on from where it was to be. */
export const restoreClock = async (store: Store, offsetMs: number): Promise<void> => {
  const found = await readClock(store);
  if (offsetMs <= found.offsetMs) return;
  await store.call(...moveClockCommand(movedFrom(found, { offsetMs, goalOffsetMs: offsetMs })));
};

const fixedClock = ({ store, machineNow }: ClockOptions): Clock => ({
  isMovable: false,
  now: machineNow,
  machineNow,
  standing: () => unmovedClock,
  refresh: async () => undefined,
  move: async () => false,
  problem: async () => (isMoved(await readClock(store)) ? movedClockRemedy : undefined),
});

const movableClock = ({ store, machineNow }: ClockOptions): Clock => {
  let standing = unmovedClock;
  let readAt = performance.now();
  const take = (found: ClockValue) => {
    // Answers come in the order of Redis; time never goes back, whatever they say.
    if (found.offsetMs >= standing.offsetMs) standing = found;
  };
  const write = async (next: ClockValue) => {
    try {
      await store.call(...moveClockCommand(next));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      return false;
    }
    take(next);
    await store.call("PUBLISH", clockChannel, next.revision);
    return true;
  };
  const refresh = async () => {
    const found = await readClock(store);
    readAt = performance.now();
    if (found.offsetMs >= standing.offsetMs) return take(found);
    // A Redis that crashed may have lost its last moves; time does not go back for that.
    const { offsetMs, goalOffsetMs } = standing;
    const goal = Math.max(goalOffsetMs, found.goalOffsetMs);
    await write(movedFrom(found, { offsetMs, goalOffsetMs: goal }));
  };
  return {
    isMovable: true,
    now: () => machineNow() + standing.offsetMs,
    machineNow,
    standing: () => standing,
    refresh,
    move: async (to) => {
      const isMine = await write(movedFrom(standing, to));
      if (!isMine) await refresh();
      return isMine;
    },
    problem: async () => {
      const ageMs = performance.now() - readAt;
      const isKnown = ageMs <= limits.clockUnreadMsMax;
      return isKnown ? undefined : `not read for ${(ageMs / 1_000).toFixed(1)} s`;
    },
  };
};
