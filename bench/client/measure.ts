// One measurement: warm up, then for a number of seconds count operations, latency and CPU time,
// then wait for what is still under way. What never came back is an error, not a gap.

import { setTimeout as pause } from "node:timers/promises";
import { resultCodeName } from "../../engine/protocol/result-codes.ts";
import { type LatencySummary, summarize } from "../histogram.ts";
import { cpuMicrosOf } from "../redis/cpu.ts";
import {
  abandonDue,
  endLoad,
  isSettled,
  type Load,
  type LoadShape,
  sendDue,
  startLoad,
  underWay,
} from "./load.ts";

export type MeasureOrder = {
  readonly shape: LoadShape;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly enginePid: number;
  readonly redisPid: number;
};

export type Measurement = {
  readonly operations: number;
  readonly seconds: number;
  readonly opsPerSecond: number;
  readonly latency: LatencySummary;
  readonly engineCpuUsPerOp: number;
  readonly redisCpuUsPerOp: number;
  readonly clientCpuUsPerOp: number;
  /** Refusals, denials, and what was not answered or not even sent. */
  readonly errors: number;
  /** By result code or what happened. */
  readonly errorsByKind: Readonly<Record<string, number>>;
};

const settleMsMax = 5_000;
const progressIntervalMs = 200;
const dueIntervalMs = 1;

/** `onProgress`: share of the time and operations a second so far. */
export const measure = async (
  load: Load,
  order: MeasureOrder,
  onProgress: (share: number, opsPerSecond: number) => void,
): Promise<Measurement> => {
  const { shape, warmupSeconds, seconds } = order;
  startLoad(load, shape, warmupSeconds + seconds);
  const due = shape.kind === "open" ? setInterval(sendDue, dueIntervalMs, load) : undefined;
  await pause(warmupSeconds * 1_000);
  const cpuBefore = readCpu(order);
  load.measuredFrom = performance.now();
  const progress = setInterval(() => {
    const elapsed = (performance.now() - load.measuredFrom) / 1_000;
    onProgress(elapsed / seconds, load.measured / elapsed);
  }, progressIntervalMs);
  await pause(seconds * 1_000);
  clearInterval(progress);
  load.measuredUntil = performance.now();
  const cpuAfter = readCpu(order);
  endLoad(load);
  const unanswered = await settle(load);
  clearInterval(due);

  const { measured: operations } = load;
  const elapsed = (load.measuredUntil - load.measuredFrom) / 1_000;
  const perOperation = (before: number, after: number) =>
    (after - before) / Math.max(1, operations);
  const errorsByKind = countErrors(load, unanswered);
  return {
    operations,
    seconds: elapsed,
    opsPerSecond: operations / elapsed,
    latency: summarize(load.latencies),
    engineCpuUsPerOp: perOperation(cpuBefore.engine, cpuAfter.engine),
    redisCpuUsPerOp: perOperation(cpuBefore.redis, cpuAfter.redis),
    clientCpuUsPerOp: perOperation(cpuBefore.client, cpuAfter.client),
    errors: Object.values(errorsByKind).reduce((sum, count) => sum + count, 0),
    errorsByKind,
  };
};

const readCpu = ({ enginePid, redisPid }: MeasureOrder) => {
  const own = process.cpuUsage();
  return {
    engine: cpuMicrosOf(enginePid),
    redis: cpuMicrosOf(redisPid),
    client: own.user + own.system,
  };
};

type Missing = { readonly unanswered: number; readonly unsent: number };

/** Waits for what is under way, within bounds. */
const settle = async (load: Load): Promise<Missing> => {
  const giveUpAt = performance.now() + settleMsMax;
  while (!isSettled(load) && performance.now() < giveUpAt) await pause(1);
  const unsent = abandonDue(load, performance.now());
  return { unanswered: underWay(load), unsent };
};

const countErrors = ({ refused }: Load, missing: Missing): Record<string, number> => {
  const kinds: Record<string, number> = {};
  for (const [code, count] of refused) kinds[resultCodeName(code) ?? String(code)] = count;
  for (const [kind, count] of Object.entries(missing)) if (count > 0) kinds[kind] = count;
  return kinds;
};
