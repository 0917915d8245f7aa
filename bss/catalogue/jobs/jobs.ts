// Jobs: work that goes on after the answer, with how far it is. Each step of one is a transaction
// that also says how far it is then; so whoever goes on after a crash begins there.

import { and, eq, gt, sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Actor, Context } from "../../context.ts";
import type { Database } from "../../db/connection.ts";
import { uuidV7 } from "../../db/uuid-v7.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { limits } from "../../limits.ts";
import { catalogueJobErrors, catalogueJobs, type JobState } from "../schema.ts";
import type { RowError } from "./import-row.ts";

export type JobWork = "import" | "export" | "preview";

export type Job = Omit<typeof catalogueJobs.$inferSelect, "content">;

const columns = {
  id: catalogueJobs.id,
  work: catalogueJobs.work,
  state: catalogueJobs.state,
  request: catalogueJobs.request,
  contentType: catalogueJobs.contentType,
  total: catalogueJobs.total,
  done: catalogueJobs.done,
  failed: catalogueJobs.failed,
  progress: catalogueJobs.progress,
  problem: catalogueJobs.problem,
  actor: catalogueJobs.actor,
  createdAt: catalogueJobs.createdAt,
  finishedAt: catalogueJobs.finishedAt,
};

type NewJob = {
  readonly work: JobWork;
  readonly request: unknown;
  readonly state?: JobState;
  readonly content?: Uint8Array;
  readonly contentType?: string;
};

export const addJob = async (context: Context, job: NewJob): Promise<Job> => {
  const { actor, now, tables } = context;
  const id = uuidV7(now);
  const [row] = await tables
    .insert(catalogueJobs)
    .values({
      ...{ id, work: job.work, state: job.state ?? "waiting", request: job.request, actor },
      content: job.content === undefined ? null : Buffer.from(job.content),
      contentType: job.contentType ?? null,
      ...{ total: null, done: 0, failed: 0, progress: {}, createdAt: now, finishedAt: null },
    })
    .returning(columns);
  context.record({
    ...{ entity: "catalogueJob", entityId: id, action: "create", before: null },
    after: { work: job.work, request: job.request },
  });
  return row as Job;
};

export const findJob = async (
  { tables }: Pick<Context, "tables">,
  work: JobWork,
  id: string,
): Promise<Answered<Job>> => {
  const where = and(eq(catalogueJobs.id, id), eq(catalogueJobs.work, work));
  const [row] = await tables.select(columns).from(catalogueJobs).where(where);
  return row === undefined ? refuse("NOT_FOUND", `there is no ${work} ${id}`) : ok(row);
};

/** The octets that came, or came of it; undefined: none. */
export const contentOf = async (
  { tables }: Pick<Context, "tables">,
  id: string,
): Promise<Uint8Array | undefined> => {
  const [row] = await tables
    .select({ content: catalogueJobs.content })
    .from(catalogueJobs)
    .where(eq(catalogueJobs.id, id));
  return row?.content ?? undefined;
};

/** Of those that are not over the one behind `after`, or else the first: each has its turn. */
export const nextJob = async ({ tables }: Database, after: string): Promise<Job | undefined> => {
  const [row] = await tables
    .select(columns)
    .from(catalogueJobs)
    .where(sql`${catalogueJobs.state} IN ('waiting', 'running')`)
    .orderBy(sql`${catalogueJobs.id} <= ${after}`, catalogueJobs.id)
    .limit(1);
  return row;
};

const lockRoom = 0x6a6f_6273;

/** Of this transaction alone; false: another process has it in hand. */
export const holdJob = async ({ statements }: Context, id: string): Promise<boolean> => {
  const { rows } = await statements.query(
    "SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS is_held",
    [lockRoom, id],
  );
  return rows[0].is_held;
};

type Progress = Partial<
  Pick<typeof catalogueJobs.$inferInsert, "total" | "done" | "failed" | "progress" | "problem"> & {
    readonly state: JobState;
    readonly content: Buffer;
    readonly contentType: string;
    readonly finishedAt: number;
  }
>;

/** False: it was stopped meanwhile, and stays as it is. */
export const saveJob = async (
  { tables }: Pick<Context, "tables">,
  id: string,
  progress: Progress,
): Promise<boolean> => {
  const { problem } = progress;
  const rows = await tables
    .update(catalogueJobs)
    .set(typeof problem === "string" ? { ...progress, problem: keepable(problem) } : progress)
    .where(sql`${catalogueJobs.id} = ${id} AND ${catalogueJobs.state} IN ('waiting', 'running')`)
    .returning({ id: catalogueJobs.id });
  return rows.length > 0;
};

export const stopJob = async (
  context: Context,
  work: JobWork,
  id: string,
): Promise<Answered<Job>> => {
  const found = await findJob(context, work, id);
  if (!found.isOk) return found;
  const isStopped = await saveJob(context, id, { state: "stopped" });
  if (!isStopped) return refuse("CONFLICT", `it is ${found.value.state}`);
  return recorded(context, work, id, "stopped");
};

/** Goes on where it was. */
export const resumeJob = async (
  context: Context,
  work: JobWork,
  id: string,
): Promise<Answered<Job>> => {
  const found = await findJob(context, work, id);
  if (!found.isOk) return found;
  const rows = await context.tables
    .update(catalogueJobs)
    .set({ state: "waiting" })
    .where(sql`${catalogueJobs.id} = ${id} AND ${catalogueJobs.state} = 'stopped'`)
    .returning({ id: catalogueJobs.id });
  if (rows.length === 0) return refuse("CONFLICT", `it is ${found.value.state}`);
  return recorded(context, work, id, "waiting");
};

const recorded = (context: Context, work: JobWork, id: string, state: JobState) => {
  const entity = { entity: "catalogueJob", entityId: id, action: "execute" } as const;
  context.record({ ...entity, before: null, after: { state } });
  return findJob(context, work, id);
};

/** What a file says may be no text that Postgres keeps: NUL, half a character. */
const keepable = (text: string): string =>
  text.replaceAll(/\0|\p{Surrogate}/gu, "\ufffd").slice(0, limits.tmfTextCharsMax);

export const addJobErrors = async (
  { tables }: Pick<Context, "tables">,
  job: string,
  errors: readonly RowError[],
): Promise<void> => {
  const rows = errors.map(({ code, detail, pointer, row }, place) => ({
    ...{ job, row, place, code },
    ...{ pointer: keepable(pointer), detail: keepable(detail) },
  }));
  for (let at = 0; at < rows.length; at += insertedAtOnce) {
    const part = rows.slice(at, at + insertedAtOnce);
    await tables.insert(catalogueJobErrors).values(part).onConflictDoNothing();
  }
};

const insertedAtOnce = 500;

/** In the order of rows, behind the row `after`. */
export const listJobErrors = (
  { tables }: Context,
  job: string,
  after: number,
  limit: number,
): Promise<readonly Omit<typeof catalogueJobErrors.$inferSelect, never>[]> =>
  tables
    .select()
    .from(catalogueJobErrors)
    .where(and(eq(catalogueJobErrors.job, job), gt(catalogueJobErrors.row, after)))
    .orderBy(catalogueJobErrors.row, catalogueJobErrors.place)
    .limit(limit);

export const actorOfJob = (job: Job): Actor => job.actor as Actor;

const moment = (at: number): string => new Date(at).toISOString();

export const viewOfJob = (job: Job) => ({
  ...{ id: job.id, state: job.state, request: job.request, total: job.total },
  ...{ done: job.done, failed: job.failed, createdAt: moment(job.createdAt) },
  ...(job.problem === null ? {} : { problem: job.problem }),
  ...(job.finishedAt === null ? {} : { finishedAt: moment(job.finishedAt) }),
});
