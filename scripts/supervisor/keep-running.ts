// Keeps one child running: starts it, waits until it is ready, and after a crash starts it again,
// each time a little later, but never later than the longest pause. What never became ready once is
// not tried again: it is a mistake to report, not a crash to survive.

import { setTimeout as pause } from "node:timers/promises";
import { ok } from "../../engine/values/result.ts";
import type { Child } from "./child.ts";
import { failed, type Step } from "./ending.ts";

export type KeptChild = {
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
  /** SIGKILL at once: somebody pressed Ctrl-C twice. */
  readonly kill: () => void;
};

export type KeepOptions = {
  readonly name: string;
  readonly logFile: string;
  readonly start: () => Child | null;
  /** Told once, before the child is ready: from then on it must be stopped. */
  readonly onStarted: (kept: KeptChild) => void;
  /**
   * Resolves when the child serves; rejects never, and gives up by itself when the child has
   * ended.
   */
  readonly waitReady: (child: Child) => Promise<Step<void>>;
  readonly say: (line: string) => void;
  readonly stopGraceMilliseconds: number;
};

/** 0.5 s, 1 s, 2 s … at most 10 s between a crash and the next start. */
export const restartPauseMilliseconds = (crashes: number): number =>
  Math.min(10_000, 500 * 2 ** Math.min(crashes - 1, 10));

/** Up this long, a child has recovered, and its next crash counts as the first. */
const recoveredAfterMilliseconds = 60_000;

export const keepRunning = async (options: KeepOptions): Promise<Step<KeptChild>> => {
  const first = options.start();
  if (first === null) return failed(`${options.name} cannot be started`);
  const stopping = new AbortController();
  let current = first;
  const kept: KeptChild = {
    pid: () => current.pid,
    stop: async () => {
      stopping.abort();
      if (current.ending() === null) await current.stop(options.stopGraceMilliseconds);
    },
    kill: () => {
      stopping.abort();
      current.kill();
    },
  };
  options.onStarted(kept);
  const ready = await options.waitReady(first);
  if (!ready.isOk) {
    await kept.stop();
    return ready;
  }
  void watch(options, stopping.signal, first, (child) => {
    current = child;
  });
  return ok(kept);
};

const watch = async (
  options: KeepOptions,
  stopping: AbortSignal,
  first: Child,
  onStart: (child: Child) => void,
): Promise<void> => {
  let child = first;
  let crashes = 0;
  let startedAt = Date.now();
  for (;;) {
    const ending = await child.exited;
    if (stopping.aborted) return;
    crashes = Date.now() - startedAt > recoveredAfterMilliseconds ? 1 : crashes + 1;
    const milliseconds = restartPauseMilliseconds(crashes);
    const words = child.lastWords();
    options.say(
      `${options.name} ended (${ending})${words === null ? "" : `: ${words}`}; ` +
        `starting it again in ${milliseconds / 1000} s (${options.logFile})`,
    );
    await pause(milliseconds, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    startedAt = Date.now();
    const next = options.start();
    if (next === null) continue;
    child = next;
    onStart(child);
    const ready = await options.waitReady(child);
    if (ready.isOk && child.ending() === null) options.say(`${options.name} is back`);
  }
};
