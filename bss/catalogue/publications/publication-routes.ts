// The routes of publishing: check, publish, look, withdraw; and which version of an offering holds.

import { z } from "zod";
import { parseInstant } from "../../../engine/values/instant.ts";
import { ok } from "../../../engine/values/result.ts";
import { refuse } from "../../http/problem.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { may, must } from "../../http/tmf/values.ts";
import { limits } from "../../limits.ts";
import { describeDifference } from "../compile/index.ts";
import { listOfferingVersions } from "./offering-versions.ts";
import { type OwnersOf, placeOfFinding, preparePublication } from "./prepare-publication.ts";
import { catalogueInForce, findPublication, listPublications } from "./publications.ts";
import { publishCatalogue } from "./publish-catalogue.ts";
import { withdrawPublication } from "./undo-publication.ts";

const moment = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text) !== undefined, "is no moment (RFC 3339)")
  .transform((text) => parseInstant(text) as number);
const name = must.id;
const version = must.id.max(40);

const treatment = z.discriminatedUnion("treatment", [
  z.strictObject({ offeringId: name, version, treatment: z.literal("keep") }),
  z.strictObject({
    ...{ offeringId: name, version, treatment: z.literal("migrate") },
    at: moment.optional(),
    toVersion: version.optional(),
  }),
]);

const publishShape = z.strictObject({
  effectiveAt: moment.optional(),
  description: may.text,
  treatments: z.array(treatment).max(limits.tmfListItemsMax).default([]),
});

const shownPublication = z.object({
  ...{ id: z.string(), version: z.int(), state: z.string(), effectiveAt: z.string() },
  ...{ documentsDigest: z.string(), description: z.string().optional() },
  ...{ problem: z.string().optional(), tariffs: z.int(), sent: z.int() },
  treatments: z.array(z.unknown()),
  publishedBy: z.object({ id: z.string(), name: z.string() }),
  ...{ createdAt: z.string(), finishedAt: z.string().optional() },
});

const path = "/api/catalogue/publications";
const tag = "Catalogue";
const idParams = z.strictObject({ id: name });

const checkRoute = (ownersOf: OwnersOf): Route =>
  defineRoute({
    ...{ method: "POST", path: "/api/catalogue/checks", tag, permission: "catalogue:write" },
    summary: "What a publication would find and change, without one",
    isRead: true,
    body: z.strictObject({ effectiveAt: moment.optional() }),
    answers: {
      200: z.object({
        findings: z.array(z.object({ pointer: z.string(), detail: z.string() })),
        changes: z.array(z.unknown()),
        affected: z.array(z.unknown()),
        tariffs: z.int(),
      }),
    },
    handle: async (context, { body }) => {
      const effectiveAt = body.effectiveAt ?? context.now + limits.publicationLeadMs;
      const target = { effectiveAt, version: 0, treatments: [] };
      const prepared = await preparePublication(context, target, ownersOf);
      if (!prepared.isOk) return prepared;
      const { affected, before, compiled, findings, toSend } = prepared.value;
      const nothing = { version: 0, effectiveAt: 0, tariffs: [], terms: {} };
      const changes = compiled ? describeDifference(before ?? nothing, compiled) : [];
      const places = findings.map((one) => ({ code: one.code, ...placeOfFinding(one) }));
      return ok({
        status: 200,
        body: { findings: places, changes, affected, tariffs: toSend.length },
      });
    },
  });

const publishRoute = (ownersOf: OwnersOf): Route =>
  defineRoute({
    ...{ method: "POST", path, tag, permission: "catalogue:publish" },
    summary: "Publish the catalogue as it stands, from a moment on",
    body: publishShape,
    answers: { 202: shownPublication },
    handle: async (context, { body }) => {
      const published = await publishCatalogue(context, body, ownersOf);
      if (!published.isOk) return published;
      const headers = { location: `${path}/${published.value.id}` };
      return ok({ status: 202, headers, body: published.value });
    },
  });

const listRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path, tag, permission: "catalogue:write" },
    summary: "Publications, the newest first",
    query: z.strictObject({
      before: z.coerce.number().int().positive().optional(),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(limits.listLimitMax)
        .default(limits.listLimitDefault),
    }),
    answers: { 200: z.array(shownPublication) },
    handle: async (context, { query }) =>
      ok({
        status: 200,
        body: await listPublications(context, { before: query.before, limit: query.limit }),
      }),
  });

const getRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, tag, permission: "catalogue:write" },
    summary: "A publication, and how far it is",
    params: idParams,
    answers: { 200: shownPublication },
    handle: async (context, { params }) => {
      const found = await findPublication(context, params.id);
      return found.isOk ? ok({ status: 200, body: found.value }) : found;
    },
  });

const withdrawRoute = (): Route =>
  defineRoute({
    ...{ method: "DELETE", path: `${path}/:id`, tag, permission: "catalogue:publish" },
    summary: "Withdraw a publication that does not hold yet",
    params: idParams,
    answers: { 202: shownPublication },
    handle: async (context, { params }) => {
      const withdrawn = await withdrawPublication(context, params.id);
      return withdrawn.isOk ? ok({ status: 202, body: withdrawn.value }) : withdrawn;
    },
  });

const inForceRoute = (): Route =>
  defineRoute({
    ...{ method: "GET", path: "/api/catalogue/in-force", tag, permission: "catalogue:read" },
    summary: "What is sold and owned at a moment, by the publication that holds then",
    query: z.strictObject({ at: moment.optional() }),
    answers: {
      200: z.object({
        ...{ version: z.int(), effectiveAt: z.string() },
        offerings: z.array(z.unknown()),
      }),
    },
    handle: async (context, { query }) => {
      const inForce = await catalogueInForce(context, query.at ?? context.now);
      if (inForce === undefined) return refuse("NOT_FOUND", "nothing was published by then");
      const { effectiveAt, terms, version: number } = inForce;
      return ok({
        status: 200,
        body: {
          ...{ version: number, effectiveAt: new Date(effectiveAt).toISOString() },
          offerings: Object.values(terms),
        },
      });
    },
  });

const versionsRoute = (ownersOf: OwnersOf): Route =>
  defineRoute({
    ...{ method: "GET", path: "/api/catalogue/offerings/:id/versions", tag },
    ...{ permission: "catalogue:read", params: idParams },
    summary: "The versions of an offering, since when they hold, and how many own them",
    answers: { 200: z.array(z.unknown()) },
    handle: async (context, { params }) => {
      const listed = await listOfferingVersions(context, params.id, ownersOf);
      return listed.isOk ? ok({ status: 200, body: listed.value }) : listed;
    },
  });

export const publicationRoutes = (ownersOf: OwnersOf): readonly Route[] => [
  checkRoute(ownersOf),
  publishRoute(ownersOf),
  listRoute(),
  getRoute(),
  withdrawRoute(),
  inForceRoute(),
  versionsRoute(ownersOf),
];
