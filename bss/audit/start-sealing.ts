// The worker that seals, each second for as long as it runs; any number of processes may. It tells
// the head to the log now and then: whoever keeps logs elsewhere holds the chain against that.

import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../db/connection.ts";
import { reasonOf } from "../db/database-error.ts";
import { isLockTimeout } from "../db/silent-transactions.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { emptyHead, headText, sealEntries } from "./seal-entries.ts";

export type SealingOptions = {
  readonly database: Pick<Database, "transact">;
  readonly now: () => number;
  readonly log: Pick<Log, "info" | "warn">;
};

export type SealingWorker = {
  /** Why nothing is sealed at the moment; undefined: it is. */
  problem(): string | undefined;
  /** Seals what there is, and ends. */
  stop(): Promise<void>;
};

export const startSealing = ({ database, now, log }: SealingOptions): SealingWorker => {
  const stopping = new AbortController();
  let problem: string | undefined;
  let told = emptyHead.position;
  let toldAt = now();
  const sealOnce = async () => {
    try {
      const { head } = await sealEntries(database);
      if (problem !== undefined) log.info({}, "the audit is sealed again");
      problem = undefined;
      const isDue = now() - toldAt >= limits.auditHeadToldMs || stopping.signal.aborted;
      if (!isDue || head.position === told) return;
      [told, toldAt] = [head.position, now()];
      log.info({ head: headText(head) }, "the head of the audit's chain");
    } catch (error) {
      // Another process has a backlog in hand.
      if (isLockTimeout(error)) return;
      if (problem === undefined) log.warn({ problem: reasonOf(error) }, "the audit is not sealed");
      problem = reasonOf(error);
    }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await sealOnce();
      await sleep(limits.auditSealMs, undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
    await sealOnce();
  };
  const ended = run();
  return {
    problem: () => problem,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
