// Carries jobs on, the oldest first, step by step. Any number of processes may run it: a step
// holds its job, and what one leaves behind another goes on with.

import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../db/connection.ts";
import { reasonOf } from "../../db/database-error.ts";
import { limits } from "../../limits.ts";
import type { Log } from "../../log.ts";
import { createTransact, type Transact } from "../../transact.ts";
import { stepExport } from "./export-job.ts";
import { stepImport } from "./import-job.ts";
import { type JobWork, nextJob } from "./jobs.ts";
import type { JobStep, JobTools, TakeStep } from "./step.ts";

export type JobWorker = {
  /** The step under way ends first. */
  stop(): Promise<void>;
};

export type JobWorkerOptions = {
  readonly database: Database;
  readonly transact: Transact;
  readonly now: () => number;
  readonly log: Pick<Log, "warn">;
};

const steps: Readonly<Record<JobWork, TakeStep>> = {
  import: stepImport,
  export: stepExport,
  preview: async () => "waiting",
};

export const startJobWorker = (options: JobWorkerOptions): JobWorker => {
  const { database, now, transact } = options;
  const long: Database = {
    ...database,
    transact: (run, msMax = limits.importWholeMsMax) => database.transact(run, msMax),
  };
  const tools = { database, now, transact, transactLong: createTransact(long, now) };
  const stopping = new AbortController();
  const ended = run(tools, options.log, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

const run = async (
  tools: JobTools,
  log: JobWorkerOptions["log"],
  stopping: AbortSignal,
): Promise<void> => {
  while (!stopping.aborted) {
    const step = await takeStep(tools, log);
    if (step === "done") continue;
    await sleep(limits.jobPollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
};

const takeStep = async (tools: JobTools, log: JobWorkerOptions["log"]): Promise<JobStep> => {
  try {
    const job = await nextJob(tools.database);
    return job === undefined ? "waiting" : await steps[job.work](tools, job);
  } catch (error) {
    log.warn({ err: error }, `a job of the catalogue cannot go on: ${reasonOf(error)}`);
    return "waiting";
  }
};
