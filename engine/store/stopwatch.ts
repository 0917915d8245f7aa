// How an engine knows how long something took, and waits before it tries again: by the machine's
// monotonic clock and its timers, unless a simulation, where time passes otherwise, has its own.

export type Stopwatch = {
  /** ms on a clock that is never set. */
  elapsedMs(): number;
  later(ms: number, then: () => void): void;
};

export const machineStopwatch: Stopwatch = {
  elapsedMs: () => performance.now(),
  later: (ms, then) => void setTimeout(then, ms),
};
