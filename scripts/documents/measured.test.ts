// Measured figures reach the README as the bench printed them, and from nowhere else.

import { expect, test } from "vitest";
import type { BenchResult, LoadFigures } from "../../bench/measurement/result.ts";
import { resultText } from "../../bench/measurement/show-result.ts";
import { committedResults, measuredPart } from "./measured.ts";

test("says so when nothing was measured yet", () => {
  expect(measuredPart([])).toBe("No result is committed yet; `npm run bench` prints yours.");
});

const load: LoadFigures = {
  opsPerSecond: 1,
  p50Ms: 1,
  p99Ms: 1,
  p999Ms: 1,
  engineCpuUsPerOp: 1,
  redisCpuUsPerOp: 1,
  clientCpuUsPerOp: 1,
  errors: 0,
};

const round = { yardstickOpsPerSecond: 1, endToEndOpsPerSecond: 1, ceilingOpsPerSecond: 1 };

/** Nobody's figures: what matters is where they go. */
const result: BenchResult = {
  yardstickOpsPerSecond: 1,
  ceilingOpsPerSecond: 1,
  endToEnd: load,
  outstanding32: load,
  openLoop50: load,
  openLoop80: load,
  bytesPerAccount: 1,
  durability: "always",
  ratios: { endToEndToYardstick: 1, endToEndToCeiling: 1, yardstickDrift: 1 },
  yardstick: { redisCpuUsPerOp: 1, opsPerSecond: [1] },
  ceiling: { redisCpuUsPerOp: 1, operationsPerBatch: 1, operationsReplayed: 1 },
  rounds: [round, round, round],
  memory: { bytesPerAccount: 1, journalBytesPerAccount: 1, topUpAnswersBytesPerAccount: 1 },
  appendOnlyFileRewrites: 0,
  errorsByKind: {},
  accounts: 100_000,
  connections: 2,
  outstanding: 256,
  seconds: 10,
  seed: 1,
  commit: "0123456789abcdef",
  machine: {
    cpuModel: "A processor",
    cores: 2,
    memoryGiB: 4,
    system: "Linux x64",
    kernel: "6.1",
    node: "v20.20.2",
    redis: "7.0.15",
    commit: "0123456789abcdef",
    isDirty: false,
    measuredAt: "2026-11-20T00:00:00.000Z",
  },
};

test("shows the command with what is not its default, and what it printed", () => {
  const part = measuredPart([{ file: "bench/results/2-cores-always.json", result }]);
  expect(part).toContain(
    "`npm run bench -- --seconds 10 --durability always --json bench/results/2-cores-always.json`",
  );
  expect(part).toContain(resultText(result));
  expect(part).toMatch(/A processor, 2 cores[\s\S]*0123456789ab/);
});

test("every committed result has what a result has, and belongs to a commit as it is", () => {
  for (const { file, result: committed } of committedResults()) {
    const { machine, errorsByKind } = committed;
    expect({ file, fields: Object.keys(committed) }).toEqual({
      file,
      fields: expect.arrayContaining(Object.keys(result)),
    });
    expect({ file, isDirty: machine.isDirty, errorsByKind }).toEqual({
      file,
      isDirty: false,
      errorsByKind: {},
    });
  }
});
