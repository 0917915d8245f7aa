// A result for people: what was measured, then the targets beside the figures.

import { machineLines } from "../report/machine.ts";
import { percentFigure, preciseFigure, renderTable, wholeFigure } from "../report/table.ts";
import type { BenchResult, LoadFigures } from "./result.ts";

export const resultText = (result: BenchResult): string =>
  [
    ...machineLines(result.machine),
    `${wholeFigure(result.accounts)} accounts, ${result.connections} connections, ` +
      `${result.seconds} s a measurement, append-only file ${result.durability}`,
    "",
    renderTable(figureRows(result)),
    "",
    renderTable(targetRows(result)),
  ].join("\n");

const figureRows = (result: BenchResult): readonly (readonly string[])[] => {
  const { endToEnd, outstanding32, openLoop50, openLoop80, yardstick, ceiling } = result;
  const redisOnly = (opsPerSecond: number, redisCpuUsPerOp: number) => [
    wholeFigure(opsPerSecond),
    ...["", "", "", ""],
    preciseFigure(redisCpuUsPerOp),
    "",
  ];
  return [
    ["", "op/s", "p50 ms", "p99 ms", "p99.9 ms", "engine µs", "Redis µs", "client µs"],
    ["yardstick", ...redisOnly(result.yardstickOpsPerSecond, yardstick.redisCpuUsPerOp)],
    ["ceiling", ...redisOnly(result.ceilingOpsPerSecond, ceiling.redisCpuUsPerOp)],
    [`end to end, ${result.outstanding} outstanding`, ...loadCells(endToEnd)],
    ["end to end, 32 outstanding", ...loadCells(outstanding32)],
    ["open loop at 80 %", ...loadCells(openLoop80)],
    ["open loop at 50 %", ...loadCells(openLoop50)],
  ];
};

const loadCells = (figures: LoadFigures): readonly string[] => [
  wholeFigure(figures.opsPerSecond),
  preciseFigure(figures.p50Ms),
  preciseFigure(figures.p99Ms),
  preciseFigure(figures.p999Ms),
  preciseFigure(figures.engineCpuUsPerOp),
  preciseFigure(figures.redisCpuUsPerOp),
  preciseFigure(figures.clientCpuUsPerOp),
];

type Target = {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly isFloor: boolean;
  readonly figure: (value: number) => string;
};

/** On two cores that engine, Redis and load client share, with the file synced every second. */
const targetsOf = (result: BenchResult): readonly Target[] => {
  const { endToEnd, outstanding32, ratios, bytesPerAccount } = result;
  const cpu = endToEnd.engineCpuUsPerOp + endToEnd.redisCpuUsPerOp;
  const loads = [endToEnd, outstanding32, result.openLoop50, result.openLoop80];
  const errors = loads.reduce((sum, load) => sum + load.errors, 0);
  const floor = { isFloor: true, figure: percentFigure };
  const most = { isFloor: false, figure: preciseFigure };
  const { endToEndToYardstick, endToEndToCeiling } = ratios;
  return [
    { name: "end to end / yardstick", value: endToEndToYardstick, bound: 0.2, ...floor },
    { name: "end to end / ceiling", value: endToEndToCeiling, bound: 0.7, ...floor },
    { name: "engine + Redis, µs an operation", value: cpu, bound: 14, ...most },
    { name: "p99 at saturation, ms", value: endToEnd.p99Ms, bound: 5, ...most },
    { name: "p99 at 32 outstanding, ms", value: outstanding32.p99Ms, bound: 1.5, ...most },
    { name: "octets an account in Redis", value: bytesPerAccount, bound: 700, ...most },
    { name: "errors", value: errors, bound: 0, ...most },
  ];
};

const targetRows = (result: BenchResult): readonly (readonly string[])[] => [
  ["target", "measured", "wanted", ""],
  ...targetsOf(result).map(({ name, value, bound, isFloor, figure }) => {
    const isMet = isFloor ? value >= bound : value <= bound;
    return [name, figure(value), `${isFloor ? "≥" : "≤"} ${figure(bound)}`, isMet ? "✓" : "✗"];
  }),
];
