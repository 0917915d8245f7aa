// A session comes to be; those of the user that are over, or too many, go.

import { and, desc, eq, inArray, lt, or } from "drizzle-orm";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { limits } from "../limits.ts";
import { identitySessions as sessions } from "./schema.ts";
import { hashOf, newSecret, sessionTokenBegin } from "./secrets.ts";
import { lifetimeFrom } from "./session-lifetime.ts";
import { type Session, sessionView, type User } from "./views.ts";

/** Where somebody logs in from, for them to know their sessions apart. */
export type Whence = { readonly address: string; readonly userAgent: string };

export type OpenedSession = {
  /** Shown once. */
  readonly token: string;
  readonly session: Session;
  readonly user: User;
};

const dropOld = async ({ tables, now }: Context, userId: string): Promise<void> => {
  const idle = lt(sessions.lastUsedAt, now - limits.sessionIdleMsMax);
  const over = or(lt(sessions.expiresAt, now), idle);
  await tables.delete(sessions).where(and(eq(sessions.userId, userId), over));
  const tooMany = tables
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.lastUsedAt))
    .offset(limits.sessionsOfUserMax - 1);
  await tables.delete(sessions).where(inArray(sessions.id, tooMany));
};

export const openSession = async (
  context: Context,
  user: User,
  { address, userAgent }: Whence,
): Promise<OpenedSession> => {
  await dropOld(context, user.id);
  const token = newSecret(sessionTokenBegin);
  const session = {
    ...{
      id: uuidV7(context.now),
      tokenHash: hashOf(token),
      userId: user.id,
      createdAt: context.now,
    },
    ...lifetimeFrom(context.now),
    ...{ address: address.slice(0, 100), userAgent: userAgent.slice(0, 200) },
  };
  await context.tables.insert(sessions).values(session);
  const after = sessionView(session);
  context.record({
    ...{ entity: "session", entityId: session.id, action: "create", before: null, after },
  });
  return { token, session, user };
};
