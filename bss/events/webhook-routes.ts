// /api/webhooks: our own subscriptions, signed, with their log.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { deliveryRoutes } from "./delivery-routes.ts";
import { eventDomains } from "./event-domains.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateSecret,
  type WebhookTools,
} from "./webhooks.ts";

const eventType = z.string().regex(/^[A-Z][A-Za-z0-9]{0,99}$/);
const parts = {
  url: z.string().max(limits.callbackCharactersMax),
  description: z
    .string()
    .max(limits.webhookDescriptionCharactersMax)
    .regex(/^\P{C}*$/u),
  domains: z.array(z.enum(eventDomains)).min(1).max(eventDomains.length),
  eventTypes: z.array(eventType).min(1).max(limits.webhookEventTypesMax),
  concurrency: z.int().min(1).max(limits.concurrencyMax),
};
const input = z.strictObject({
  url: parts.url,
  description: parts.description.optional(),
  domains: parts.domains.optional(),
  eventTypes: parts.eventTypes.optional(),
  concurrency: parts.concurrency.optional(),
});
const change = z.strictObject({
  ...input.partial().shape,
  eventTypes: parts.eventTypes.nullable().optional(),
  state: z.enum(["active", "disabled"]).optional(),
});
const webhook = z.object({
  ...{ id: z.string(), href: z.string(), url: z.string(), description: z.string() },
  ...{ domains: z.array(z.string()), eventTypes: z.array(z.string()).optional() },
  ...{ concurrency: z.int(), state: z.string(), stateReason: z.string().optional() },
  ...{ createdAt: z.string(), updatedAt: z.string(), failures: z.int() },
  ...{ failingSince: z.string().optional(), previousSecretUntil: z.string().optional() },
});
const withSecret = webhook.extend({ secret: z.string() });
const rotation = z.strictObject({
  previousValidSeconds: z.int().min(0).max(limits.previousSecretSecondsMax).optional(),
});
const paging = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(limits.webhookPageMax).optional(),
});
const params = z.strictObject({ id: z.uuid() });
const shared = { tag: "Webhooks", permission: "event:subscribe" } as const;
const path = "/api/webhooks";

export const webhookRoutes = (tools: WebhookTools): readonly Route[] => [
  defineRoute({
    ...{ ...shared, method: "POST", path, summary: "Make a webhook; its secret is told once" },
    body: input,
    answers: { 201: withSecret },
    isAnswerSecret: true,
    handle: async (context, { body }) => {
      const made = await createWebhook(context, tools, body);
      if (!made.isOk) return made;
      return ok({ status: 201, body: made.value, headers: { location: made.value.href } });
    },
  }),
  defineRoute({
    ...{ ...shared, method: "GET", path, summary: "Webhooks, in the order of their making" },
    query: paging,
    answers: { 200: z.object({ items: z.array(webhook), next: z.string().optional() }) },
    handle: async (context, { query }) => {
      const limit = query.limit ?? limits.webhookPageDefault;
      return ok({ status: 200, body: await listWebhooks(context, { ...query, limit }) });
    },
  }),
  defineRoute({
    ...{ ...shared, method: "GET", path: `${path}/:id`, summary: "A webhook" },
    params,
    answers: { 200: webhook },
    handle: async (context, { params: { id } }) => {
      const found = await findWebhook(context, id);
      return found.isOk ? ok({ status: 200, body: found.value }) : found;
    },
  }),
  ...changeRoutes(tools),
  ...deliveryRoutes,
];

const changeRoutes = (tools: WebhookTools): readonly Route[] => [
  defineRoute({
    ...{ ...shared, method: "PATCH", path: `${path}/:id`, summary: "Change a webhook" },
    params,
    body: change,
    answers: { 200: webhook },
    handle: async (context, { body, params: { id } }) => {
      const changed = await changeWebhook(context, tools, id, body);
      return changed.isOk ? ok({ status: 200, body: changed.value }) : changed;
    },
  }),
  defineRoute({
    ...{ ...shared, method: "DELETE", path: `${path}/:id`, summary: "Delete a webhook" },
    params,
    answers: { 204: null },
    handle: async (context, { params: { id } }) => {
      const gone = await deleteWebhook(context, id);
      return gone.isOk ? ok({ status: 204 }) : gone;
    },
  }),
  defineRoute({
    ...{ ...shared, method: "POST", path: `${path}/:id/rotate`, summary: "Give it a new secret" },
    params,
    body: rotation,
    answers: { 200: withSecret },
    isAnswerSecret: true,
    handle: async (context, { body, params: { id } }) => {
      const seconds = body.previousValidSeconds ?? limits.previousSecretSecondsDefault;
      const rotated = await rotateSecret(context, tools, id, seconds);
      return rotated.isOk ? ok({ status: 200, body: rotated.value }) : rotated;
    },
  }),
];
