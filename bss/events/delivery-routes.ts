// /api/webhooks/{id}/deliveries: the log of a webhook, replay and test.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { listDeliveries, replayDelivery, replaySpan, sendTestEvent } from "./webhook-deliveries.ts";

const state = z.enum(["pending", "delivered", "dead"]);
const position = z.string().regex(/^\d{1,15}$/);
const moment = z.iso.datetime({ offset: true }).max(40);
const delivery = z.object({
  ...{ id: z.string(), eventId: z.string(), eventType: z.string(), resourceName: z.string() },
  ...{ resourceId: z.string(), state, attempts: z.int(), createdAt: z.string() },
  ...{ nextAttemptAt: z.string().optional(), attemptedAt: z.string().optional() },
  ...{ tookMs: z.int().optional(), responseCode: z.int().optional() },
  excerpt: z.string().optional(),
});
const shared = { tag: "Webhooks", permission: "event:subscribe" } as const;
const path = "/api/webhooks/:id";
const params = z.strictObject({ id: z.uuid() });

export const deliveryRoutes: readonly Route[] = [
  defineRoute({
    ...{ ...shared, method: "GET", path: `${path}/deliveries` },
    summary: "Deliveries, the newest first",
    params,
    query: z.strictObject({
      state: state.optional(),
      cursor: position.optional(),
      limit: z.coerce.number().int().min(1).max(limits.webhookPageMax).optional(),
    }),
    answers: { 200: z.object({ items: z.array(delivery), next: z.string().optional() }) },
    handle: async (context, { params: { id }, query }) => {
      const limit = query.limit ?? limits.webhookPageDefault;
      const page = await listDeliveries(context, id, { ...query, limit });
      return page.isOk ? ok({ status: 200, body: page.value }) : page;
    },
  }),
  defineRoute({
    ...{ ...shared, method: "POST", path: `${path}/deliveries/:deliveryId/replay` },
    summary: "Deliver once more",
    params: params.extend({ deliveryId: position }),
    answers: { 202: null },
    handle: async (context, { params: { deliveryId, id } }) => {
      const replayed = await replayDelivery(context, id, deliveryId);
      return replayed.isOk ? ok({ status: 202 }) : replayed;
    },
  }),
  defineRoute({
    ...{ ...shared, method: "POST", path: `${path}/replay` },
    summary: "Deliver once more what was made within a span of time",
    params,
    body: z.strictObject({
      from: moment,
      to: moment,
      states: z.array(state).min(1).max(3).optional(),
    }),
    answers: { 202: z.object({ replayed: z.int(), isMore: z.boolean() }) },
    handle: async (context, { body, params: { id } }) => {
      const span = { from: Date.parse(body.from), to: Date.parse(body.to) };
      const states = body.states ?? ["dead"];
      const replayed = await replaySpan(context, id, { ...span, states });
      return replayed.isOk ? ok({ status: 202, body: replayed.value }) : replayed;
    },
  }),
  defineRoute({
    ...{ ...shared, method: "POST", path: `${path}/test` },
    summary: "Send a test event to this webhook alone",
    params,
    answers: { 202: z.object({ deliveryId: z.string() }) },
    handle: async (context, { params: { id } }) => {
      const sent = await sendTestEvent(context, id);
      return sent.isOk ? ok({ status: 202, body: sent.value }) : sent;
    },
  }),
];
