// POST /hub, GET and DELETE /hub/{id} of one TMF API (TMF630).

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import type { CallbackPolicy } from "./callback-policy.ts";
import { findListener, type HubApi, registerListener, unregisterListener } from "./hub.ts";

const input = z.strictObject({
  callback: z.string().max(limits.callbackCharactersMax),
  query: z.string().max(limits.eventQueryCharactersMax).optional(),
});
const listener = z.object({
  id: z.string(),
  callback: z.string(),
  query: z.string().optional(),
});
const params = z.strictObject({ id: z.uuid() });

export const hubRoutes = (api: HubApi, policy: CallbackPolicy): readonly Route[] => {
  const { basePath, tag } = api;
  const permission = "event:subscribe" as const;
  return [
    defineRoute({
      ...{ method: "POST", path: `${basePath}/hub`, tag, permission },
      summary: "Register a listener",
      body: input,
      answers: { 201: listener },
      handle: async (context, { body }) => {
        const made = await registerListener(context, api, policy, body);
        if (!made.isOk) return made;
        const headers = { location: `${basePath}/hub/${made.value.id}` };
        return ok({ status: 201, body: made.value, headers });
      },
    }),
    defineRoute({
      ...{ method: "GET", path: `${basePath}/hub/:id`, tag, permission },
      summary: "A listener",
      params,
      answers: { 200: listener },
      handle: async (context, { params: { id } }) => {
        const found = await findListener(context, api, id);
        return found.isOk ? ok({ status: 200, body: found.value }) : found;
      },
    }),
    defineRoute({
      ...{ method: "DELETE", path: `${basePath}/hub/:id`, tag, permission },
      summary: "Unregister a listener",
      params,
      answers: { 204: null },
      handle: async (context, { params: { id } }) => {
        const gone = await unregisterListener(context, api, id);
        return gone.isOk ? ok({ status: 204 }) : gone;
      },
    }),
  ];
};
