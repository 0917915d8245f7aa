// Somebody chooses another password: with the old one, even in a session, for a screen may be left
// alone. Other sessions end, for whoever knew the old one may be in them.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { RequestHead } from "./credentials.ts";
import { findSelf, lockUser } from "./find-user.ts";
import type { Identity } from "./identity.ts";
import { checkPassword } from "./password-rules.ts";
import { provePassword } from "./prove-password.ts";
import { recordUser } from "./record-identity.ts";
import { endSessions, sessionOf } from "./revoke-sessions.ts";
import { identityUsers as users } from "./schema.ts";
import { giveTryBack } from "./tries.ts";
import type { User } from "./views.ts";

/** Of the session's own user. A wrong one counts, and locks, as when logging in. */
export const proveOwnPassword = async (
  context: Context,
  identity: Identity,
  password: string,
): Promise<Answered<User>> => {
  const self = await findSelf(context);
  if (!self.isOk) return self;
  const proof = await provePassword(identity, self.value, password, context.now);
  if (!proof.isOk) return proof;
  if (proof.value.isRight) {
    // For good, whatever becomes of the rest: a new password that is too short is no wrong one.
    await giveTryBack(identity, self.value.id, proof.value.tries);
    return lockUser(context, self.value.id);
  }
  const detail = "the password is wrong, or the login is locked for a while";
  return refuse("FORBIDDEN", detail, { errors: [{ pointer: "/password", detail }] });
};

export type ChangePassword = {
  readonly password: string;
  readonly newPassword: string;
  readonly request: RequestHead;
};

export const changePassword = async (
  context: Context,
  identity: Identity,
  { password, newPassword, request }: ChangePassword,
): Promise<Answered<undefined>> => {
  const proved = await proveOwnPassword(context, identity, password);
  if (!proved.isOk) return proved;
  const user = proved.value;
  const checked = checkPassword(newPassword, user);
  const isSame = checked.isOk && newPassword === password;
  if (!checked.isOk || isSame) {
    const detail = checked.isOk ? "this is the password that you have" : checked.error;
    return refuse("UNPROCESSABLE", detail, { errors: [{ pointer: "/newPassword", detail }] });
  }
  const passwordHash = await identity.passwords.hash(checked.value);
  if (!passwordHash.isOk) return passwordHash;
  const changed = { passwordHash: passwordHash.value, mustChangePassword: false };
  await context.tables.update(users).set(changed).where(eq(users.id, user.id));
  const current = await sessionOf(context, request);
  await endSessions(context, identity, user.id, current?.id);
  const after = { ...user, ...changed };
  recordUser(context, identity, { action: "update", before: user, after });
  return ok(undefined);
};
