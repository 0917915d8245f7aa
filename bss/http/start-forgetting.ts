// The worker that forgets answers whose Idempotency-Keys are over, for as long as it runs; any
// number of processes may, each takes what no other has in hand.

import { setTimeout as sleep } from "node:timers/promises";
import type { Statements } from "../db/connection.ts";
import { reasonOf } from "../db/database-error.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { forgetAnswers } from "./idempotency.ts";

export type ForgettingOptions = {
  readonly statements: Statements;
  readonly now: () => number;
  readonly log: Pick<Log, "info" | "warn">;
};

export type ForgettingWorker = {
  /** Resolves when the step under way is done. */
  stop(): Promise<void>;
};

export const startForgetting = (
  { statements, now, log }: ForgettingOptions,
  everyMs: number = limits.idempotencyForgetMs,
): ForgettingWorker => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isFailing = false;
  const forget = async () => {
    try {
      // A backlog step by step: none locks many rows, or takes long.
      let forgotten: number = limits.idempotencyForgottenMax;
      while (forgotten === limits.idempotencyForgottenMax && !signal.aborted) {
        forgotten = await forgetAnswers(statements, now());
      }
      if (isFailing) log.info({}, "old answers are forgotten again");
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ problem: reasonOf(error) }, "old answers are not forgotten");
      isFailing = true;
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      await forget();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
