// The single steps of a run, each with its line of progress.

import { findRedisServer } from "../../scripts/testing/redis-binary.ts";
import type { Ceiling, Target } from "../ceiling/replay.ts";
import type { LoadShape } from "../client/load.ts";
import type { FillOrder, OpenOrder } from "../client/main.ts";
import type { Measurement, MeasureOrder } from "../client/measure.ts";
import { measureYardstick, type Yardstick } from "../redis/yardstick.ts";
import type { Progress } from "../report/progress.ts";
import { preciseFigure, wholeFigure } from "../report/table.ts";
import { pidOf } from "../system/bench-redis.ts";
import { type Copy, waitForRewrite } from "../system/snapshot.ts";
import type { Bench } from "./set-up.ts";

/** Of the time that is measured afterwards. */
const warmupShare = 0.3;
const warmupSecondsMin = 0.3;
/** Of what a measurement takes: it is repeated before and after every round. */
const yardstickShare = 0.4;
/** What a client of an open loop may have under way before it holds back what is due. */
const openLoopOutstandingMax = 4_096;
const progressMs = 200;

export const fill = async (bench: Bench, progress: Progress): Promise<void> => {
  const { client, engine, options } = bench;
  const { accounts } = options;
  progress.begin("filling in accounts");
  const order: FillOrder = { endpoint: engine.endpoint, token: engine.businessToken, accounts };
  await client.ask("fill", order, progress.show);
  progress.end(`${wholeFigure(accounts)} accounts, four buckets each`);
};

export const openAll = async (bench: Bench, progress: Progress): Promise<void> => {
  const { client, engine, options } = bench;
  const { accounts, connections, seed } = options;
  progress.begin("opening sessions");
  const epoch = Math.floor(Date.now() / 1_000);
  const { endpoint, networkToken: token } = engine;
  const order: OpenOrder = { endpoint, token, accounts, connections, seed, epoch };
  await client.ask("open", order, progress.show);
  progress.end("a session on every account");
};

export const yardstick = async (bench: Bench, progress: Progress): Promise<Yardstick> => {
  const { redis, questions, options } = bench;
  await waitForRewrite(questions);
  progress.begin("yardstick");
  const seconds = options.seconds * yardstickShare;
  const startedAt = performance.now();
  // The load tool says nothing while it runs: time is all that is known.
  const timer = setInterval(() => {
    progress.show((performance.now() - startedAt) / 1_000 / (seconds + 1), "redis-benchmark");
  }, progressMs);
  const measured = await measureYardstick({
    port: redis.port,
    pid: pidOf(redis.process),
    binary: await findRedisServer(),
    seconds,
  }).finally(() => clearInterval(timer));
  progress.end(`${wholeFigure(measured.opsPerSecond)}/s plain HINCRBY, 64 a pipeline`);
  return measured;
};

export const load = async (
  bench: Bench,
  progress: Progress,
  { title, shape }: { readonly title: string; readonly shape: LoadShape },
): Promise<Measurement> => {
  const { client, engine, redis, questions, options } = bench;
  await waitForRewrite(questions);
  progress.begin(title);
  const order: MeasureOrder = {
    shape,
    warmupSeconds: Math.max(warmupSecondsMin, options.seconds * warmupShare),
    seconds: options.seconds,
    enginePid: engine.pid,
    redisPid: pidOf(redis.process),
  };
  const measured = await client.ask<Measurement>("measure", order, progress.show);
  const { opsPerSecond, latency, errors } = measured;
  const trouble = errors === 0 ? "" : `, ${wholeFigure(errors)} errors`;
  const p99 = `p99 ${preciseFigure(latency.p99Ms)} ms`;
  progress.end(`${wholeFigure(opsPerSecond)}/s, ${p99}${trouble}`);
  return measured;
};

export const saturate = (bench: Bench, progress: Progress, outstanding: number) =>
  load(bench, progress, {
    title: `closed loop, ${outstanding} outstanding`,
    shape: { kind: "closed", outstanding },
  });

export const openLoop = (
  bench: Bench,
  progress: Progress,
  { saturation, share }: { readonly saturation: number; readonly share: number },
) =>
  load(bench, progress, {
    title: `open loop, ${Math.round(share * 100)} % of saturation`,
    shape: {
      kind: "open",
      ratePerSecond: saturation * share,
      outstandingMax: openLoopOutstandingMax,
    },
  });

/** On the state that the batches were recorded from. */
export const replayBatches = async (
  { replayer }: Bench,
  copy: Copy,
  progress: Progress,
): Promise<Ceiling> => {
  progress.begin("ceiling");
  await copy.restore();
  const target: Target = { port: copy.redis.port, redisPid: pidOf(copy.redis.process) };
  const measured = await replayer.ask<Ceiling>("replay", target, progress.show);
  const { opsPerSecond, batches } = measured;
  progress.end(
    `${wholeFigure(opsPerSecond)}/s, ${wholeFigure(batches)} batches answered as before`,
  );
  return measured;
};
