// The verbs of a TMF API's hub: register a listener, look at it, unregister it.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { type CallbackPolicy, readCallback } from "./callback-policy.ts";
import { notifySubscriptions } from "./event-channel.ts";
import { type EventQuery, readEventQuery } from "./event-query.ts";
import {
  auditedListener,
  checkDomains,
  checkRoom,
  findSubscription,
  listenerView,
} from "./find-subscription.ts";
import { eventSubscriptions } from "./schema.ts";

export type HubApi = {
  /** As in `/tmf-api/productCatalogManagement/v4`. */
  readonly basePath: string;
  readonly domain: string;
  readonly tag: string;
  /** All that it publishes. */
  readonly eventTypes: readonly string[];
};

export type ListenerInput = { readonly callback: string; readonly query?: string | undefined };
export type ListenerView = ReturnType<typeof listenerView>;

const newOne = { state: "active", failures: 0, pausedUntil: 0 } as const;

export const registerListener = async (
  context: Context,
  api: HubApi,
  policy: CallbackPolicy,
  input: ListenerInput,
): Promise<Answered<ListenerView>> => {
  const { actor, now, record, statements, tables } = context;
  const domains = checkDomains(context, [api.domain], "");
  if (!domains.isOk) return domains;
  const callback = readCallback(input.callback, policy);
  if (!callback.isOk) return refuseAt("/callback", `the callback is refused: ${callback.error}`);
  const query = checkQuery(api, input.query ?? "");
  if (!query.isOk) return query;
  const room = await checkRoom(context);
  if (!room.isOk) return room;
  const values = {
    ...{ id: uuidV7(now), kind: "hub" as const, callback: input.callback, description: "" },
    ...{ domains: [...domains.value], eventTypes: null, query: input.query ?? "" },
    ...{ owner: `${actor.kind}:${actor.id}`, concurrency: limits.concurrencyDefault },
    ...{ createdAt: now, updatedAt: now, ...newOne },
  };
  const [made] = await tables.insert(eventSubscriptions).values(values).returning();
  const view = listenerView(made!);
  const after = auditedListener(view);
  record({ entity: "listener", entityId: made!.id, action: "create", before: null, after });
  await notifySubscriptions(statements);
  return ok(view);
};

const refuseAt = (pointer: string, detail: string) =>
  refuse("INVALID_REQUEST", detail, { errors: [{ pointer, detail }] });

/** What could never be met is a mistake, and told. */
const checkQuery = (api: HubApi, text: string): Answered<EventQuery> => {
  const query = readEventQuery(text);
  if (!query.isOk) return refuseAt("/query", `the query is refused: ${query.error}`);
  const { conditions, eventTypes } = query.value;
  const unknown = [...(eventTypes ?? [])].filter((type) => !api.eventTypes.includes(type));
  if (unknown.length > 0) {
    return refuseAt(
      "/query",
      `there are no events ${unknown.join(", ")}: ${api.eventTypes.join(", ")}`,
    );
  }
  const strange = conditions.find(({ path: [name = ""] }) => {
    const type = name.charAt(0).toUpperCase() + name.slice(1);
    return !api.eventTypes.some((eventType) => eventType.startsWith(type));
  });
  if (strange === undefined) return ok(query.value);
  return refuseAt("/query", `no event is about a ${strange.path[0]}`);
};

export const findListener = async (
  context: Context,
  api: HubApi,
  id: string,
): Promise<Answered<ListenerView>> => {
  const found = await findSubscription(context, "hub", id);
  if (!found.isOk) return found;
  if (found.value.domains[0] !== api.domain) return refuse("NOT_FOUND", `there is no hub ${id}`);
  return ok(listenerView(found.value));
};

export const unregisterListener = async (
  context: Context,
  api: HubApi,
  id: string,
): Promise<Answered<undefined>> => {
  const { now, record, statements, tables } = context;
  const found = await findListener(context, api, id);
  if (!found.isOk) return found;
  const deleted = { state: "deleted" as const, updatedAt: now };
  await tables.update(eventSubscriptions).set(deleted).where(eq(eventSubscriptions.id, id));
  const before = auditedListener(found.value);
  record({ entity: "listener", entityId: id, action: "delete", before, after: null });
  await notifySubscriptions(statements);
  return ok(undefined);
};
