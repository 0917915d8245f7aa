// Whose session it is, while it and they last.

import { and, eq, lt } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Answered } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { KnownActor } from "./actor-cache.ts";
import { unauthenticated } from "./credentials.ts";
import { rolesOf, scopesBeforeChange } from "./granted.ts";
import type { AuthenticateOptions } from "./identity.ts";
import {
  identityIssuers as issuers,
  identitySessions as sessions,
  identityUsers as users,
} from "./schema.ts";
import { isOver, isUseToBeWritten } from "./session-lifetime.ts";

export const actorOfSession = async (
  { database: { tables }, now }: AuthenticateOptions,
  tokenHash: Buffer,
): Promise<Answered<KnownActor>> => {
  const [found] = await tables
    .select({ session: sessions, user: users, isIssuerActive: issuers.isActive })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(issuers, eq(issuers.id, users.issuerId))
    .where(eq(sessions.tokenHash, tokenHash));
  if (found === undefined) return unauthenticated("the session has ended or was revoked");
  const { session, user } = found;
  const at = now();
  if (isOver(session, at)) return unauthenticated("the session is over: log in again");
  if (!user.isActive) return unauthenticated("the user is not active");
  if (found.isIssuerActive === false) return unauthenticated("the user's issuer is not active");
  if (isUseToBeWritten(session.lastUsedAt, at)) {
    const before = lt(sessions.lastUsedAt, at - limits.lastUsedWrittenMs + 1);
    const isThis = eq(sessions.id, session.id);
    await tables.update(sessions).set({ lastUsedAt: at }).where(and(isThis, before));
  }
  const actor = {
    kind: "user",
    id: user.id,
    name: user.name,
    roles: rolesOf(user.roles),
    scopes: user.mustChangePassword ? scopesBeforeChange : undefined,
    customerId: user.customerId ?? undefined,
  } as const;
  return ok({ actor, subjects: [session.id, user.id, ...(user.issuerId ? [user.issuerId] : [])] });
};
