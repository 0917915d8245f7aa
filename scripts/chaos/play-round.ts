// One fault, from a world that is well to one that is well again and proven.

import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "../../engine/values/random.ts";
import { between, type Fault } from "./faults/fault.ts";
import type { Load } from "./load/load.ts";
import type { Finding } from "./proof/judge.ts";
import { type Proof, timeUntil } from "./proof/proof.ts";
import type { World } from "./world/world.ts";

export type Trial = {
  readonly world: World;
  readonly load: Load;
  readonly proof: Proof;
  /** What was found before, by kind and subject: it is told once. */
  readonly told: Set<string>;
};

export type Round = {
  readonly fault: string;
  readonly where: string;
  readonly heldMs: number;
  readonly acknowledged: number;
  /** Since the fault was lifted; undefined: never. */
  readonly answerMs: number | undefined;
  /** Until every process was ready and the ledger had caught up; undefined: never. */
  readonly wellMs: number | undefined;
  /** The longest that one operation took. */
  readonly longestMs: number;
  readonly findings: readonly Finding[];
  /** What else went wrong, each in a line. */
  readonly problems: readonly string[];
  /** Redis went on without entries that the ledger has. */
  readonly isRedisBehind: boolean;
};

export type RoundOptions = {
  readonly seed: number;
  /** How often this fault came before. */
  readonly nth: number;
  readonly signal: AbortSignal;
};

const loadMs = 700;
const recoveryMsMax = 120_000;
const restMsMax = 60_000;
const lagMsMax = 60_000;
/** The ledger has caught up: under load it is always some entries behind. */
const entriesBehindMax = 100;

const hashOf = (name: string): number => {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash;
};

/** The same whatever else is tried: so that one fault can be played again. */
const randomOf = (fault: string, { seed, nth }: RoundOptions) =>
  randomFrom(seed, hashOf(fault) + 2 ** 32 * (nth + 1));

const settle = async (
  { load, proof }: Trial,
  problems: string[],
  signal: AbortSignal,
): Promise<boolean> => {
  if (!(await load.rest(restMsMax))) {
    problems.push(`operations without an answer ${restMsMax / 1_000} s after it was well`);
    return false;
  }
  const isThere = async () => (await proof.lag()) <= 0;
  if ((await timeUntil(isThere, lagMsMax, signal)) !== undefined) return true;
  problems.push(`the ledger has not caught up within ${lagMsMax / 1_000} s`);
  return false;
};

const recover = async ({ world, load, proof }: Trial, problems: string[], signal: AbortSignal) => {
  const liftedAt = performance.now();
  let answerMs: number | undefined;
  void load.asking.nextAnswer().then(() => {
    answerMs = performance.now() - liftedAt;
  });
  let isRedisBehind = false;
  const isWell = async () => {
    const behind = await proof.lag();
    isRedisBehind = behind < 0;
    if (isRedisBehind) return true;
    return answerMs !== undefined && behind <= entriesBehindMax && (await isAllReady());
  };
  const isAllReady = async () => (await world.problems()).length === 0;
  const wellMs = await timeUntil(isWell, recoveryMsMax, signal);
  if (wellMs === undefined) {
    const left = (await world.problems()).join("; ") || "the ledger is behind";
    problems.push(`not well ${recoveryMsMax / 1_000} s after the fault: ${left}`);
  }
  return { answerMs, wellMs: isRedisBehind ? undefined : wellMs, isRedisBehind };
};

/** Of all that misbehaved since the last time. */
const misdeedsOf = ({ world }: Trial): readonly string[] =>
  [world.redis, world.postgres, ...world.engines, ...world.workers].flatMap(({ misdeeds }) =>
    (misdeeds as string[]).splice(0),
  );

const prove = async (trial: Trial, problems: string[]): Promise<readonly Finding[]> => {
  try {
    return (await trial.proof.prove()).filter(({ kind, subject }) => {
      const name = `${kind} ${subject}`;
      const isNew = !trial.told.has(name);
      trial.told.add(name);
      return isNew;
    });
  } catch (error) {
    problems.push(`it cannot be proven: ${error instanceof Error ? error.message : error}`);
    return [];
  }
};

/** Of no meaning once the signal was given: then it only comes to an end. */
export const playRound = async (
  trial: Trial,
  fault: Fault,
  options: RoundOptions,
): Promise<Round> => {
  const { world, load } = trial;
  const random = randomOf(fault.name, options);
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: options.signal }).catch(() => undefined);
  const problems: string[] = [];
  const before = load.asking.acknowledged();
  load.asking.takeLongestMs();
  load.goOn();
  await pause(loadMs);
  const heldMs = between(random, fault.heldMs);
  const { where, lift } = await fault.inject(world, random);
  await pause(heldMs);
  await lift();
  const { answerMs, wellMs, isRedisBehind } = await recover(trial, problems, options.signal);
  await pause(loadMs);
  const canBeProven = problems.length === 0 && (await settle(trial, problems, options.signal));
  const findings = canBeProven ? await prove(trial, problems) : [];
  problems.push(...misdeedsOf(trial));
  return {
    ...{ fault: fault.name, where, heldMs, answerMs, wellMs, isRedisBehind, findings, problems },
    acknowledged: load.asking.acknowledged() - before,
    longestMs: load.asking.takeLongestMs(),
  };
};
