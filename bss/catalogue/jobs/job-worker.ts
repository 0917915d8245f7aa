// Carries jobs on, the oldest first, step by step. Any number of processes may run it: a step
// holds its job, and what one leaves behind another goes on with.

import { setTimeout as sleep } from "node:timers/promises";
import { ok } from "../../../engine/values/result.ts";
import { systemActor } from "../../context.ts";
import type { Database } from "../../db/connection.ts";
import { reasonOf } from "../../db/database-error.ts";
import type { Answered } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import type { Log } from "../../log.ts";
import { createTransact, type Transact } from "../../transact.ts";
import { createPreviewStep } from "../previews/preview-job.ts";
import type { CustomersOf } from "../previews/read-profiles.ts";
import { stepExport } from "./export-job.ts";
import { stepImport } from "./import-job.ts";
import { type Job, type JobWork, nextJob, saveJob } from "./jobs.ts";
import type { JobStep, JobTools, TakeStep } from "./step.ts";
import { tellJob } from "./tmf-jobs.ts";

export type JobWorker = {
  /** The step under way ends first. */
  stop(): Promise<void>;
};

export type JobWorkerOptions = {
  readonly database: Database;
  readonly transact: Transact;
  readonly now: () => number;
  readonly log: Pick<Log, "warn">;
  /** Whose the engine's accounts are; left out, each is a customer of its own. */
  readonly customersOf?: CustomersOf;
  readonly previewStepRecords?: number;
};

const nobodyKnown: CustomersOf = async () => new Map();

type Steps = Readonly<Record<JobWork, TakeStep>>;

export const startJobWorker = (options: JobWorkerOptions): JobWorker => {
  const { customersOf = nobodyKnown, database, now, previewStepRecords, transact } = options;
  const preview = createPreviewStep(customersOf, previewStepRecords);
  const steps: Steps = { import: stepImport, export: stepExport, preview };
  const long: Database = {
    ...database,
    transact: (run, msMax = limits.importWholeMsMax) => database.transact(run, msMax),
  };
  const tools = { database, now, transact, transactLong: createTransact(long, now) };
  const stopping = new AbortController();
  const ended = run({ tools, steps, log: options.log }, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

type Running = {
  readonly tools: JobTools;
  readonly steps: Steps;
  readonly log: JobWorkerOptions["log"];
};

const run = async (running: Running, stopping: AbortSignal): Promise<void> => {
  let last = "";
  while (!stopping.aborted) {
    const [step, id] = await takeStep(running, last);
    last = id;
    if (step === "done") continue;
    await sleep(limits.jobPollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
};

/** Nothing will be another way the next time: a statement that cannot be, an entry nobody reads. */
const isFinal = (error: unknown): boolean => {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const isOfStatement = typeof code === "string" && /^(22|23|42)/.test(code);
  return isOfStatement || String(message).startsWith("journal of shard");
};

const giveUp = async ({ transact }: JobTools, job: Job): Promise<void> => {
  const asker = { actor: systemActor("catalogue"), requestId: `job-${job.id}` };
  await transact(asker, async (context): Promise<Answered<void>> => {
    const problem = "it cannot be carried out: the log says why";
    await saveJob(context, job.id, { state: "failed", problem, finishedAt: context.now });
    await tellJob(context, job, { status: "Failed", errorLog: problem });
    return ok(undefined);
  });
};

const takeStep = async (
  { log, steps, tools }: Running,
  last: string,
): Promise<readonly [JobStep, string]> => {
  let job: Job | undefined;
  try {
    job = await nextJob(tools.database, last);
    return job === undefined ? ["waiting", ""] : [await steps[job.work](tools, job), job.id];
  } catch (error) {
    log.warn({ err: error }, `a job of the catalogue cannot go on: ${reasonOf(error)}`);
    if (job !== undefined && isFinal(error)) await giveUp(tools, job).catch(() => undefined);
    return ["waiting", last];
  }
};
