// Updates at an even pace through an engine in this process, while something else is done there:
// how long the event loop was busy at a stretch, and how long an update waited from the moment it
// was due. Whoever stalls the loop delays the sending as well, and that is counted. On a shared
// machine the wall clock tells of the neighbours too; CPU time of a turn hardly does.

import { setImmediate as turn } from "node:timers/promises";
import type { AnyRequest, DirectEngine } from "../../engine/simulation/direct-engine.ts";

export type Charging = {
  readonly updates: number;
  readonly longestTurnMs: number;
  /** CPU time of the process, its helper threads included. */
  readonly longestTurnCpuMs: number;
  readonly longestWaitMs: number;
};

/** 12,800 a second: a fifth of what an engine on two cores carries. */
const roundMs = 5;
const perRound = 64;

/** `next` gives the next update; ends when `work` has ended and every update has its answer. */
export const chargeWhile = async (
  engine: Pick<DirectEngine, "handle">,
  next: () => AnyRequest,
  work: Promise<void>,
): Promise<Charging> => {
  let isOver = false;
  const working = work.finally(() => {
    isOver = true;
  });
  const rounds: Promise<void>[] = [];
  let [longestTurnMs, longestTurnCpuMs, longestWaitMs] = [0, 0, 0];
  const send = async (dueAt: number) => {
    await engine.handle(Array.from({ length: perRound }, next));
    longestWaitMs = Math.max(longestWaitMs, performance.now() - dueAt);
  };
  let turnedAt = performance.now();
  let cpuAt = cpuMs();
  let dueAt = turnedAt;
  while (!isOver) {
    await turn();
    const now = performance.now();
    longestTurnMs = Math.max(longestTurnMs, now - turnedAt);
    turnedAt = now;
    const cpu = cpuMs();
    longestTurnCpuMs = Math.max(longestTurnCpuMs, cpu - cpuAt);
    cpuAt = cpu;
    for (; dueAt <= now; dueAt += roundMs) rounds.push(send(dueAt));
  }
  await Promise.all([working, ...rounds]);
  const updates = perRound * rounds.length;
  return { updates, longestTurnMs, longestTurnCpuMs, longestWaitMs };
};

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
