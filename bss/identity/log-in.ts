// Log in with a password, and with a one-time code where the user has that.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Actor, Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { findByLogin, lockUser } from "./find-user.ts";
import { rolesOf } from "./granted.ts";
import { type Identity, sealed, unseal } from "./identity.ts";
import type { Tries } from "./lockout.ts";
import { type OpenedSession, openSession, type Whence } from "./open-session.ts";
import { provePassword, wrongPassword } from "./prove-password.ts";
import { recordUser } from "./record-identity.ts";
import { identityUsers as users } from "./schema.ts";
import { stepOfCode } from "./totp.ts";
import { giveTryBack } from "./tries.ts";
import type { User } from "./views.ts";

export type LogIn = Whence & {
  readonly login: string;
  readonly password: string;
  readonly code?: string | undefined;
};

export const actorOfUser = (user: User): Actor => ({
  kind: "user",
  id: user.id,
  name: user.name,
  roles: rolesOf(user.roles),
  customerId: user.customerId ?? undefined,
});

const refuseCode = (detail: string) =>
  refuse("UNAUTHENTICATED", detail, { errors: [{ pointer: "/code", detail }] });

/** Audited: that somebody was shut out, but not each wrong key that somebody hit. */
const recordLock = (
  { actor, requestId, reason }: Context,
  identity: Identity,
  user: User,
  locked: Tries,
): Promise<Answered<undefined>> =>
  identity.transact({ actor, requestId, reason }, async (inner) => {
    recordUser(inner, identity, { action: "execute", before: user, after: { ...user, ...locked } });
    return ok(undefined);
  });

/** The step of the code, once and for all; 0 where the user has none. */
const useCode = (
  identity: Identity,
  user: User,
  code: string | undefined,
  now: number,
): Answered<number> => {
  if (!user.isTotpConfirmed || user.totpSecret === null) return ok(user.totpLastStep);
  const secret = Buffer.from(unseal(identity, user.totpSecret, sealed.totpSecret), "base64");
  const step = stepOfCode(secret, code ?? "", { now, lastStep: user.totpLastStep });
  return step === undefined ? refuseCode("the code is wrong, too old or was used") : ok(step);
};

/**
 * Needs no transaction of the context, for none shall wait while a password is hashed. Refusals
 * about user and password are one and the same.
 */
export const logIn = async (
  context: Context,
  identity: Identity,
  { login, password, code, ...whence }: LogIn,
): Promise<Answered<OpenedSession>> => {
  const found = await findByLogin(identity.database.tables, login);
  const proof = await provePassword(identity, found, password, context.now);
  if (!proof.isOk) return proof;
  if (!proof.value.isRight) {
    const { locked } = proof.value;
    if (locked !== undefined) await recordLock(context, identity, found!, locked);
    return wrongPassword();
  }
  const { user, tries } = proof.value;
  if (user.isTotpConfirmed && code === undefined) {
    await giveTryBack(identity, user.id, tries);
    return refuseCode("a one-time code is needed besides");
  }
  const { requestId, reason } = context;
  return identity.transact({ actor: actorOfUser(user), requestId, reason }, async (inner) => {
    const now = await lockUser(inner, user.id);
    // It may have changed while the password was hashed.
    const isSame = now.isOk && now.value.isActive && now.value.passwordHash === user.passwordHash;
    if (!isSame) return wrongPassword();
    const step = useCode(identity, now.value, code, inner.now);
    if (!step.isOk) return step;
    const right = { failedTries: 0, lockedUntil: null, totpLastStep: step.value };
    await inner.tables.update(users).set(right).where(eq(users.id, user.id));
    return ok(await openSession(inner, identity, { user: { ...now.value, ...right }, ...whence }));
  });
};
