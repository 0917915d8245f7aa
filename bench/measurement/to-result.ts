// Measurements of a run as its result: medians over the rounds, ratios within a round.

import type { Ceiling } from "../ceiling/replay.ts";
import type { Measurement } from "../client/measure.ts";
import type { Yardstick } from "../redis/yardstick.ts";
import type { Machine } from "../report/machine.ts";
import { median, medianOf } from "./median.ts";
import type { AccountMemory } from "./memory.ts";
import type { BenchOptions } from "./options.ts";
import type { BenchResult, LoadFigures, Round } from "./result.ts";

export type Measured = {
  readonly options: BenchOptions;
  readonly memory: AccountMemory;
  /** One before the first round, one after each, one at the end. */
  readonly yardsticks: readonly Yardstick[];
  readonly endToEnd: readonly Measurement[];
  readonly ceilings: readonly Ceiling[];
  readonly outstanding32: Measurement;
  readonly openLoop50: Measurement;
  readonly openLoop80: Measurement;
  readonly appendOnlyFileRewrites: number;
  readonly machine: Machine;
};

export const toResult = (measured: Measured): BenchResult => {
  const { options, memory, yardsticks, endToEnd, ceilings, machine } = measured;
  const rates = yardsticks.map(({ opsPerSecond }) => opsPerSecond);
  const rounds = toRounds(measured);
  const singles = [measured.outstanding32, measured.openLoop50, measured.openLoop80];
  const [outstanding32, openLoop50, openLoop80] = singles.map((single) => figuresOf([single]));
  return {
    yardstickOpsPerSecond: Math.round(median(rates)),
    ceilingOpsPerSecond: Math.round(medianOf(ceilings, ({ opsPerSecond }) => opsPerSecond)),
    endToEnd: figuresOf(endToEnd),
    outstanding32: outstanding32 as LoadFigures,
    openLoop50: openLoop50 as LoadFigures,
    openLoop80: openLoop80 as LoadFigures,
    bytesPerAccount: memory.bytesPerAccount,
    durability: options.durability,
    ratios: {
      endToEndToYardstick: share(rounds, (round) => round.yardstickOpsPerSecond),
      endToEndToCeiling: share(rounds, (round) => round.ceilingOpsPerSecond),
      yardstickDrift: rounded((rates.at(-1) ?? 0) / (rates[0] ?? 1)),
    },
    yardstick: {
      redisCpuUsPerOp: rounded(medianOf(yardsticks, ({ redisCpuUsPerOp }) => redisCpuUsPerOp)),
      opsPerSecond: rates,
    },
    ceiling: ceilingFigures(ceilings),
    rounds,
    memory,
    appendOnlyFileRewrites: measured.appendOnlyFileRewrites,
    errorsByKind: sumErrors([...endToEnd, ...singles]),
    accounts: options.accounts,
    connections: options.connections,
    outstanding: options.outstanding,
    seconds: options.seconds,
    seed: options.seed,
    commit: machine.commit,
    machine,
  };
};

const toRounds = ({ yardsticks, endToEnd, ceilings }: Measured): readonly Round[] =>
  endToEnd.map(({ opsPerSecond }, index) => {
    const around = yardsticks.slice(index, index + 2);
    const sum = around.reduce((total, yardstick) => total + yardstick.opsPerSecond, 0);
    return {
      yardstickOpsPerSecond: Math.round(sum / around.length),
      endToEndOpsPerSecond: Math.round(opsPerSecond),
      ceilingOpsPerSecond: Math.round(ceilings[index]?.opsPerSecond ?? 0),
    };
  });

const figuresOf = (measurements: readonly Measurement[]): LoadFigures => ({
  opsPerSecond: Math.round(medianOf(measurements, ({ opsPerSecond }) => opsPerSecond)),
  p50Ms: rounded(medianOf(measurements, ({ latency }) => latency.p50Ms)),
  p99Ms: rounded(medianOf(measurements, ({ latency }) => latency.p99Ms)),
  p999Ms: rounded(medianOf(measurements, ({ latency }) => latency.p999Ms)),
  engineCpuUsPerOp: rounded(medianOf(measurements, (one) => one.engineCpuUsPerOp)),
  redisCpuUsPerOp: rounded(medianOf(measurements, (one) => one.redisCpuUsPerOp)),
  clientCpuUsPerOp: rounded(medianOf(measurements, (one) => one.clientCpuUsPerOp)),
  errors: measurements.reduce((sum, { errors }) => sum + errors, 0),
});

const ceilingFigures = (ceilings: readonly Ceiling[]): BenchResult["ceiling"] => {
  const [{ operations, batches } = { operations: 0, batches: 1 }] = ceilings;
  return {
    redisCpuUsPerOp: rounded(medianOf(ceilings, ({ redisCpuUsPerOp }) => redisCpuUsPerOp)),
    operationsPerBatch: rounded(operations / batches),
    operationsReplayed: operations,
  };
};

const share = (rounds: readonly Round[], whole: (round: Round) => number): number =>
  rounded(medianOf(rounds, (round) => round.endToEndOpsPerSecond / whole(round)));

const sumErrors = (measurements: readonly Measurement[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { errorsByKind } of measurements) {
    for (const [kind, count] of Object.entries(errorsByKind)) {
      sums[kind] = (sums[kind] ?? 0) + count;
    }
  }
  return sums;
};

/** Three decimals are more than any of it is worth. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
