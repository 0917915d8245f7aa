// Somebody cannot log in any more: a one-time password for another who may give it, or only the
// lock undone.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { UserWithPassword } from "./create-user.ts";
import { lockUser } from "./find-user.ts";
import { checkMayGrant } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { recordUser } from "./record-identity.ts";
import { endSessions } from "./revoke-sessions.ts";
import { identityUsers as users } from "./schema.ts";
import { newOneTimePassword } from "./secrets.ts";
import type { User } from "./views.ts";

const unlocked = { failedTries: 0, lockedUntil: null } as const;

/**
 * Takes the lock away too, and with `removesTotp` the app, which may be gone with its telephone.
 */
export const resetPassword = async (
  context: Context,
  identity: Identity,
  { id, removesTotp }: { readonly id: string; readonly removesTotp: boolean },
): Promise<Answered<UserWithPassword>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const found = await lockUser(context, id);
  if (!found.isOk) return found;
  if (found.value.issuerId !== null) {
    return refuse("UNPROCESSABLE", "this user has no password here, but logs in with an issuer");
  }
  const oneTimePassword = newOneTimePassword();
  const passwordHash = await identity.passwords.hash(oneTimePassword);
  if (!passwordHash.isOk) return passwordHash;
  const changed = {
    ...{ passwordHash: passwordHash.value, mustChangePassword: true, ...unlocked },
    ...(removesTotp ? { totpSecret: null, isTotpConfirmed: false } : {}),
  };
  await context.tables.update(users).set(changed).where(eq(users.id, id));
  await endSessions(context, identity, id);
  const user = { ...found.value, ...changed };
  recordUser(context, identity, { action: "update", before: found.value, after: user });
  return ok({ user, oneTimePassword });
};

export const unlockUser = async (
  context: Context,
  identity: Identity,
  id: string,
): Promise<Answered<User>> => {
  const found = await lockUser(context, id);
  if (!found.isOk) return found;
  await context.tables.update(users).set(unlocked).where(eq(users.id, id));
  const user = { ...found.value, ...unlocked };
  recordUser(context, identity, { action: "update", before: found.value, after: user });
  return ok(user);
};
