// The routes of a kind of resource, as TMF630 has them for every API.

import { z } from "zod";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import type { Reach } from "../../permissions.ts";
import { etagOf, isKnown } from "../etag.ts";
import { defineRoute, type Route, type RouteAnswer } from "../route.ts";
import {
  answerOf,
  createResource,
  deleteResource,
  findResource,
  patchResource,
} from "./change-resource.ts";
import { type ListQuery, readFields, readListQuery } from "./list-query.ts";
import { checkFindable, listResources } from "./list-resources.ts";
import { pathOf, type ResourceKind, type ResourceMethod, shownOf } from "./resource-kind.ts";
import type { Document } from "./resource-table.ts";
import { selectFields } from "./select-fields.ts";
import { must } from "./values.ts";

export const idParams = z.strictObject({ id: must.id });

/** Text, and what is repeated as a list; what it means is said by list-query.ts. */
const listShape = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const fieldsShape = z.strictObject({ fields: z.string().max(1_024).optional() });

const bodyOf = (shape: z.ZodObject) => shape as unknown as z.ZodType<Document>;

const listRoute = (kind: ResourceKind): Route =>
  defineRoute({
    method: "GET",
    path: pathOf(kind),
    tag: kind.api.tag,
    summary: `List or find ${kind.type} resources`,
    permission: kind.permissions.read,
    query: listShape,
    answers: { 200: z.array(kind.shapes.whole), 206: z.array(kind.shapes.whole) },
    handle: async (context, { query, reach }) => {
      const read = readListQuery(query);
      if (!read.isOk) return read;
      const findable = checkFindable(kind, read.value);
      if (!findable.isOk) return findable;
      const page = await listResources(context, kind, read.value, reach);
      return ok(pageAnswer(pathOf(kind), page, read.value));
    },
  });

/** Of any list of documents, whatever they were made from. */
export const pageAnswer = (
  path: string,
  page: { documents: readonly Document[]; total: number | undefined; isPart: boolean },
  { offset, limit, others = "" }: ListQuery,
): RouteAnswer => {
  const { documents, total, isPart } = page;
  const behind = offset + documents.length;
  const next = `<${path}?offset=${behind}&limit=${limit}${others}>; rel="next"`;
  return {
    status: isPart ? 206 : 200,
    headers: {
      "x-result-count": String(documents.length),
      ...(total === undefined ? {} : { "x-total-count": String(total) }),
      ...(isPart && documents.length > 0 ? { link: next } : {}),
    },
    body: documents,
  };
};

const getRoute = (kind: ResourceKind): Route =>
  defineRoute({
    method: "GET",
    path: `${pathOf(kind)}/:id`,
    tag: kind.api.tag,
    summary: `Retrieve a ${kind.type} by its id`,
    permission: kind.permissions.read,
    params: idParams,
    query: fieldsShape,
    answers: { 200: kind.shapes.whole, 304: null },
    handle: async (context, { params, query, headers, reach }) => {
      const found = await findSuccessor(context, kind, params.id, reach);
      if (!found.isOk) return found;
      const { document, revision } = found.value;
      const href = String(document["href"]);
      const isOther = document["id"] !== params.id;
      const tag = { etag: etagOf(revision), ...(isOther ? { "content-location": href } : {}) };
      if (isKnown(headers, revision)) return ok({ status: 304, headers: tag });
      const fields = query.fields === undefined ? undefined : readFields(query.fields);
      const shown = shownOf(kind, document, context.actor);
      return ok({ status: 200, headers: tag, body: selectFields(shown, fields) });
    },
  });

/** Of one that became another: that one, with its own address (RFC 9110 §8.7). */
const findSuccessor = async (context: Context, kind: ResourceKind, id: string, reach: Reach) => {
  const found = await findResource(context, kind, id, reach);
  const successor = found.isOk ? undefined : await kind.successorOf?.(context, id);
  return successor === undefined ? found : findResource(context, kind, successor, reach);
};

const createRoute = (kind: ResourceKind): Route =>
  defineRoute({
    method: "POST",
    path: pathOf(kind),
    tag: kind.api.tag,
    summary: `Create a ${kind.type}`,
    permission: kind.permissions.write,
    body: bodyOf(kind.shapes.create),
    answers: { 201: kind.shapes.whole },
    handle: async (context, { body, reach }) => {
      const saved = await createResource(context, kind, body, { reach });
      if (!saved.isOk) return saved;
      const { document, revision } = saved.value;
      const headers = { location: String(document["href"]), etag: etagOf(revision) };
      return ok({ status: 201, headers, body: answerOf(kind, saved.value, context.actor) });
    },
  });

const patchRoute = (kind: ResourceKind): Route =>
  defineRoute({
    method: "PATCH",
    path: `${pathOf(kind)}/:id`,
    tag: kind.api.tag,
    summary: `Change a ${kind.type} by JSON Merge Patch`,
    permission: kind.permissions.write,
    params: idParams,
    body: bodyOf(kind.shapes.update),
    answers: { 200: kind.shapes.whole },
    handle: async (context, { params, body, headers, reach }) => {
      const patched = await patchResource(context, kind, {
        ...{ id: params.id, patch: body, headers, reach },
      });
      if (!patched.isOk) return patched;
      const shown = answerOf(kind, patched.value, context.actor);
      return ok({ status: 200, headers: { etag: etagOf(patched.value.revision) }, body: shown });
    },
  });

const deleteRoute = (kind: ResourceKind): Route =>
  defineRoute({
    method: "DELETE",
    path: `${pathOf(kind)}/:id`,
    tag: kind.api.tag,
    summary: `Delete a ${kind.type}`,
    permission: kind.permissions.write,
    params: idParams,
    answers: { 204: null },
    handle: async (context, { params, headers, reach }) => {
      const deleted = await deleteResource(context, kind, { id: params.id, headers, reach });
      return deleted.isOk ? ok({ status: 204 }) : deleted;
    },
  });

const makers: Readonly<Record<ResourceMethod, (kind: ResourceKind) => Route>> = {
  list: listRoute,
  get: getRoute,
  create: createRoute,
  patch: patchRoute,
  delete: deleteRoute,
};

export const resourceRoutes = (kind: ResourceKind): readonly Route[] =>
  kind.methods.map((method) => makers[method](kind));
