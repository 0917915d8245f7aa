// A session comes to be; those of the user that are over, or too many, go.

import { and, desc, eq, inArray, lt, or } from "drizzle-orm";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { limits } from "../limits.ts";
import type { Identity } from "./identity.ts";
import { recordEnded, recordOpened } from "./record-identity.ts";
import { identitySessions as sessions } from "./schema.ts";
import { hashOf, newSecret, sessionTokenBegin } from "./secrets.ts";
import { lifetimeFrom } from "./session-lifetime.ts";
import type { Session, User } from "./views.ts";

/** Where somebody logs in from, for them to know their sessions apart. */
export type Whence = { readonly address: string; readonly userAgent: string };

export type OpenedSession = {
  /** Shown once. */
  readonly token: string;
  readonly session: Session;
  readonly user: User;
};

const dropOld = async (
  context: Context,
  { actors }: Pick<Identity, "actors">,
  userId: string,
): Promise<void> => {
  const { tables, now } = context;
  const idle = lt(sessions.lastUsedAt, now - limits.sessionIdleMsMax);
  const over = or(lt(sessions.expiresAt, now), idle);
  await tables.delete(sessions).where(and(eq(sessions.userId, userId), over));
  const tooMany = tables
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.lastUsedAt))
    .offset(limits.sessionsOfUserMax - 1);
  // They might have gone on: that they end is a change like any other.
  for (const ended of await tables
    .delete(sessions)
    .where(inArray(sessions.id, tooMany))
    .returning()) {
    actors.forget(ended.id);
    recordEnded(context, ended);
  }
};

export const openSession = async (
  context: Context,
  identity: Pick<Identity, "actors" | "cipher">,
  { user, address, userAgent }: Whence & { readonly user: User },
): Promise<OpenedSession> => {
  await dropOld(context, identity, user.id);
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
  recordOpened(context, identity, session, user);
  return { token, session, user };
};
