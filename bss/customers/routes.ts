// Customers through the doors: TMF629, and the history of interactions beside it.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { readCursor } from "../http/page-cursor.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { idParams, resourceRoutes } from "../http/tmf/resource-routes.ts";
import { must } from "../http/tmf/values.ts";
import { limits } from "../limits.ts";
import type { Cipher } from "../privacy/index.ts";
import { listInteractions, recordInteraction } from "./interactions.ts";
import type { CustomerKinds } from "./kinds.ts";

const word = must.name.min(1);
const moment = z.iso.datetime({ offset: true });

const interactionBody = z
  .strictObject({
    direction: z.enum(["inbound", "outbound"]),
    channel: word.meta({ description: "as in call, shop, chat, letter" }),
    subject: word.meta({ description: "what it was about, without personal data" }),
    note: must.text.optional(),
    partyId: must.id.optional().meta({ description: "who spoke for the customer" }),
    at: must.moment.optional().meta({ description: "when it was; else now" }),
  })
  .meta({ id: "CustomerInteractionCreate" });

const interactionShape = z
  .object({
    ...{ id: z.int(), customerId: z.string(), partyId: z.string().nullable() },
    ...{ at: moment, recordedAt: moment, recordedBy: z.string() },
    direction: z.enum(["inbound", "outbound"]),
    ...{ channel: z.string(), subject: z.string(), note: z.string().nullable() },
  })
  .meta({ id: "CustomerInteraction" });

const pageQuery = z.strictObject({
  cursor: z.string().max(100).optional().meta({ description: "next of the page before" }),
  limit: z.coerce.number().int().min(1).max(limits.interactionPageMax).optional(),
});

export const customerRoutes = ({ customer }: CustomerKinds, cipher: Cipher): readonly Route[] => [
  ...resourceRoutes(customer),
  defineRoute({
    ...{ method: "GET", path: "/api/customers/:id/interactions", tag: "Customers" },
    summary: "Every time that somebody spoke with the customer, the latest first",
    permission: "customer:read",
    ...{ params: idParams, query: pageQuery },
    answers: { 200: z.object({ items: z.array(interactionShape), next: z.string().nullable() }) },
    handle: async (context, { params, query, reach }) => {
      const after = readCursor(query.cursor);
      if (!after.isOk) return after;
      const limit = query.limit ?? limits.interactionPageDefault;
      const page = { after: after.value, limit, reach };
      const listed = await listInteractions(context, cipher, params.id, page);
      return listed.isOk ? ok({ status: 200, body: listed.value }) : listed;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/customers/:id/interactions", tag: "Customers" },
    summary: "Write down that somebody spoke with the customer",
    permission: "customer:write",
    ...{ params: idParams, body: interactionBody },
    answers: { 201: interactionShape },
    handle: async (context, { params, body }) => {
      const at = body.at === undefined ? undefined : Date.parse(body.at);
      const recorded = await recordInteraction(context, cipher, params.id, { ...body, at });
      return recorded.isOk ? ok({ status: 201, body: recorded.value }) : recorded;
    },
  }),
];
