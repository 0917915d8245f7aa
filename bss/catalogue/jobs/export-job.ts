// An export in one step: the documents of a kind, or of all, as JSON or CSV.

import { sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import type { Answered } from "../../http/problem.ts";
import { filterPath, readFilter } from "../../http/tmf/attribute-filter.ts";
import type { Document } from "../../http/tmf/resource-table.ts";
import { limits } from "../../limits.ts";
import { type KindName, kindNames, tableOf } from "../kind-names.ts";
import { writeCsv } from "./csv.ts";
import { actorOfJob, holdJob, type Job, saveJob } from "./jobs.ts";
import type { JobStep, JobTools } from "./step.ts";
import { tellJob } from "./tmf-jobs.ts";

export type ExportRequest = {
  readonly format: "json" | "csv";
  readonly kind?: KindName | undefined;
  /** As in an address: `lifecycleStatus=Active`. */
  readonly query?: string | undefined;
};

const documentsOf = async (
  { tables }: Context,
  kind: KindName,
  query: string | undefined,
): Promise<readonly Document[]> => {
  const filters = [...new URLSearchParams(query ?? "")].flatMap((pair) => {
    const read = readFilter(pair);
    return read.isOk ? [read.value] : [];
  });
  const path = filterPath(filters);
  const table = tableOf[kind];
  const rows = await tables
    .select({ document: table.document })
    .from(table)
    .where(path === undefined ? undefined : sql`${table.document} @@ ${path}::jsonpath`)
    .orderBy(table.id)
    .limit(limits.catalogueDocumentsMax);
  return rows.map(({ document }) => document);
};

export const stepExport = async ({ transactLong }: JobTools, job: Job): Promise<JobStep> => {
  const { format, kind, query } = job.request as ExportRequest;
  const asker = { actor: actorOfJob(job), requestId: `export-${job.id}` };
  const outcome = await transactLong(asker, async (context): Promise<Answered<JobStep>> => {
    if (!(await holdJob(context, job.id))) return ok("waiting");
    const byKind: Record<string, readonly Document[]> = {};
    for (const name of kind === undefined ? kindNames : [kind]) {
      byKind[name] = await documentsOf(context, name, query);
    }
    const documents = Object.values(byKind).flat();
    const text = format === "csv" ? writeCsv(documents) : JSON.stringify(byKind);
    await saveJob(context, job.id, {
      ...{ state: "done", total: documents.length, done: documents.length },
      ...{ content: Buffer.from(text), finishedAt: context.now },
      contentType: format === "csv" ? "text/csv; charset=utf-8" : "application/json",
    });
    await tellJob(context, job, {
      ...{ status: "Succeeded", completionDate: new Date(context.now).toISOString() },
    });
    return ok("done");
  });
  return outcome.isOk ? outcome.value : "waiting";
};
