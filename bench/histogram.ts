// Latency that hides nothing. A load driver that waits for a slow answer before it sends again
// never sees what the requests of that time would have waited ("coordinated omission", Gil Tene).
// Here an open loop fixes beforehand when each operation is to be sent, and latency counts from
// that moment, not from when the driver got round to it. Recorded in microseconds in an HDR
// histogram, three digits exact.

import { build, type Histogram } from "hdr-histogram-js";
import { assert } from "../engine/values/assert.ts";

const latencyMicrosMax = 120_000_000;

/** A histogram of a fixed size: recording allocates nothing. */
export const newLatencies = (): Histogram =>
  build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: latencyMicrosMax,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
    bitBucketSize: 32,
  });

/** Both in milliseconds on one clock. What took longer than two minutes counts as two minutes. */
export const recordLatency = (
  latencies: Histogram,
  intendedAt: number,
  answeredAt: number,
): void => {
  const micros = Math.round((answeredAt - intendedAt) * 1000);
  latencies.recordValue(Math.min(latencyMicrosMax, Math.max(0, micros)));
};

export type LatencySummary = {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
};

export const summarize = (latencies: Histogram): LatencySummary => {
  const percentile = (percent: number): number => latencies.getValueAtPercentile(percent) / 1000;
  return {
    count: latencies.totalCount,
    meanMs: Math.round(latencies.mean) / 1000,
    p50Ms: percentile(50),
    p90Ms: percentile(90),
    p99Ms: percentile(99),
    p999Ms: percentile(99.9),
    maxMs: latencies.maxValue / 1000,
  };
};

/** Operations at even intervals, whatever becomes of those before. */
export type OpenLoop = {
  readonly startAt: number;
  readonly endAt: number;
  readonly intervalMs: number;
  /** Operations whose time has been given out. */
  begun: number;
};

export type OpenLoopOptions = {
  readonly ratePerSecond: number;
  readonly startAt: number;
  readonly seconds: number;
};

export const startOpenLoop = ({ ratePerSecond, startAt, seconds }: OpenLoopOptions): OpenLoop => {
  assert(ratePerSecond > 0 && seconds > 0, `open loop of ${ratePerSecond}/s for ${seconds} s`);
  return {
    startAt,
    endAt: startAt + seconds * 1000,
    intervalMs: 1000 / ratePerSecond,
    begun: 0,
  };
};

/**
 * When the next operation was to be sent, if that is not after `now`; else undefined. A driver at
 * its limit of operations under way just asks later: the time given out is then in the past, and
 * the wait is part of the latency.
 */
export const nextIntended = (loop: OpenLoop, now: number): number | undefined => {
  const intendedAt = loop.startAt + loop.begun * loop.intervalMs;
  if (intendedAt > now || intendedAt >= loop.endAt) return undefined;
  loop.begun += 1;
  return intendedAt;
};

/** True once every operation has been given out. */
export const isComplete = (loop: OpenLoop): boolean =>
  loop.startAt + loop.begun * loop.intervalMs >= loop.endAt;
