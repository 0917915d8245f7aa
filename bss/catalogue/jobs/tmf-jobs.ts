// Import and export jobs as TMF620 shows them: documents beside the jobs that do the work, with the
// same ids.

import { eq } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { updateResource } from "../../http/tmf/change-resource.ts";
import type { ResourceKind } from "../../http/tmf/resource-kind.ts";
import { api } from "../kinds.ts";
import { exportJobs, importJobs } from "../schema.ts";
import { ExportJob, ExportJob_Create, ImportJob, ImportJob_Create } from "../tmf620.generated.ts";
import type { Job } from "./jobs.ts";

/** What the asker may say of it is what it is to do; how far it is, it says itself. */
const created: ResourceKind["decide"] = async ({ now }, { after, before }) =>
  ok(
    before === undefined
      ? { ...after, creationDate: new Date(now).toISOString(), status: "Not Started" }
      : after,
  );

const common = {
  api,
  permissions: { read: "catalogue:write", write: "catalogue:write" },
  methods: ["list", "get", "delete"],
  decide: created,
} as const;

export const importJobKind: ResourceKind = {
  ...common,
  ...{ name: "importJob", type: "ImportJob", table: importJobs },
  shapes: { create: ImportJob_Create, update: ImportJob_Create.partial(), whole: ImportJob },
};

export const exportJobKind: ResourceKind = {
  ...common,
  ...{ name: "exportJob", type: "ExportJob", table: exportJobs },
  shapes: { create: ExportJob_Create, update: ExportJob_Create.partial(), whole: ExportJob },
};

const kindOfWork = { import: importJobKind, export: exportJobKind } as const;

/** Where the document is there: a preview has none, and one may be deleted. */
export const tellJob = async (
  context: Context,
  { id, work }: Job,
  what: Readonly<Record<string, string>>,
): Promise<void> => {
  if (work === "preview") return;
  const kind = kindOfWork[work];
  const { table } = kind;
  const rows = await context.tables.select({ id: table.id }).from(table).where(eq(table.id, id));
  if (rows.length === 0) return;
  await updateResource(context, kind, id, (document) => ({ ...document, ...what }));
};
