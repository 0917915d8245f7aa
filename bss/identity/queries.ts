// What is read of identity, for routes and the console.

import { asc, desc, eq, gt, isNotNull, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import {
  identityIssuers as issuers,
  identityApiKeys as keys,
  identityPeers as peers,
  identitySessions as sessions,
  identityUsers as users,
} from "./schema.ts";
import { isOver } from "./session-lifetime.ts";
import type { ApiKey, Issuer, Peer, Session, User } from "./views.ts";

type Read = Pick<Context, "tables" | "now">;

/** By login; `after` is the last of the page before. */
export const listUsers = (
  { tables }: Read,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<User[]> => {
  const login = sql`lower(${users.login})`;
  const isLater = after === undefined ? undefined : gt(login, sql`lower(${after})`);
  return tables.select().from(users).where(isLater).orderBy(login).limit(limit);
};

/** Those that are not over, the last used first. */
export const listSessions = async ({ tables, now }: Read, userId: string): Promise<Session[]> => {
  const ofUser = eq(sessions.userId, userId);
  const all = await tables.select().from(sessions).where(ofUser).orderBy(desc(sessions.lastUsedAt));
  return all.filter((session) => !isOver(session, now));
};

/** The newest first; those of one user, or all. */
export const listApiKeys = (
  { tables }: Read,
  { userId, limit }: { readonly userId?: string | undefined; readonly limit: number },
): Promise<ApiKey[]> =>
  tables
    .select()
    .from(keys)
    .where(userId === undefined ? undefined : eq(keys.userId, userId))
    .orderBy(desc(keys.createdAt), asc(keys.id))
    .limit(limit);

export const listIssuers = ({ tables }: Read): Promise<Issuer[]> =>
  tables.select().from(issuers).orderBy(issuers.name);

export const listPeers = ({ tables }: Read): Promise<Peer[]> =>
  tables.select().from(peers).orderBy(peers.name);

/** The names of those that one may log in with. */
export const listLoginIssuers = async ({ tables }: Read): Promise<string[]> => {
  const canLogIn = isNotNull(issuers.clientId);
  const found = await tables
    .select({ name: issuers.name, isActive: issuers.isActive })
    .from(issuers)
    .where(canLogIn)
    .orderBy(issuers.name);
  return found.filter(({ isActive }) => isActive).map(({ name }) => name);
};
