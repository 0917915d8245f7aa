// balanceActionHistory of TMF654: every action of every kind, in the order of their making. They
// are the actions themselves, read through a view; nothing is written twice.

import { sql } from "drizzle-orm";
import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { etagOf } from "../http/etag.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { findResource } from "../http/tmf/change-resource.ts";
import { readFields, readListQuery } from "../http/tmf/list-query.ts";
import { listResources } from "../http/tmf/list-resources.ts";
import { hrefOf, pathOf, type ResourceKind } from "../http/tmf/resource-kind.ts";
import { idParams, pageAnswer } from "../http/tmf/resource-routes.ts";
import { type Document, resourceTable } from "../http/tmf/resource-table.ts";
import { selectFields } from "../http/tmf/select-fields.ts";
import { balanceApi } from "./action-kinds.ts";
import { BalanceActionHistory } from "./tmf654.generated.ts";

/** A view over the tables of the actions (see the migration). */
const historyView = resourceTable("balance_action_history");

const historyKind: ResourceKind = {
  ...{ api: balanceApi, name: "balanceActionHistory", type: "BalanceActionHistory" },
  table: historyView,
  shapes: { create: z.object({}), update: z.object({}), whole: BalanceActionHistory },
  permissions: { read: "balance:read", write: "balance:read" },
  methods: ["list", "get"],
  // No trigger counts the rows of a view: they are counted as those of a filter are.
  listed: () => sql`${historyView.id} <> ''`,
};

/** The definition wants a receiver of every action: where there is no other it is the account. */
const shown = (action: Document): Document => {
  const [receiver] = action["logicalResource"] as readonly unknown[];
  return {
    receiverLogicalResource: receiver,
    ...action,
    href: hrefOf(historyKind, String(action["id"])),
  };
};

const listShape = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const fieldsShape = z.strictObject({ fields: z.string().max(1_024).optional() });

export const historyRoutes = (): readonly Route[] => {
  const { tag } = balanceApi;
  const path = pathOf(historyKind);
  return [
    defineRoute({
      ...{ method: "GET", path, tag, permission: "balance:read", query: listShape },
      summary: "List or find what moved balances",
      answers: { 200: z.array(BalanceActionHistory), 206: z.array(BalanceActionHistory) },
      handle: async (context, { query, reach }) => {
        const read = readListQuery(query);
        if (!read.isOk) return read;
        const { fields, ...rest } = read.value;
        const whole = { ...rest, fields: undefined };
        const page = await listResources(context, historyKind, whole, reach);
        const documents = page.documents.map((one) => selectFields(shown(one), fields));
        return ok(pageAnswer(path, { ...page, documents }, read.value));
      },
    }),
    defineRoute({
      ...{ method: "GET", path: `${path}/:id`, tag, permission: "balance:read" },
      ...{ summary: "Retrieve what moved a balance", params: idParams, query: fieldsShape },
      answers: { 200: BalanceActionHistory },
      handle: async (context, { params: { id }, query: { fields }, reach }) => {
        const found = await findResource(context, historyKind, id, reach);
        if (!found.isOk) return found;
        const { document, revision } = found.value;
        const names = fields === undefined ? undefined : readFields(fields);
        const body = selectFields(shown(document), names);
        return ok({ status: 200, headers: { etag: etagOf(revision) }, body });
      },
    }),
  ];
};
