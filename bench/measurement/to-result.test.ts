// Of several rounds the median counts, and a ratio is one within its round.

import { expect, test } from "vitest";
import type { Measurement } from "../client/measure.ts";
import { describeMachine } from "../report/machine.ts";
import { median } from "./median.ts";
import { memoryPerAccount } from "./memory.ts";
import { type BenchOptions, readBenchOptions } from "./options.ts";
import type { BenchResult } from "./result.ts";
import { resultText } from "./show-result.ts";
import { toResult } from "./to-result.ts";

const optionsOf = (...words: string[]): BenchOptions => {
  const options = readBenchOptions(words);
  if (!options.isOk) throw new Error(options.error.text);
  return options.value;
};

const measured = (opsPerSecond: number, p99Ms: number, errors = 0): Measurement => ({
  operations: opsPerSecond,
  seconds: 1,
  opsPerSecond,
  latency: { count: 1, meanMs: 1, p50Ms: 1, p90Ms: 1, p99Ms, p999Ms: 9, maxMs: 9 },
  engineCpuUsPerOp: 4,
  redisCpuUsPerOp: 6.123_456,
  clientCpuUsPerOp: 1,
  errors,
  errorsByKind: errors === 0 ? {} : { unanswered: errors },
});
const yardstick = (opsPerSecond: number) => ({
  opsPerSecond,
  redisCpuUsPerOp: 1.3,
  clients: 8,
  pipeline: 64,
});
const ceiling = (opsPerSecond: number) => ({
  opsPerSecond,
  redisCpuUsPerOp: 6,
  operations: 640,
  batches: 10,
});

const resultOf = (endToEnd: readonly Measurement[]): BenchResult =>
  toResult({
    options: optionsOf("--rounds", "3"),
    memory: { bytesPerAccount: 650, journalBytesPerAccount: 1, topUpAnswersBytesPerAccount: 2 },
    yardsticks: [500, 500, 400, 300, 600].map((rate) => yardstick(rate * 1_000)),
    endToEnd,
    ceilings: [150_000, 120_000, 90_000].map(ceiling),
    outstanding32: measured(60_000, 1.2),
    openLoop50: measured(50_000, 1),
    openLoop80: measured(80_000, 2),
    appendOnlyFileRewrites: 3,
    machine: describeMachine({ redisVersion: "7.0.15", measuredAt: new Date(0) }),
  });

const rounds = [measured(100_000, 3), measured(90_000, 4), measured(70_000, 9)];

test("rates, latency and CPU are those of the median round", () => {
  const result = resultOf(rounds);
  expect(result.endToEnd).toMatchObject({ opsPerSecond: 90_000, p99Ms: 4, redisCpuUsPerOp: 6.123 });
  expect(result.yardstickOpsPerSecond).toBe(500_000);
  expect(result.ceilingOpsPerSecond).toBe(120_000);
});

test("ratios compare what was measured side by side", () => {
  const { ratios, rounds: sides } = resultOf(rounds);
  // 100/500, 90/450, 70/350 and 100/150, 90/120, 70/90.
  expect(ratios.endToEndToYardstick).toBe(0.2);
  expect(ratios.endToEndToCeiling).toBe(0.75);
  expect(ratios.yardstickDrift).toBe(1.2);
  expect(sides.map((side) => side.yardstickOpsPerSecond)).toEqual([500_000, 450_000, 350_000]);
});

test("errors of all rounds count", () => {
  const result = resultOf([measured(1, 1, 2), measured(1, 1), measured(1, 1, 3)]);
  expect(result.endToEnd.errors).toBe(5);
  expect(result.errorsByKind).toEqual({ unanswered: 5 });
});

test("the table says what was wanted beside what was measured", () => {
  const text = resultText(resultOf(rounds));
  expect(text).toMatch(/end to end, 256 outstanding +90,000 +1\.00 +4\.00/);
  expect(text).toMatch(/end to end \/ yardstick +20 % +≥ 20 % +✓/);
  expect(text).toMatch(/p99 at saturation, ms +4\.00 +≤ 5\.00 +✓/);
  expect(text).toMatch(/errors +0 +≤ 0 +✓/);
});

test("an account's memory leaves journal and top-up answers out", () => {
  const before = { usedBytes: 1_000, journalBytes: 0, topUpAnswersBytes: 0 };
  const after = { usedBytes: 101_000, journalBytes: 30_000, topUpAnswersBytes: 10_000 };
  expect(memoryPerAccount(before, after, 100)).toEqual({
    bytesPerAccount: 600,
    journalBytesPerAccount: 300,
    topUpAnswersBytesPerAccount: 100,
  });
});

test("the median of an even number is between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
  expect(() => median([])).toThrow("no values");
});

test("flags have bounds and fallbacks", () => {
  expect(optionsOf()).toMatchObject({
    accounts: 100_000,
    seconds: 5,
    rounds: 3,
    outstanding: 256,
    durability: "everysec",
    jsonFile: undefined,
  });
  expect(readBenchOptions(["--accounts", "499"])).toMatchObject({ isOk: false });
});
