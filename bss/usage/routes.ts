// TMF635 and TMF677 over the ledger.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { readFields } from "../http/tmf/list-query.ts";
import { idParams, resourceRoutes } from "../http/tmf/resource-routes.ts";
import { selectFields } from "../http/tmf/select-fields.ts";
import type { AccountOwners } from "./account-owners.ts";
import { consumptionKind } from "./consumption.ts";
import { findUsage, listUsage } from "./list-usage.ts";
import { Usage } from "./tmf635.generated.ts";
import { usagePath } from "./usage-document.ts";
import { readUsageQuery, usageQueryShape } from "./usage-query.ts";
import { usageApi, usageSpecificationKind } from "./usage-specification.ts";

const { tag } = usageApi;

const listRoute = (owners: AccountOwners): Route =>
  defineRoute({
    ...{ method: "GET", path: usagePath, tag, permission: "usage:read" },
    summary: "List rated usage, newest first; the next page is behind `after`",
    query: usageQueryShape,
    answers: { 200: z.array(Usage), 206: z.array(Usage) },
    handle: async (context, { query, reach }) => {
      const read = readUsageQuery(query);
      if (!read.isOk) return read;
      const { documents, next } = await listUsage(context, read.value, { owners, reach });
      const given = Object.entries(query).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      const asked = new URLSearchParams([
        ...given.filter(([name]) => name !== "after"),
        ["after", next ?? ""],
      ]);
      const fields = query.fields === undefined ? undefined : readFields(query.fields);
      return ok({
        status: next === undefined ? 200 : 206,
        headers: {
          "x-result-count": String(documents.length),
          ...(next === undefined ? {} : { link: `<${usagePath}?${asked}>; rel="next"` }),
        },
        body: documents.map((document) => selectFields(document, fields)),
      });
    },
  });

const getRoute = (owners: AccountOwners): Route =>
  defineRoute({
    ...{ method: "GET", path: `${usagePath}/:id`, tag, permission: "usage:read" },
    summary: "Retrieve a usage by its id",
    params: idParams,
    query: z.strictObject({ fields: z.string().max(1_024).optional() }),
    answers: { 200: Usage },
    handle: async (context, { params, query, reach }) => {
      const found = await findUsage(context, params.id, { owners, reach });
      if (!found.isOk) return found;
      const fields = query.fields === undefined ? undefined : readFields(query.fields);
      return ok({ status: 200, body: selectFields(found.value, fields) });
    },
  });

export const usageKinds = (owners: AccountOwners) => [
  usageSpecificationKind,
  consumptionKind(owners),
];

export const usageRoutes = (owners: AccountOwners): readonly Route[] => [
  listRoute(owners),
  getRoute(owners),
  ...usageKinds(owners).flatMap(resourceRoutes),
];
