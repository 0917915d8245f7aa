// One fault, from a world that is well to one that is well again and proven.

import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../engine/limits.ts";
import { randomFrom } from "../../engine/values/random.ts";
import { between, type Fault } from "./faults/fault.ts";
import type { Load } from "./load/load.ts";
import { type Allowance, lostMsMax } from "./proof/allowance.ts";
import type { Finding } from "./proof/judge.ts";
import { type Proof, timeUntil } from "./proof/proof.ts";
import { repair } from "./repair.ts";
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
  /** Redis went on without entries that the ledger has, until it was rebuilt. */
  readonly isRedisBehind: boolean;
  /** What may be missing; undefined: nothing. */
  readonly allowance: Allowance | undefined;
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
/** Until a worker says that Redis lacks what the ledger has: it takes up its shard before. */
const toldMsMax = 30_000;
/** Sessions whose time was over while engines were away end when they have looked for them. */
const expiryMsAfterAway = 3 * limits.sweepIntervalMs;
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
  const isThere = async () => (await proof.lag()) === 0;
  if ((await timeUntil(isThere, lagMsMax, signal)) === undefined) {
    problems.push(`the ledger has not caught up within ${lagMsMax / 1_000} s`);
    return false;
  }
  // Whose answer came and whose end was lost goes on by itself.
  const isNoneUnderWay = async () => (await proof.inTransit()) === 0 && (await isThere());
  if ((await timeUntil(isNoneUnderWay, lagMsMax, signal)) !== undefined) return true;
  problems.push(`a transfer has not ended within ${lagMsMax / 1_000} s`);
  return false;
};

type Recovery = Pick<Round, "answerMs" | "wellMs" | "isRedisBehind"> & {
  readonly rebuiltAt: number | undefined;
};

/** `killedAt`: of a Redis that may lose something; how much, that is looked at. */
const rebuildBehind = async (
  { world, proof }: Trial,
  killedAt: number | undefined,
  problems: string[],
  signal: AbortSignal,
): Promise<number | undefined> => {
  try {
    if (killedAt !== undefined) {
      const lostMs = killedAt - (await proof.lostSince(killedAt));
      if (lostMs > lostMsMax) problems.push(`Redis has lost the last ${lostMs} ms before its end`);
    }
    const isTold = async () => /npm run rebuild/.test((await world.problems()).join());
    if ((await timeUntil(isTold, toldMsMax, signal)) === undefined) {
      problems.push("Redis lacks what the ledger has, and no worker tells of it");
    }
    return await repair(world, signal);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
};

const recover = async (
  trial: Trial,
  killedAt: number | undefined,
  problems: string[],
  signal: AbortSignal,
): Promise<Recovery> => {
  const { world, load, proof } = trial;
  const liftedAt = performance.now();
  let answerMs: number | undefined;
  void load.asking.nextAnswer().then(() => {
    answerMs = performance.now() - liftedAt;
  });
  let behind = 0;
  const isWell = async () => {
    behind = await proof.lag();
    if (answerMs === undefined || behind < 0 || behind > entriesBehindMax) return false;
    return (await world.problems()).length === 0;
  };
  const isWellOrBehind = async () => (await isWell()) || behind < 0;
  let isOver = (await timeUntil(isWellOrBehind, recoveryMsMax, signal)) !== undefined;
  const isRedisBehind = behind < 0;
  let rebuiltAt: number | undefined;
  if (isRedisBehind) {
    rebuiltAt = await rebuildBehind(trial, killedAt, problems, signal);
    if (rebuiltAt === undefined) return { answerMs, wellMs: undefined, isRedisBehind, rebuiltAt };
    isOver = (await timeUntil(isWell, recoveryMsMax, signal)) !== undefined;
  }
  if (!isOver) {
    const left = (await world.problems()).join("; ") || "the ledger is behind";
    problems.push(`not well ${recoveryMsMax / 1_000} s after the fault: ${left}`);
  }
  const wellMs = isOver ? performance.now() - liftedAt : undefined;
  return { answerMs, wellMs, isRedisBehind, rebuiltAt };
};

/** Of all that misbehaved since the last time. */
const misdeedsOf = ({ world }: Trial): readonly string[] =>
  [world.redis, world.postgres, ...world.engines, ...world.workers].flatMap(({ misdeeds }) =>
    (misdeeds as string[]).splice(0),
  );

const prove = async (
  trial: Trial,
  allowance: Allowance | undefined,
  problems: string[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  try {
    let found = await trial.proof.prove(allowance);
    // Engines that were away have a few looks to end what was over meanwhile.
    if (found.some(({ kind }) => kind === "held")) {
      await sleep(expiryMsAfterAway, undefined, { signal });
      found = await trial.proof.prove(allowance);
    }
    return found.filter(({ kind, subject }) => {
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

/** When Redis was killed, or ended, in a fault in which it may lose something by that. */
const killedIn = (
  { redis, durability }: World,
  { isRedisCrash }: Fault,
  injectedAt: number,
): number | undefined => {
  const endedAt = redis.endedAt();
  if (isRedisCrash !== true || durability !== "everysec" || endedAt === undefined) return undefined;
  return endedAt >= injectedAt ? endedAt : undefined;
};

/** Of no meaning once the signal was given: then it only comes to an end. */
export const playRound = async (
  trial: Trial,
  fault: Fault,
  options: RoundOptions,
): Promise<Round> => {
  const { world, load } = trial;
  const random = randomOf(fault.name, options);
  const { signal } = options;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const problems: string[] = [];
  const before = load.asking.acknowledged();
  load.asking.takeLongestMs();
  load.goOn();
  await pause(loadMs);
  const heldMs = between(random, fault.heldMs);
  const injectedAt = Date.now();
  const { where, lift } = await fault.inject(world, random);
  await pause(heldMs);
  const startedAt = Date.now();
  const killedAt = killedIn(world, fault, injectedAt);
  await lift();
  const recovery = await recover(trial, killedAt, problems, signal);
  const { rebuiltAt, ...recovered } = recovery;
  const allowance = killedAt === undefined ? undefined : { killedAt, startedAt, rebuiltAt };
  await pause(rebuiltAt === undefined ? loadMs : expiryMsAfterAway);
  const canBeProven = problems.length === 0 && (await settle(trial, problems, signal));
  const findings = canBeProven ? await prove(trial, allowance, problems, signal) : [];
  problems.push(...misdeedsOf(trial));
  return {
    ...{ fault: fault.name, where, heldMs, ...recovered, allowance, findings, problems },
    acknowledged: load.asking.acknowledged() - before,
    longestMs: load.asking.takeLongestMs(),
  };
};
