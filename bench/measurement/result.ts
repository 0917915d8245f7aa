// The result of a run as `--json` writes it. Fields are only ever added: results of different
// commits are compared.

import type { Machine } from "../report/machine.ts";
import type { AccountMemory } from "./memory.ts";

export type LoadFigures = {
  readonly opsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly engineCpuUsPerOp: number;
  readonly redisCpuUsPerOp: number;
  readonly clientCpuUsPerOp: number;
  /** Refusals, denials, unanswered and unsent operations. */
  readonly errors: number;
};

export type Round = {
  /** The mean of the one before and the one after. */
  readonly yardstickOpsPerSecond: number;
  readonly endToEndOpsPerSecond: number;
  readonly ceilingOpsPerSecond: number;
};

export type BenchResult = {
  readonly yardstickOpsPerSecond: number;
  readonly ceilingOpsPerSecond: number;
  readonly endToEnd: LoadFigures;
  readonly outstanding32: LoadFigures;
  readonly openLoop50: LoadFigures;
  readonly openLoop80: LoadFigures;
  readonly bytesPerAccount: number;
  readonly durability: string;
  /** Medians of what each round says of itself: a slow moment slows both sides of a ratio. */
  readonly ratios: {
    readonly endToEndToYardstick: number;
    readonly endToEndToCeiling: number;
    /** The last yardstick over the first: 1 on a machine that stayed as it was. */
    readonly yardstickDrift: number;
  };
  readonly yardstick: {
    readonly redisCpuUsPerOp: number;
    readonly opsPerSecond: readonly number[];
  };
  readonly ceiling: {
    readonly redisCpuUsPerOp: number;
    readonly operationsPerBatch: number;
    readonly operationsReplayed: number;
  };
  readonly rounds: readonly Round[];
  readonly memory: AccountMemory;
  /** Times that Redis rewrote its append-only file in the background. */
  readonly appendOnlyFileRewrites: number;
  readonly errorsByKind: Readonly<Record<string, number>>;
  readonly accounts: number;
  readonly connections: number;
  readonly outstanding: number;
  readonly seconds: number;
  readonly seed: number;
  readonly commit: string | null;
  readonly machine: Machine;
};
