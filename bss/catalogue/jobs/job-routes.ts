// The routes of imports and exports: upload, how far it is, what was wrong, stop and go on; and the
// importJob and exportJob of TMF620 for the same.

import { z } from "zod";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { etagOf } from "../../http/etag.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { createResource, type Saved } from "../../http/tmf/change-resource.ts";
import { pathOf } from "../../http/tmf/resource-kind.ts";
import { resourceRoutes } from "../../http/tmf/resource-routes.ts";
import type { Document } from "../../http/tmf/resource-table.ts";
import { must } from "../../http/tmf/values.ts";
import { limits } from "../../limits.ts";
import { refuseAt } from "../check-document.ts";
import { type KindName, kindNames } from "../kind-names.ts";
import type { ExportRequest } from "./export-job.ts";
import type { ImportRequest } from "./import-job.ts";
import {
  addJob,
  contentOf,
  findJob,
  type Job,
  listJobErrors,
  resumeJob,
  stopJob,
  viewOfJob,
} from "./jobs.ts";
import { exportJobKind, importJobKind } from "./tmf-jobs.ts";

const tag = "Catalogue";
const permission = "catalogue:write";
const path = "/api/catalogue/imports";
const idParams = z.strictObject({ id: must.id });

const shownJob = z.object({
  ...{ id: z.string(), state: z.string(), request: z.unknown(), total: z.int().nullable() },
  ...{ done: z.int(), failed: z.int(), createdAt: z.string() },
  ...{ problem: z.string().optional(), finishedAt: z.string().optional() },
});

const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

const uploadQuery = z.strictObject({
  /** Of all rows; of CSV it has to be said. */
  kind: z.enum(kindNames).optional(),
  isDryRun: flag,
  isAllOrNothing: flag,
  /** Then an importJob starts it. */
  isWaiting: flag,
});

const csvTypes = ["text/csv", "application/csv"];

const uploadTypes = ["application/json", ...csvTypes];

/** What came as JSON was read by the door already. */
const octetsOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));

const uploadRoute = (): Route =>
  defineRoute({
    ...{ method: "POST", path, tag, permission, query: uploadQuery },
    summary: "Upload documents as JSON or CSV, and import them",
    bodyTypes: uploadTypes,
    bodyBytesMax: limits.importFileBytesMax,
    body: z.unknown(),
    answers: { 202: shownJob },
    handle: async (context, { body, headers, query }) => {
      const { isWaiting, ...rest } = query;
      const contentType = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
      const format = csvTypes.includes(contentType) ? "csv" : "json";
      if (format === "csv" && rest.kind === undefined) {
        return refuse("INVALID_REQUEST", "?kind: of CSV it has to be said", {
          errors: [{ pointer: "?kind", detail: "of CSV it has to be said" }],
        });
      }
      const request: ImportRequest = { format, ...rest };
      const state = isWaiting ? "stopped" : "waiting";
      const job = await addJob(context, {
        ...{ work: "import", request, state, content: octetsOf(body), contentType },
      });
      const shown = {
        url: `urn:tollgate:catalogue:${rest.kind ?? "all"}`,
        path: `${path}/${job.id}`,
      };
      if (!isWaiting) {
        const made = await createResource(context, importJobKind, shown, { id: job.id });
        if (!made.isOk) return made;
      }
      const location = { location: `${path}/${job.id}` };
      return ok({ status: 202, headers: location, body: viewOfJob(job) });
    },
  });

const answerOf = (job: Answered<Job>, status = 200) =>
  job.isOk ? ok({ status, body: viewOfJob(job.value) }) : job;

const getRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, tag, permission, params: idParams },
    summary: "How far an import is",
    answers: { 200: shownJob },
    handle: async (context, { params }) => answerOf(await findJob(context, "import", params.id)),
  });

const errorsRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path: `${path}/:id/errors`, tag, permission, params: idParams },
    summary: "What was wrong with which row, in the order of rows",
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(limits.listLimitMax).default(100),
    }),
    answers: {
      200: z.array(
        z.object({ row: z.int(), pointer: z.string(), code: z.string(), detail: z.string() }),
      ),
    },
    handle: async (context, { params, query }) => {
      const found = await findJob(context, "import", params.id);
      if (!found.isOk) return found;
      const errors = await listJobErrors(context, params.id, query.after, query.limit);
      const body = errors.map(({ code, detail, pointer, row }) => ({ row, pointer, code, detail }));
      return ok({ status: 200, body });
    },
  });

const stopRoutes = (): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/stop`, tag, permission, params: idParams },
    summary: "Stop an import after the batch under way; what is done stays",
    answers: { 200: shownJob },
    handle: async (context, { params }) => answerOf(await stopJob(context, "import", params.id)),
  }),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/resume`, tag, permission, params: idParams },
    summary: "Go on with an import that was stopped",
    answers: { 200: shownJob },
    handle: async (context, { params }) => answerOf(await resumeJob(context, "import", params.id)),
  }),
];

/** The kind that an address ends with; `all` where it is that of the API. */
const kindOfUrl = (url: unknown): KindName | "all" | undefined => {
  const last = String(url).replace(/\/+$/, "").split(/[/:]/).at(-1);
  if (last === "v4" || last === "all") return "all";
  return kindNames.find((name) => name === last);
};

const answerCreated = ({ document, revision }: Saved) =>
  ok({
    status: 201,
    headers: { location: String(document["href"]), etag: etagOf(revision) },
    body: document,
  });

const importJobRoute = (): Route =>
  defineRoute({
    ...{ method: "POST", path: pathOf(importJobKind), tag: importJobKind.api.tag, permission },
    summary: "Create an ImportJob: start the import of what was uploaded at its path",
    body: importJobKind.shapes.create as unknown as z.ZodType<Document>,
    answers: { 201: importJobKind.shapes.whole },
    handle: async (context, { body }) => {
      if (kindOfUrl(body["url"]) === undefined) return refuseAt("/url", "it is no kind of these");
      const id = String(body["path"] ?? "").split(`${path}/`)[1] ?? "";
      const upload = await findJob(context, "import", id);
      if (!upload.isOk) return refuseAt("/path", `it is no upload: expected ${path}/{id}`);
      const started = await resumeJob(context, "import", id);
      if (!started.isOk) return started;
      const made = await createResource(context, importJobKind, body, { id });
      return made.isOk ? answerCreated(made.value) : made;
    },
  });

const exportRequestOf = (body: Document): Answered<ExportRequest> => {
  const kind = kindOfUrl(body["url"]);
  if (kind === undefined)
    return refuseAt("/url", `expected the address of ${kindNames.join(", ")}`);
  const isCsv = /csv/i.test(String(body["contentType"] ?? ""));
  if (isCsv && kind === "all") return refuseAt("/url", "CSV has one kind of documents");
  const query = typeof body["query"] === "string" ? body["query"] : undefined;
  return ok({ format: isCsv ? "csv" : "json", kind: kind === "all" ? undefined : kind, query });
};

const createExport = async (context: Context, body: Document): Promise<Answered<Saved>> => {
  const request = exportRequestOf(body);
  if (!request.isOk) return request;
  const job = await addJob(context, { work: "export", request: request.value });
  const where = { path: `/api/catalogue/exports/${job.id}/content` };
  return createResource(context, exportJobKind, { ...body, ...where }, { id: job.id });
};

const exportRoutes = (): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path: pathOf(exportJobKind), tag: exportJobKind.api.tag, permission },
    summary: "Create an ExportJob: of the kind that its url names; its path has the file",
    body: exportJobKind.shapes.create as unknown as z.ZodType<Document>,
    answers: { 201: exportJobKind.shapes.whole },
    handle: async (context, { body }) => {
      const made = await createExport(context, body);
      return made.isOk ? answerCreated(made.value) : made;
    },
  }),
  defineRoute({
    ...{ method: "GET", path: "/api/catalogue/exports/:id/content", tag, permission },
    ...{ params: idParams, answerTypes: ["application/json", "text/csv"] },
    summary: "The file of an export",
    answers: { 200: z.unknown() },
    handle: async (context, { params }) => {
      const found = await findJob(context, "export", params.id);
      if (!found.isOk) return found;
      const content = await contentOf(context, params.id);
      if (content === undefined) return refuse("NOT_FOUND", `it is ${found.value.state}`);
      const type = found.value.contentType ?? "application/json";
      const file = type.includes("csv") ? "export.csv" : "export.json";
      const headers = {
        "content-type": type,
        "content-disposition": `attachment; filename="${file}"`,
      };
      return ok({ status: 200, headers, body: Buffer.from(content).toString("utf8") });
    },
  }),
];

export const jobRoutesOfCatalogue = (): readonly Route[] => [
  uploadRoute(),
  getRoute(),
  errorsRoute(),
  ...stopRoutes(),
  importJobRoute(),
  ...resourceRoutes(importJobKind),
  ...exportRoutes(),
  ...resourceRoutes(exportJobKind),
];
