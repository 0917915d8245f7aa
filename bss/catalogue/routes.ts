// The routes of the five kinds: those of any TMF API, and PATCH, which may begin a version.

import type { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { etagOf } from "../http/etag.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { pathOf } from "../http/tmf/resource-kind.ts";
import { idParams, resourceRoutes } from "../http/tmf/resource-routes.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type CatalogueKind, catalogueKinds } from "./kinds.ts";
import { patchDocument } from "./patch-document.ts";

const patchRoute = (kind: CatalogueKind): Route =>
  defineRoute({
    method: "PATCH",
    path: `${pathOf(kind)}/:id`,
    tag: kind.api.tag,
    summary: `Change a ${kind.type} by JSON Merge Patch; one that is on offer gets a new version`,
    permission: kind.permissions.write,
    params: idParams,
    body: kind.shapes.update as unknown as z.ZodType<Document>,
    answers: { 200: kind.shapes.whole },
    handle: async (context, { params, body, headers }) => {
      const request = { address: params.id, patch: body, headers };
      const patched = await patchDocument(context, kind, request);
      if (!patched.isOk) return patched;
      const { document, revision } = patched.value;
      const at = { "content-location": String(document["href"]), etag: etagOf(revision) };
      return ok({ status: 200, headers: at, body: document });
    },
  });

/** All but PATCH, which is the catalogue's own. */
const commonRoutes = (kind: CatalogueKind): readonly Route[] =>
  resourceRoutes({ ...kind, methods: kind.methods.filter((method) => method !== "patch") });

export const resourceRoutesOfCatalogue = (): readonly Route[] =>
  catalogueKinds.flatMap((kind) => [...commonRoutes(kind), patchRoute(kind)]);
