// The verbs of our own webhooks: make, list, change, delete, and give a new secret.

import { and, asc, eq, gt, ne } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { type CallbackPolicy, readCallback } from "./callback-policy.ts";
import { type Cipher, secretPurpose } from "./cipher.ts";
import { notifySubscriptions } from "./event-channel.ts";
import { eventDomains, mayHear } from "./event-domains.ts";
import {
  auditedWebhook,
  checkDomains,
  checkRoom,
  findSubscription,
  type Subscription,
  webhookView,
} from "./find-subscription.ts";
import { eventSubscriptions } from "./schema.ts";
import { makeSecret } from "./signatures.ts";

export type WebhookTools = { readonly policy: CallbackPolicy; readonly cipher: Cipher };
export type WebhookView = ReturnType<typeof webhookView>;

export type WebhookInput = {
  readonly url: string;
  readonly description?: string | undefined;
  /** Left out: all that the actor may read. */
  readonly domains?: readonly string[] | undefined;
  /** Left out: all. */
  readonly eventTypes?: readonly string[] | undefined;
  readonly concurrency?: number | undefined;
};

/** `secret` is told here and never again. */
export const createWebhook = async (
  context: Context,
  { cipher, policy }: WebhookTools,
  input: WebhookInput,
): Promise<Answered<WebhookView & { readonly secret: string }>> => {
  const { actor, now, record, statements, tables } = context;
  const url = checkUrl(input.url, policy);
  if (!url.isOk) return url;
  const heard = eventDomains.filter((domain) => mayHear(actor, domain));
  const domains = checkDomains(context, input.domains ?? heard, "/domains");
  if (!domains.isOk) return domains;
  const room = await checkRoom(context);
  if (!room.isOk) return room;
  const secret = makeSecret();
  const values = {
    ...{ id: uuidV7(now), kind: "webhook" as const, callback: url.value },
    ...{ description: input.description ?? "", query: "", domains: [...domains.value] },
    eventTypes: input.eventTypes === undefined ? null : [...input.eventTypes],
    ...{ owner: `${actor.kind}:${actor.id}`, state: "active" as const, createdAt: now },
    ...{ updatedAt: now, failures: 0, pausedUntil: 0, secret: cipher.seal(secret, secretPurpose) },
    concurrency: input.concurrency ?? limits.concurrencyDefault,
  };
  const [made] = await tables.insert(eventSubscriptions).values(values).returning();
  const view = webhookView(made!);
  const after = auditedWebhook(made!);
  record({ entity: "webhook", entityId: made!.id, action: "create", before: null, after });
  await notifySubscriptions(statements);
  return ok({ ...view, secret });
};

const checkUrl = (text: string, policy: CallbackPolicy): Answered<string> => {
  const url = readCallback(text, policy);
  if (url.isOk) return ok(text);
  const detail = `the URL is refused: ${url.error}`;
  return refuse("INVALID_REQUEST", detail, { errors: [{ pointer: "/url", detail }] });
};

export const findWebhook = async (context: Context, id: string): Promise<Answered<WebhookView>> => {
  const found = await findSubscription(context, "webhook", id);
  return found.isOk ? ok(webhookView(found.value)) : found;
};

export type WebhookPage = {
  readonly items: readonly WebhookView[];
  /** Behind this the next page begins; left out: there is none. */
  readonly next?: string;
};

/** In the order of making. */
export const listWebhooks = async (
  { actor, tables }: Context,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<WebhookPage> => {
  const isWanted = and(
    eq(eventSubscriptions.kind, "webhook"),
    ne(eventSubscriptions.state, "deleted"),
    gt(eventSubscriptions.number, Number(cursor ?? 0)),
  );
  const rows = await tables
    .select()
    .from(eventSubscriptions)
    .where(isWanted)
    .orderBy(asc(eventSubscriptions.number));
  // There are few of them in all, and who may see which is not for Postgres to say.
  const seen = rows.filter(({ domains }) => domains.every((domain) => mayHear(actor, domain)));
  const page = seen.slice(0, limit);
  const items = page.map(webhookView);
  return seen.length > limit ? { items, next: String(page.at(-1)?.number) } : { items };
};

export type WebhookChange = {
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly domains?: readonly string[] | undefined;
  /** Null: all. */
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly concurrency?: number | undefined;
  readonly state?: "active" | "disabled" | undefined;
};

/** One that is made active again begins with what is left, as if nothing had failed. */
export const changeWebhook = async (
  context: Context,
  { policy }: WebhookTools,
  id: string,
  change: WebhookChange,
): Promise<Answered<WebhookView>> => {
  const found = await findSubscription(context, "webhook", id);
  if (!found.isOk) return found;
  const url = checkUrl(change.url ?? found.value.callback, policy);
  if (!url.isOk) return url;
  const domains = checkDomains(context, change.domains ?? found.value.domains, "/domains");
  if (!domains.isOk) return domains;
  const { concurrency, description, eventTypes, state } = change;
  const types = eventTypes === undefined ? found.value.eventTypes : eventTypes;
  return update(context, found.value, {
    ...{ callback: url.value, domains: [...domains.value] },
    eventTypes: types === null ? null : [...types],
    description: description ?? found.value.description,
    concurrency: concurrency ?? found.value.concurrency,
    ...(state === undefined || state === found.value.state ? {} : stateOf(context, state)),
  });
};

const stateOf = ({ actor }: Context, state: "active" | "disabled") =>
  state === "disabled"
    ? { state, stateReason: `by ${actor.name}` }
    : { state, stateReason: null, failures: 0, failingSince: null, pausedUntil: 0 };

const update = async (
  { now, record, statements, tables }: Context,
  before: Subscription,
  values: Partial<Subscription>,
): Promise<Answered<WebhookView>> => {
  const [after] = await tables
    .update(eventSubscriptions)
    .set({ ...values, updatedAt: now })
    .where(eq(eventSubscriptions.number, before.number))
    .returning();
  const audited = { before: auditedWebhook(before), after: auditedWebhook(after!) };
  record({ entity: "webhook", entityId: before.id, action: "update", ...audited });
  await notifySubscriptions(statements);
  return ok(webhookView(after!));
};

export const deleteWebhook = async (context: Context, id: string): Promise<Answered<undefined>> => {
  const { now, record, statements, tables } = context;
  const found = await findSubscription(context, "webhook", id);
  if (!found.isOk) return found;
  const deleted = { state: "deleted" as const, updatedAt: now };
  await tables.update(eventSubscriptions).set(deleted).where(eq(eventSubscriptions.id, id));
  const before = auditedWebhook(found.value);
  record({ entity: "webhook", entityId: id, action: "delete", before, after: null });
  await notifySubscriptions(statements);
  return ok(undefined);
};

/** The one before signs too for so long: nothing is refused while the subscriber changes over. */
export const rotateSecret = async (
  context: Context,
  { cipher }: WebhookTools,
  id: string,
  previousSeconds: number,
): Promise<Answered<WebhookView & { readonly secret: string }>> => {
  const found = await findSubscription(context, "webhook", id);
  if (!found.isOk) return found;
  const secret = makeSecret();
  const isKept = previousSeconds > 0;
  const changed = await update(context, found.value, {
    secret: cipher.seal(secret, secretPurpose),
    previousSecret: isKept ? found.value.secret : null,
    previousSecretUntil: isKept ? context.now + 1_000 * previousSeconds : null,
  });
  return changed.isOk ? ok({ ...changed.value, secret }) : changed;
};
