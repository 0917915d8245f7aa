// One run from an empty Redis to the result: fill, rounds of yardstick, end to end and ceiling,
// then latency and open loops, then the audit of everything that was charged.

import { findRedisServer } from "../../scripts/testing/redis-binary.ts";
import { newestEntry } from "../ceiling/recording.ts";
import type { Ceiling } from "../ceiling/replay.ts";
import type { Measurement } from "../client/measure.ts";
import type { Yardstick } from "../redis/yardstick.ts";
import { describeMachine } from "../report/machine.ts";
import type { Progress } from "../report/progress.ts";
import { infoNumber } from "../system/bench-redis.ts";
import { rewriteFile, startCopy, takeSnapshot } from "../system/snapshot.ts";
import { audit } from "./audit.ts";
import { medianOf } from "./median.ts";
import { memoryPerAccount, readMemory } from "./memory.ts";
import { fill, openAll, openLoop, replayBatches, saturate, yardstick } from "./phases.ts";
import type { BenchResult } from "./result.ts";
import type { Bench } from "./set-up.ts";
import { type Measured, toResult } from "./to-result.ts";

type CleanUps = (() => Promise<void>)[];

const outstandingLow = 32;

/** What is pushed on `cleanUps` is to be called in reverse order, whatever happens. */
export const runBench = async (
  bench: Bench,
  progress: Progress,
  cleanUps: CleanUps,
): Promise<BenchResult> => {
  const { questions, options } = bench;
  const before = await readMemory(questions);
  await fill(bench, progress);
  await openAll(bench, progress);
  const memory = memoryPerAccount(before, await readMemory(questions), options.accounts);

  const rounds = await runRounds(bench, progress, cleanUps);
  const saturation = medianOf(rounds.endToEnd, ({ opsPerSecond }) => opsPerSecond);
  await rewriteFile(questions);
  const outstanding32 = await saturate(bench, progress, outstandingLow);
  const openLoop50 = await openLoop(bench, progress, { saturation, share: 0.5 });
  const openLoop80 = await openLoop(bench, progress, { saturation, share: 0.8 });
  rounds.yardsticks.push(await yardstick(bench, progress));

  const appendOnlyFileRewrites = await infoNumber(questions, "persistence", "aof_rewrites");
  await bench.stopLoad();
  await audit(bench, progress);
  const { version } = await findRedisServer();
  const machine = describeMachine({ redisVersion: version, measuredAt: new Date() });
  return toResult({
    ...rounds,
    options,
    memory,
    outstanding32,
    openLoop50,
    openLoop80,
    appendOnlyFileRewrites,
    machine,
  });
};

type Rounds = Pick<Measured, "endToEnd"> & {
  readonly yardsticks: Yardstick[];
  readonly ceilings: readonly Ceiling[];
};

/**
 * A yardstick before the first round and after each. The first round's batches are replayed in all.
 */
const runRounds = async (bench: Bench, progress: Progress, cleanUps: CleanUps): Promise<Rounds> => {
  const { redis, questions, replayer, options } = bench;
  const { outstanding } = options;
  const yardsticks = [await yardstick(bench, progress)];
  const snapshot = await takeSnapshot(redis);
  cleanUps.push(snapshot.remove);
  const from = await newestEntry(questions);
  const endToEnd: Measurement[] = [await saturate(bench, progress, outstanding)];
  const to = await newestEntry(questions);
  await replayer.ask("record", { redisUrl: redis.url, from, to });
  const copy = await startCopy(snapshot, options.durability);
  cleanUps.push(copy.stop);
  const ceilings: Ceiling[] = [];
  for (;;) {
    ceilings.push(await replayBatches(bench, copy, progress));
    yardsticks.push(await yardstick(bench, progress));
    if (ceilings.length === options.rounds) break;
    endToEnd.push(await saturate(bench, progress, outstanding));
  }
  await copy.stop();
  return { yardsticks, endToEnd, ceilings };
};
