// The routes of previews: begin, look, stop, go on.

import { z } from "zod";
import { parseInstant } from "../../../engine/values/instant.ts";
import { ok } from "../../../engine/values/result.ts";
import type { Answered } from "../../http/problem.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { must } from "../../http/tmf/values.ts";
import { limits } from "../../limits.ts";
import { findJob, type Job, resumeJob, stopJob } from "../jobs/jobs.ts";
import { viewOfPreview } from "./preview-view.ts";
import { startPreview } from "./start-preview.ts";

const tag = "Catalogue";
const permission = "catalogue:write";
const path = "/api/catalogue/previews";
const idParams = z.strictObject({ id: must.id });

const moment = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text) !== undefined, "is no moment (RFC 3339)")
  .transform((text) => parseInstant(text) as number);

const requestShape = z.strictObject({
  ...{ from: moment, until: moment },
  owners: z.enum(["keep", "move"]).default("move"),
  sampleEvery: z.int().min(1).max(limits.previewSampleEveryMax).default(1),
});

const shownPreview = z.object({
  ...{ id: z.string(), state: z.string(), request: z.unknown(), done: z.int() },
  ...{ total: z.int().nullable(), failed: z.int(), createdAt: z.string(), share: z.number() },
  ...{ strangers: z.int(), problem: z.string().optional(), finishedAt: z.string().optional() },
  result: z.unknown().optional(),
});

const answerOf = (job: Answered<Job>, { status = 200, top = 0 } = {}) =>
  job.isOk ? ok({ status, body: viewOfPreview(job.value, top) }) : job;

const startRoute = (): Route =>
  defineRoute({
    ...{ method: "POST", path, tag, permission, body: requestShape },
    summary: "Rate a period of the ledger by the catalogue as it stands, drafts included",
    answers: { 202: shownPreview },
    handle: async (context, { body }) => {
      const started = await startPreview(context, body);
      if (!started.isOk) return started;
      const headers = { location: `${path}/${started.value.id}` };
      return ok({ status: 202, headers, body: viewOfPreview(started.value, 0) });
    },
  });

const getRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, tag, permission, params: idParams },
    summary: "How far a preview is; when it is done, what would change",
    query: z.strictObject({
      /** So many customers, those with the greatest difference first. */
      top: z.coerce.number().int().min(0).max(limits.listLimitMax).default(limits.listLimitDefault),
    }),
    answers: { 200: shownPreview },
    handle: async (context, { params, query }) =>
      answerOf(await findJob(context, "preview", params.id), { top: query.top }),
  });

export const previewRoutes = (): readonly Route[] => [
  startRoute(),
  getRoute(),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/stop`, tag, permission, params: idParams },
    summary: "Stop a preview",
    answers: { 200: shownPreview },
    handle: async (context, { params }) => answerOf(await stopJob(context, "preview", params.id)),
  }),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/resume`, tag, permission, params: idParams },
    summary: "Go on with a preview that was stopped",
    answers: { 200: shownPreview },
    handle: async (context, { params }) => answerOf(await resumeJob(context, "preview", params.id)),
  }),
];
