// A subscription as its owners see it, and who those are: whoever may subscribe to events sees the
// subscriptions to what it may read, its own and others'.

import { createHash } from "node:crypto";
import { and, count, eq, ne } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { mayHear } from "./event-domains.ts";
import { eventSubscriptions } from "./schema.ts";

export type Subscription = typeof eventSubscriptions.$inferSelect;
export type SubscriptionKind = Subscription["kind"];

/** What is not for this actor is not there. */
export const findSubscription = async (
  { actor, tables }: Context,
  kind: SubscriptionKind,
  id: string,
): Promise<Answered<Subscription>> => {
  const isOne = and(
    eq(eventSubscriptions.id, id),
    eq(eventSubscriptions.kind, kind),
    ne(eventSubscriptions.state, "deleted"),
  );
  const [found] = await tables.select().from(eventSubscriptions).where(isOne);
  if (found === undefined || !found.domains.every((domain) => mayHear(actor, domain))) {
    return refuse("NOT_FOUND", `there is no ${kind} ${id}`);
  }
  return ok(found);
};

/** Refuses what the actor may not read, each with its place. */
export const checkDomains = (
  { actor }: Context,
  domains: readonly string[],
  pointer: string,
): Answered<readonly string[]> => {
  const refused = domains.filter((domain) => !mayHear(actor, domain));
  if (refused.length === 0) return ok([...new Set(domains)].sort());
  const detail = `you may not read the events of ${refused.join(", ")}`;
  return refuse("FORBIDDEN", detail, { errors: [{ pointer, detail }] });
};

/** Spreading looks at all of them for each page of events. */
export const checkRoom = async ({ tables }: Context): Promise<Answered<undefined>> => {
  const isThere = ne(eventSubscriptions.state, "deleted");
  const [row] = await tables.select({ there: count() }).from(eventSubscriptions).where(isThere);
  if ((row?.there ?? 0) < limits.subscriptionsMax) return ok(undefined);
  return refuse("UNPROCESSABLE", `there are ${limits.subscriptionsMax} subscriptions already`);
};

/**
 * A callback for the audit, which keeps it for ever: path and query often are all that lets
 * somebody in there. By the digest two are known to differ.
 */
export const auditedCallback = (text: string): string => {
  const { origin, pathname, search } = new URL(text);
  if (pathname === "/" && search === "") return origin;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${origin}/… sha256:${digest}`;
};

/** For answers: without secrets. */
export const webhookView = (row: Subscription) => ({
  id: row.id,
  href: `/api/webhooks/${row.id}`,
  url: row.callback,
  description: row.description,
  domains: row.domains,
  ...(row.eventTypes === null ? {} : { eventTypes: row.eventTypes }),
  concurrency: row.concurrency,
  state: row.state,
  ...(row.stateReason === null ? {} : { stateReason: row.stateReason }),
  createdAt: timeOf(row.createdAt),
  updatedAt: timeOf(row.updatedAt),
  failures: row.failures,
  ...(row.failingSince === null ? {} : { failingSince: timeOf(row.failingSince) }),
  ...(row.previousSecretUntil === null
    ? {}
    : { previousSecretUntil: timeOf(row.previousSecretUntil) }),
});

export const auditedWebhook = (row: Subscription) => ({
  ...webhookView(row),
  url: auditedCallback(row.callback),
});

export const listenerView = ({ id, callback, query }: Subscription) => ({
  id,
  callback,
  ...(query === "" ? {} : { query }),
});

export const auditedListener = <T extends { readonly callback: string }>(view: T): T => ({
  ...view,
  callback: auditedCallback(view.callback),
});

export const timeOf = (at: number): string => new Date(at).toISOString();
