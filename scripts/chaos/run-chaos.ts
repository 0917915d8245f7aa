// Rounds of faults, one after another, until the time is over: every fault once before any comes
// again, in an order that is drawn. A world that was damaged is thrown away and a new one started.

import { setTimeout as pause } from "node:timers/promises";
import type { Durability } from "../../engine/config.ts";
import { nextBelow, type Random, randomFrom } from "../../engine/values/random.ts";
import type { Fault } from "./faults/fault.ts";
import { startLoad } from "./load/load.ts";
import { playRound, type Round, type Trial } from "./play-round.ts";
import { lostMsMax } from "./proof/allowance.ts";
import { openProof } from "./proof/proof.ts";
import type { Outcome } from "./report.ts";
import { brokenPromises } from "./verdict.ts";
import { makeRunFolder, type RunFolder } from "./world/run-folder.ts";
import { startWorld } from "./world/world.ts";

export type ChaosOptions = {
  readonly seed: number;
  readonly minutes: number;
  readonly rounds: number;
  readonly faults: readonly Fault[];
  readonly durability: Durability;
  readonly accounts: number;
  /** Ends it at once: the fault that is under way does not count. */
  readonly signal: AbortSignal;
  readonly onFault: (now: Now) => void;
  /** `logs`: the folder to look into, where something is broken. */
  readonly onRound: (round: Round, broken: readonly string[], logs: string) => void;
};

/** What is going on, for who watches. */
export type Now = {
  readonly fault: string;
  readonly share: number;
  readonly rounds: number;
  readonly acknowledged: number;
};

type Running = Trial & { readonly folder: RunFolder; close(): Promise<void> };

const bringUp = async (options: ChaosOptions, worlds: number): Promise<Running> => {
  const { signal, accounts, durability, seed } = options;
  const opened: (() => Promise<void>)[] = [];
  /** The last one first; one that fails keeps none of the others open. */
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const one of opened.splice(0).reverse()) {
      await one().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const folder = await makeRunFolder();
    opened.push(folder.close);
    const world = await startWorld(folder, durability, signal);
    opened.push(world.stop);
    const load = await startLoad(world, { seed: seed + worlds, accounts, signal });
    opened.push(load.close);
    const proof = await openProof(world, load);
    opened.push(proof.close);
    // So that no account itself is among what may be lost.
    if (durability === "everysec") await pause(2 * lostMsMax, undefined, { signal });
    return { world, load, proof, told: new Set(), folder, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** All of them once before any comes again. */
const createDeck = (faults: readonly Fault[], random: Random) => {
  let left: Fault[] = [];
  return (): Fault => {
    if (left.length === 0) left = [...faults];
    return left.splice(nextBelow(random, left.length), 1)[0]!;
  };
};

type Play = { readonly rounds: Round[]; readonly skipped: Map<string, string> };

const playAll = async (options: ChaosOptions, { rounds, skipped }: Play): Promise<void> => {
  const { signal } = options;
  const endsAt = Date.now() + 60_000 * options.minutes;
  const startedAt = Date.now();
  const draw = createDeck(options.faults, randomFrom(options.seed, 2));
  let running: Running | undefined;
  let worlds = 0;
  try {
    while (!signal.aborted && Date.now() < endsAt && rounds.length < options.rounds) {
      running ??= await bringUp(options, worlds++);
      const fault = draw();
      const obstacle = fault.obstacle?.(running.world);
      if (obstacle !== undefined) {
        skipped.set(fault.name, obstacle);
        if (options.faults.every(({ name }) => skipped.has(name))) return;
        continue;
      }
      const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0);
      const byTime = (Date.now() - startedAt) / (endsAt - startedAt);
      const share = Math.max(byTime, rounds.length / options.rounds);
      options.onFault({ fault: fault.name, share, rounds: rounds.length, acknowledged });
      const nth = rounds.filter((round) => round.fault === fault.name).length;
      const round = await playRound(running, fault, { seed: options.seed, nth, signal });
      if (signal.aborted) return;
      rounds.push(round);
      const broken = brokenPromises(round);
      if (broken.length > 0) await running.folder.keepLogs();
      options.onRound(round, broken, running.folder.logs);
      if (broken.length > 0 || round.isRedisBehind || round.findings.length > 0) {
        await running.close();
        running = undefined;
      }
    }
  } catch (error) {
    // What was cut short has failed for that reason.
    if (!signal.aborted) throw error;
  } finally {
    await running?.close();
  }
};

/** Rejects when no world comes up. */
export const runChaos = async (options: ChaosOptions): Promise<Outcome> => {
  const play: Play = { rounds: [], skipped: new Map() };
  await playAll(options, play);
  const { rounds, skipped } = play;
  const isTried = ({ name }: Fault) => rounds.some(({ fault }) => fault === name);
  return {
    rounds,
    skipped: [...skipped].map(([fault, reason]) => ({ fault, reason })),
    untried: options.faults
      .filter((fault) => !isTried(fault) && !skipped.has(fault.name))
      .map(({ name }) => name),
  };
};
