// API keys come to be and are revoked: those that administrators give to programs, and those that
// somebody makes for their own scripts. A key is shown once. One that was revoked stays in the
// list, for what it did stays in the audit.

import { and, eq, isNull } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Permission, Role } from "../permissions.ts";
import { findSelf } from "./find-user.ts";
import { rolesOf } from "./granted.ts";
import { checkMayGrant } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { identityApiKeys as keys } from "./schema.ts";
import { apiKeyBegin, hashOf, hintOf, newSecret } from "./secrets.ts";
import { type ApiKey, apiKeyView } from "./views.ts";

type OwnKey = {
  readonly name: string;
  /** Undefined: all that the roles say. */
  readonly scopes?: readonly Permission[] | undefined;
  /** ms since 1970; undefined: it does not end by itself. */
  readonly expiresAt?: number | undefined;
};

export type NewApiKey = OwnKey & {
  readonly roles: readonly Role[];
  readonly customerId?: string | undefined;
  readonly requestsPerMinuteMax?: number | undefined;
};

export type CreatedApiKey = { readonly key: string; readonly apiKey: ApiKey };

const dayMs = 86_400_000;

const checkEnd = (expiresAt: number | undefined, now: number): Answered<undefined> => {
  const latest = now + limits.apiKeyDaysMax * dayMs;
  if (expiresAt === undefined || (expiresAt > now && expiresAt <= latest)) return ok(undefined);
  const detail = `expected a moment to come, within ${limits.apiKeyDaysMax} days`;
  return refuse("UNPROCESSABLE", detail, { errors: [{ pointer: "/expiresAt", detail }] });
};

const insert = async (
  context: Context,
  userId: string | null,
  { name, roles, scopes, customerId, requestsPerMinuteMax, expiresAt }: NewApiKey,
): Promise<Answered<CreatedApiKey>> => {
  const end = checkEnd(expiresAt, context.now);
  if (!end.isOk) return end;
  const key = newSecret(apiKeyBegin);
  const apiKey = {
    ...{ id: uuidV7(context.now), name, keyHash: hashOf(key), hint: hintOf(key), userId },
    ...{ roles: [...roles], scopes: scopes === undefined ? null : [...scopes] },
    ...{ customerId: customerId ?? null, requestsPerMinuteMax: requestsPerMinuteMax ?? null },
    ...{ expiresAt: expiresAt ?? null, lastUsedAt: null, revokedAt: null, createdAt: context.now },
  };
  await context.tables.insert(keys).values(apiKey);
  const after = apiKeyView(apiKey);
  context.record({
    ...{ entity: "apiKey", entityId: apiKey.id, action: "create", before: null, after },
  });
  return ok({ key, apiKey });
};

/** For a program. */
export const createApiKey = async (
  context: Context,
  wanted: NewApiKey,
): Promise<Answered<CreatedApiKey>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  if (wanted.roles.includes("self-care") && wanted.customerId === undefined) {
    const detail = "a key with self-care belongs to a customer";
    return refuse("UNPROCESSABLE", detail, { errors: [{ pointer: "/customerId", detail }] });
  }
  return insert(context, null, wanted);
};

/** For oneself: with one's own roles, those that one loses excepted. */
export const createOwnApiKey = async (
  context: Context,
  wanted: OwnKey,
): Promise<Answered<CreatedApiKey>> => {
  const self = await findSelf(context);
  if (!self.isOk) return self;
  if (self.value.mustChangePassword) return refuse("FORBIDDEN", "change the password first");
  if (self.value.issuerId !== null) {
    return refuse("FORBIDDEN", "a key would outlive what your issuer says of you: use its tokens");
  }
  const isOwn = and(eq(keys.userId, self.value.id), isNull(keys.revokedAt));
  if ((await context.tables.$count(keys, isOwn)) >= limits.apiKeysOfUserMax) {
    return refuse("CONFLICT", `nobody has more than ${limits.apiKeysOfUserMax} keys`);
  }
  return insert(context, self.value.id, { ...wanted, roles: rolesOf(self.value.roles) });
};

/** `userId`: only one of theirs. Revoking it again changes nothing. */
const revoke = async (
  context: Context,
  identity: Identity,
  id: string,
  userId?: string,
): Promise<Answered<undefined>> => {
  const isThis = eq(keys.id, id);
  const whose = userId === undefined ? isThis : and(isThis, eq(keys.userId, userId));
  const [key] = await context.tables.select().from(keys).where(whose).for("update");
  if (key === undefined) return refuse("NOT_FOUND", "there is no such key");
  identity.actors.forget(id);
  if (key.revokedAt !== null) return ok(undefined);
  const revokedAt = context.now;
  await context.tables.update(keys).set({ revokedAt }).where(isThis);
  const [before, after] = [apiKeyView(key), apiKeyView({ ...key, revokedAt })];
  context.record({ entity: "apiKey", entityId: id, action: "update", before, after });
  return ok(undefined);
};

/** With their user: what a key could do ends, and the audit has when. */
export const deleteKeys = async (
  context: Context,
  { actors }: Identity,
  userId: string,
): Promise<void> => {
  const deleted = await context.tables.delete(keys).where(eq(keys.userId, userId)).returning();
  for (const key of deleted) {
    actors.forget(key.id);
    const [entityId, before] = [key.id, apiKeyView(key)];
    context.record({ entity: "apiKey", entityId, action: "delete", before, after: null });
  }
};

export const revokeApiKey = (context: Context, identity: Identity, id: string) =>
  revoke(context, identity, id);

export const revokeOwnApiKey = async (
  context: Context,
  identity: Identity,
  id: string,
): Promise<Answered<undefined>> => {
  const self = await findSelf(context);
  return self.isOk ? revoke(context, identity, id, self.value.id) : self;
};
