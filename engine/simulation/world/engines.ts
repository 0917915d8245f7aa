// The engines of a world: opened over the wire, tended as each second, killed between any two
// steps. Their timers are those of the world, and their clocks a little off.

import { limits } from "../../limits.ts";
import { openDirectEngine } from "../direct-engine.ts";
import { count, disagree } from "./auditor.ts";
import { newWire, storeOverWire } from "./wire.ts";
import type { Seat, World } from "./world.ts";

export const newSeat = (number: number): Seat => ({
  number,
  skewMs: 0,
  engine: undefined,
  wire: newWire(),
  timers: [],
  openings: 0,
  opensAt: 0,
  tendedAt: 0,
  isTending: false,
  isPatrolling: false,
  rumours: [],
  onMessage: undefined,
});

/** Over the wire like everything else: it may be cut off, and is tried again. */
export const openEngine = (world: World, seat: Seat): void => {
  const opening = ++seat.openings;
  const isCurrent = () => seat.openings === opening;
  // What the one before had sent is still on its way.
  const wire = newWire(seat.wire.ghosts);
  Object.assign(seat, { wire, timers: [], engine: undefined });
  Object.assign(seat, { isTending: false, isPatrolling: false, opensAt: Number.POSITIVE_INFINITY });
  const { real, hasManyLinks, shards, clock } = world;
  const subscribe = (onMessage: (message: string) => void) => {
    if (isCurrent()) seat.onMessage = onMessage;
  };
  const options = {
    redisUrl: "",
    store: storeOverWire({ wire, real, hasManyLinks, subscribe }),
    shards,
    now: () => clock.now + seat.skewMs,
    stopwatch: {
      elapsedMs: () => clock.passed,
      later: (ms: number, then: () => void) => {
        if (isCurrent()) seat.timers.push({ at: clock.passed + ms, then });
      },
    },
  };
  openDirectEngine(options).then(
    (engine) => {
      if (!isCurrent()) return;
      seat.engine = engine;
      count(world.auditor, "engines opened");
    },
    () => {
      if (isCurrent()) seat.opensAt = world.turn + 1;
    },
  );
};

/** It says nothing more; what it has sent may still arrive. */
export const killEngine = (world: World, seat: Seat, downTurns: number): void => {
  checkFaults(world, seat);
  seat.wire.isDead = true;
  const { ghosts, links } = seat.wire;
  for (const { answered, calls } of links.values()) {
    for (const call of calls) call.isLost = true;
    ghosts.push(...calls.slice(answered));
  }
  seat.openings++;
  Object.assign(seat, { engine: undefined, wire: newWire(ghosts), timers: [] });
  seat.rumours.length = 0;
  Object.assign(seat, { onMessage: undefined, opensAt: world.turn + downTurns });
  Object.assign(seat, { isTending: false, isPatrolling: false });
  for (const asking of world.open) {
    if (asking.seat === seat) world.open.delete(asking);
  }
};

/** An engine reports what it could not do: only what the world did to it. */
export const checkFaults = ({ auditor, injected }: World, { engine }: Seat): void => {
  for (const fault of engine?.faults ?? []) {
    const message = fault instanceof Error ? fault.message : String(fault);
    const isGoingOn = message.startsWith("a transfer in transit cannot go on: ");
    const isPatrols = /: (OUTCOME_UNKNOWN|STORE_|TOO_BUSY)/.test(message);
    if (injected.has(message) || isGoingOn || isPatrols) continue;
    disagree(auditor, "an engine reports", [...injected], message);
  }
  (engine?.faults as unknown[] | undefined)?.splice(0);
};

/** As each second: what is over ends, what was published is known, transfers go on. */
export const tend = (world: World, seat: Seat, patrols: boolean): void => {
  const { engine, openings } = seat;
  if (engine === undefined) return;
  const isDue = world.clock.passed - seat.tendedAt >= limits.sweepIntervalMs;
  const over = (what: "isTending" | "isPatrolling") => () => {
    if (seat.openings === openings) seat[what] = false;
  };
  if (isDue && !seat.isTending) {
    seat.isTending = true;
    seat.tendedAt = world.clock.passed;
    const round = engine
      .refresh()
      .catch(() => undefined)
      .then(() => engine.sweep());
    void round.catch(() => undefined).then(over("isTending"));
    count(world.auditor, "rounds of tending");
  }
  if (patrols && !seat.isPatrolling) {
    seat.isPatrolling = true;
    count(world.auditor, "turns of the patrol");
    void engine
      .patrol()
      .catch(() => undefined)
      .then(over("isPatrolling"));
  }
};

export const fireTimers = ({ clock }: World, seat: Seat): void => {
  const due = seat.timers.filter(({ at }) => at <= clock.passed);
  if (due.length === 0) return;
  seat.timers = seat.timers.filter(({ at }) => at > clock.passed);
  for (const { then } of due) then();
};
