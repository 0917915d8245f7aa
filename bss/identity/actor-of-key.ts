// What an API key may. One of a person may nothing that they may not, and nothing when they are
// gone.

import { and, eq, isNull, lt, or } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Answered } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { KnownActor } from "./actor-cache.ts";
import { unauthenticated } from "./credentials.ts";
import { rolesOf, scopesOf } from "./granted.ts";
import type { AuthenticateOptions } from "./identity.ts";
import { identityApiKeys as keys, identityUsers as users } from "./schema.ts";
import { isUseToBeWritten } from "./session-lifetime.ts";

type Key = typeof keys.$inferSelect;
type User = typeof users.$inferSelect;

const whyNot = (key: Key, user: User | null, now: number): string | undefined => {
  if (key.revokedAt !== null) return "the API key was revoked";
  if (key.expiresAt !== null && now >= key.expiresAt) return "the API key has expired";
  if (user !== null && !user.isActive) return "the user of the API key is not active";
  if (user?.mustChangePassword) return "the user of the API key has to change the password first";
  return undefined;
};

const actorOf = (key: Key, user: User | null): KnownActor["actor"] => ({
  kind: "api-key",
  id: key.id,
  name: user === null ? key.name : `${user.name}: ${key.name}`,
  roles: rolesOf(key.roles.filter((role) => user === null || user.roles.includes(role))),
  scopes: scopesOf(key.scopes),
  customerId: (user === null ? key.customerId : user.customerId) ?? undefined,
  requestsPerMinuteMax: key.requestsPerMinuteMax ?? undefined,
});

export const actorOfKey = async (
  { database: { tables }, now }: AuthenticateOptions,
  keyHash: Buffer,
): Promise<Answered<KnownActor>> => {
  const [found] = await tables
    .select({ key: keys, user: users })
    .from(keys)
    .leftJoin(users, eq(users.id, keys.userId))
    .where(eq(keys.keyHash, keyHash));
  if (found === undefined) return unauthenticated("there is no such API key");
  const { key, user } = found;
  const at = now();
  const reason = whyNot(key, user, at);
  if (reason !== undefined) return unauthenticated(reason);
  if (isUseToBeWritten(key.lastUsedAt, at)) {
    const before = lt(keys.lastUsedAt, at - limits.lastUsedWrittenMs + 1);
    const isDue = and(eq(keys.id, key.id), or(isNull(keys.lastUsedAt), before));
    await tables.update(keys).set({ lastUsedAt: at }).where(isDue);
  }
  return ok({ actor: actorOf(key, user), subjects: [key.id, ...(user === null ? [] : [user.id])] });
};
