// The way in: an administrator when there is nobody yet, and a way back when nobody remembers the
// password. Both give a one-time password to be printed, by a program that runs beside the
// database.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import { takeTurns } from "./administrators.ts";
import { createUser, type UserWithPassword } from "./create-user.ts";
import { findByLogin } from "./find-user.ts";
import type { Identity } from "./identity.ts";
import { createPasswordHashing } from "./password-hashing.ts";
import type { AuditKeys } from "./record-identity.ts";
import { resetPassword } from "./reset-password.ts";
import { identityUsers as users } from "./schema.ts";

export type FirstPassword = { readonly login: string; readonly oneTimePassword: string };

const firstLogin = "admin";

const passwordOf = ({ user, oneTimePassword }: UserWithPassword): FirstPassword => ({
  login: user.login,
  oneTimePassword,
});

const create = async (
  context: Context,
  keys: AuditKeys,
  login: string,
): Promise<Answered<FirstPassword>> => {
  const created = await createUser(
    context,
    { passwords: createPasswordHashing(), cipher: keys.cipher },
    { login, name: "Administrator", roles: ["administrator"] },
  );
  return created.isOk ? ok(passwordOf(created.value)) : created;
};

/** Undefined: there are users already. Of programs that start at once one makes it. */
export const firstAdministrator = async (
  context: Context,
  keys: AuditKeys,
): Promise<Answered<FirstPassword | undefined>> => {
  await takeTurns(context);
  const [somebody] = await context.tables.select({ id: users.id }).from(users).limit(1);
  return somebody === undefined ? create(context, keys, firstLogin) : ok(undefined);
};

/**
 * Makes the user an active administrator, or makes one: by password alone, with no lock and app.
 */
export const resetAdministrator = async (
  context: Context,
  identity: Identity,
  login = firstLogin,
): Promise<Answered<FirstPassword>> => {
  await takeTurns(context);
  const found = await findByLogin(context.tables, login);
  if (found === undefined) return create(context, identity, login);
  const reset = await resetPassword(context, identity, { id: found.id, removesTotp: true });
  if (!reset.isOk) return reset;
  const roles = [...new Set([...found.roles, "administrator"])];
  await context.tables.update(users).set({ roles, isActive: true }).where(eq(users.id, found.id));
  const after = { roles, isActive: true };
  const before = { roles: found.roles, isActive: found.isActive };
  context.record({ entity: "user", entityId: found.id, action: "update", before, after });
  return ok(passwordOf(reset.value));
};
