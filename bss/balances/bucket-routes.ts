// bucket and accumulatedBalance of TMF654: read from the engine.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { readFields, readListQuery } from "../http/tmf/list-query.ts";
import { pageAnswer } from "../http/tmf/resource-routes.ts";
import { selectFields } from "../http/tmf/select-fields.ts";
import { balanceApi } from "./action-kinds.ts";
import { findBalance, type ListTools, listBalances } from "./list-buckets.ts";
import { AccumulatedBalance, Bucket } from "./tmf654.generated.ts";

const listShape = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const fieldsShape = z.strictObject({ fields: z.string().max(1_024).optional() });
/** Two identifiers of the engine, each percent-encoded. */
const params = z.strictObject({ id: z.string().min(1).max(771) });

const shapes = { bucket: Bucket, accumulatedBalance: AccumulatedBalance } as const;

const routesOf = (what: keyof typeof shapes, tools: ListTools): readonly Route[] => {
  const { basePath, tag } = balanceApi;
  const path = `${basePath}/${what}`;
  const shape = shapes[what];
  return [
    defineRoute({
      ...{ method: "GET", path, tag, permission: "balance:read", query: listShape },
      summary: `List or find ${what} resources`,
      answers: { 200: z.array(shape), 206: z.array(shape) },
      handle: async (context, { query, reach }) => {
        const read = readListQuery(query);
        if (!read.isOk) return read;
        const page = await listBalances(tools, context, what, read.value, reach);
        return page.isOk ? ok(pageAnswer(path, page.value, read.value)) : page;
      },
    }),
    defineRoute({
      ...{ method: "GET", path: `${path}/:id`, tag, permission: "balance:read" },
      ...{ summary: `Retrieve a ${what} by its id`, params, query: fieldsShape },
      answers: { 200: shape },
      handle: async (context, { params: { id }, query: { fields }, reach }) => {
        const found = await findBalance(tools, context, what, id, reach);
        if (!found.isOk) return found;
        const names = fields === undefined ? undefined : readFields(fields);
        return ok({ status: 200, body: selectFields(found.value, names) });
      },
    }),
  ];
};

export const bucketRoutes = (tools: ListTools): readonly Route[] => [
  ...routesOf("bucket", tools),
  ...routesOf("accumulatedBalance", tools),
];
