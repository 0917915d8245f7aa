// Sessions end before their time: one, or all of a user.

import { and, eq, ne } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { credentialOf, type RequestHead } from "./credentials.ts";
import { findSelf, findUser } from "./find-user.ts";
import type { Identity } from "./identity.ts";
import { recordEnded } from "./record-identity.ts";
import { identitySessions as sessions } from "./schema.ts";
import { hashOf } from "./secrets.ts";
import type { Session } from "./views.ts";

const noSession = () => refuse("NOT_FOUND", "there is no such session");

const recordEnd = (context: Context, identity: Identity, session: Session): void => {
  identity.actors.forget(session.id);
  recordEnded(context, session);
};

/** The session that a request came with; undefined: it came with something else. */
export const sessionOf = async (
  { tables }: Pick<Context, "tables">,
  request: RequestHead,
): Promise<Session | undefined> => {
  const credential = credentialOf(request);
  if (!credential.isOk || credential.value.kind !== "session") return undefined;
  const isThis = eq(sessions.tokenHash, hashOf(credential.value.token));
  const [session] = await tables.select().from(sessions).where(isThis);
  return session;
};

/**
 * All of a user but `kept`; how many they were. The caller has seen to it that there is the user.
 */
export const endSessions = async (
  context: Context,
  identity: Identity,
  userId: string,
  kept?: string,
): Promise<number> => {
  const ofUser = eq(sessions.userId, userId);
  const others = kept === undefined ? ofUser : and(ofUser, ne(sessions.id, kept));
  const ended = await context.tables.delete(sessions).where(others).returning();
  for (const session of ended) recordEnd(context, identity, session);
  // Those too that another process has opened meanwhile.
  identity.actors.forget(userId);
  return ended.length;
};

export const revokeOwnSession = async (
  context: Context,
  identity: Identity,
  sessionId: string,
): Promise<Answered<undefined>> => {
  const self = await findSelf(context);
  if (!self.isOk) return self;
  const isOwn = and(eq(sessions.id, sessionId), eq(sessions.userId, self.value.id));
  const [ended] = await context.tables.delete(sessions).where(isOwn).returning();
  if (ended === undefined) return noSession();
  recordEnd(context, identity, ended);
  return ok(undefined);
};

export const logOut = async (
  context: Context,
  identity: Identity,
  request: RequestHead,
): Promise<Answered<undefined>> => {
  const session = await sessionOf(context, request);
  return session === undefined ? noSession() : revokeOwnSession(context, identity, session.id);
};

export const revokeSessionsOfUser = async (
  context: Context,
  identity: Identity,
  userId: string,
): Promise<Answered<number>> => {
  const user = await findUser(context, userId);
  return user.isOk ? ok(await endSessions(context, identity, userId)) : user;
};
