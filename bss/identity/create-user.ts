// A user comes to be, with a password that is good for one thing: choosing another one.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Role } from "../permissions.ts";
import { checkMayGrant } from "./grants.ts";
import type { PasswordHashing } from "./password-hashing.ts";
import { type AuditKeys, recordUser } from "./record-identity.ts";
import { identityUsers as users } from "./schema.ts";
import { newOneTimePassword } from "./secrets.ts";
import { orConflict } from "./unique.ts";
import type { User } from "./views.ts";

export type NewUser = {
  readonly login: string;
  readonly email?: string | null | undefined;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly customerId?: string | null | undefined;
};

/** The password is shown once. */
export type UserWithPassword = { readonly user: User; readonly oneTimePassword: string };

export const createUser = async (
  context: Context,
  { passwords, ...keys }: { readonly passwords: PasswordHashing } & AuditKeys,
  { login, email, name, roles, customerId }: NewUser,
): Promise<Answered<UserWithPassword>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  if (roles.includes("self-care") && customerId == null) {
    const detail = "somebody with self-care belongs to a customer";
    return refuse("UNPROCESSABLE", detail, { errors: [{ pointer: "/customerId", detail }] });
  }
  const oneTimePassword = newOneTimePassword();
  const passwordHash = await passwords.hash(oneTimePassword);
  if (!passwordHash.isOk) return passwordHash;
  const row = {
    ...{ id: uuidV7(context.now), login, email: email ?? null, name, roles: [...roles] },
    ...{ customerId: customerId ?? null, passwordHash: passwordHash.value, isActive: true },
    ...{ mustChangePassword: true, createdAt: context.now },
  };
  const written = context.tables.insert(users).values(row).returning();
  const created = await orConflict(written, "somebody has this login or this e-mail address");
  if (!created.isOk) return created;
  const [user] = created.value;
  recordUser(context, keys, { action: "create", before: null, after: user! });
  return ok({ user: user!, oneTimePassword });
};
