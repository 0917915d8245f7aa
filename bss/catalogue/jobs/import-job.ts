// One step of an import: a batch of rows, or all of them where it is all or nothing, or only
// tried. A row is carried out once: how far the import is, is written in the transaction of the
// rows.

import { err, ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import type { KindName } from "../kind-names.ts";
import { groupRows } from "./group-rows.ts";
import { importGroup, type RowError } from "./import-row.ts";
import { actorOfJob, addJobErrors, contentOf, holdJob, type Job, saveJob } from "./jobs.ts";
import { type ImportFormat, type ImportRow, readRows } from "./read-rows.ts";
import type { JobStep, JobTools } from "./step.ts";
import { tellJob } from "./tmf-jobs.ts";

export type ImportRequest = {
  readonly format: ImportFormat;
  readonly kind?: KindName | undefined;
  readonly isDryRun: boolean;
  readonly isAllOrNothing: boolean;
};

/** Of the last import: batches of one follow each other. */
let lastRead: { readonly id: string; readonly rows: Groups } | undefined;

type Groups = readonly (readonly ImportRow[])[];

const rowsOf = async ({ database }: JobTools, job: Job): Promise<Answered<Groups>> => {
  if (lastRead?.id === job.id) return ok(lastRead.rows);
  const { format, isAllOrNothing, isDryRun, kind } = job.request as ImportRequest;
  const content = (await contentOf(database, job.id)) ?? new Uint8Array();
  const read = readRows(content, format, kind);
  if (!read.isOk) return refuse("UNPROCESSABLE", read.error);
  const rows = read.value.length;
  if ((isDryRun || isAllOrNothing) && rows > limits.importWholeRowsMax) {
    return refuse("UNPROCESSABLE", `${rows} rows are too many for one transaction`);
  }
  const groups = groupRows(read.value);
  lastRead = { id: job.id, rows: groups };
  return ok(groups);
};

const askerOf = (job: Job) => ({
  ...{ actor: actorOfJob(job), requestId: `import-${job.id}` },
  reason: `import ${job.id}`,
});

export const stepImport = async (tools: JobTools, job: Job): Promise<JobStep> => {
  const rows = await rowsOf(tools, job);
  if (!rows.isOk) return end(tools, job, { state: "failed", problem: rows.error.detail });
  const { isAllOrNothing, isDryRun } = job.request as ImportRequest;
  if (job.state === "waiting") return begin(tools, job, countOf(rows.value));
  return isAllOrNothing || isDryRun
    ? importWhole(tools, job, rows.value)
    : importBatch(tools, job, rows.value);
};

const begin = async ({ transact }: JobTools, job: Job, total: number): Promise<JobStep> => {
  await transact(askerOf(job), async (context): Promise<Answered<void>> => {
    await saveJob(context, job.id, { state: "running", total });
    await tellJob(context, job, { status: "Running" });
    return ok(undefined);
  });
  return "done";
};

type End = {
  readonly state: "done" | "failed";
  readonly done?: number;
  readonly failed?: number;
  readonly problem?: string;
};

const writeEnd = async (context: Context, job: Job, how: End): Promise<void> => {
  const isSaved = await saveJob(context, job.id, { ...how, finishedAt: context.now });
  if (!isSaved) return;
  const failed = how.failed ?? job.failed;
  const errorLog =
    how.problem ?? (failed > 0 ? `/api/catalogue/imports/${job.id}/errors` : undefined);
  await tellJob(context, job, {
    status: how.state === "done" ? "Succeeded" : "Failed",
    completionDate: new Date(context.now).toISOString(),
    ...(errorLog === undefined ? {} : { errorLog }),
  });
};

const end = async ({ transact }: JobTools, job: Job, how: End): Promise<JobStep> => {
  await transact(askerOf(job), async (context): Promise<Answered<void>> => {
    await writeEnd(context, job, how);
    return ok(undefined);
  });
  lastRead = undefined;
  return "done";
};

/** So many errors there are already; the rest is only counted. */
const roomFor = (job: Job, errors: readonly RowError[]): readonly RowError[] =>
  errors.slice(0, Math.max(0, limits.importErrorsMax - job.failed));

const importBatch = async ({ transact }: JobTools, job: Job, groups: Groups): Promise<JobStep> => {
  const outcome = await transact(askerOf(job), async (context): Promise<Answered<JobStep>> => {
    if (!(await holdJob(context, job.id))) return ok("waiting");
    const batch = batchAt(groups, job.done);
    const { errors, failed } = await importGroups(context, batch);
    await addJobErrors(context, job.id, roomFor(job, errors));
    const done = job.done + countOf(batch);
    const progress = { done, failed: job.failed + failed };
    const rows = countOf(groups);
    const isOver = done === rows;
    if (!isOver) {
      const isSaved = await saveJob(context, job.id, progress);
      return isSaved ? ok("done") : err({ code: "CONFLICT", detail: "it was stopped" });
    }
    const isFailed = rows > 0 && progress.failed === rows;
    await writeEnd(context, job, { ...progress, state: isFailed ? "failed" : "done" });
    return ok("done");
  });
  return outcome.isOk ? outcome.value : "done";
};

const countOf = (groups: Groups): number => groups.reduce((sum, { length }) => sum + length, 0);

/** Whole groups behind the first `done` rows. */
const batchAt = (groups: Groups, done: number): Groups => {
  const batch: (readonly ImportRow[])[] = [];
  let before = 0;
  for (const group of groups) {
    if (before >= done) batch.push(group);
    before += group.length;
    if (before >= done + limits.importBatchRows) break;
  }
  return batch;
};

const importGroups = async (context: Context, groups: Groups) => {
  const errors: RowError[] = [];
  let failed = 0;
  for (const group of groups) {
    const own = await importGroup(context, group);
    if (own.length > 0) failed += group.length;
    errors.push(...own);
  }
  return { errors, failed };
};

/** One transaction that is kept only if nothing is wrong, and never of a mere try. */
const importWhole = async (tools: JobTools, job: Job, groups: Groups): Promise<JobStep> => {
  const { isDryRun } = job.request as ImportRequest;
  const rows = countOf(groups);
  const errors: RowError[] = [];
  let failed = 0;
  let isStopped = false;
  const tell = async (done: number) => {
    const isSaved = await saveJob(tools.database, job.id, { done, failed });
    isStopped = !isSaved;
  };
  const outcome = await tools.transactLong(askerOf(job), async (context) => {
    if (!(await holdJob(context, job.id))) return ok("waiting" as const);
    errors.length = 0;
    failed = 0;
    for (let done = 0; done < rows && !isStopped; ) {
      await tell(done);
      const batch = batchAt(groups, done);
      const found = await importGroups(context, batch);
      errors.push(...found.errors);
      failed += found.failed;
      done += countOf(batch);
    }
    if (isDryRun || isStopped || failed > 0) return refuse("CONFLICT", "nothing of it is kept");
    await writeEnd(context, job, { state: "done", done: rows, failed: 0 });
    return ok("done" as const);
  });
  if (outcome.isOk) return outcome.value;
  lastRead = undefined;
  if (isStopped) return "done";
  return endWhole(tools, job, { rows, failed, errors });
};

const endWhole = async (
  { transact }: JobTools,
  job: Job,
  found: { rows: number; failed: number; errors: readonly RowError[] },
): Promise<JobStep> => {
  const { isDryRun } = job.request as ImportRequest;
  const problem = `${found.failed} rows are wrong: nothing of it was kept`;
  await transact(askerOf(job), async (context): Promise<Answered<void>> => {
    await addJobErrors(context, job.id, roomFor({ ...job, failed: 0 }, found.errors));
    await writeEnd(context, job, {
      ...{ state: isDryRun ? "done" : "failed", done: found.rows, failed: found.failed },
      ...(isDryRun ? {} : { problem }),
    });
    return ok(undefined);
  });
  return "done";
};
