// Users change, and go. What they lose counts at once, in sessions that they have too.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Role } from "../permissions.ts";
import { checkNotLast } from "./administrators.ts";
import { deleteKeys } from "./api-keys.ts";
import { lockUser } from "./find-user.ts";
import { checkMayGrant } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { recordUser } from "./record-identity.ts";
import { endSessions } from "./revoke-sessions.ts";
import { identityUsers as users } from "./schema.ts";
import { orConflict } from "./unique.ts";
import type { User } from "./views.ts";

/** What is undefined stays as it is. */
export type UserChanges = {
  readonly email?: string | null | undefined;
  readonly name?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly customerId?: string | null | undefined;
  readonly isActive?: boolean | undefined;
};

const changedOf = (user: User, changes: UserChanges) => ({
  email: changes.email === undefined ? user.email : changes.email,
  name: changes.name ?? user.name,
  roles: [...(changes.roles ?? user.roles)],
  customerId: changes.customerId === undefined ? user.customerId : changes.customerId,
  isActive: changes.isActive ?? user.isActive,
});

/** Of an issuer, who says both anew at each login. */
const checkWhose = ({ issuerId }: User, { roles, customerId }: UserChanges) =>
  issuerId !== null && (roles !== undefined || customerId !== undefined)
    ? refuse("UNPROCESSABLE", "the roles and the customer of this user are the issuer's to say")
    : ok(undefined);

export const updateUser = async (
  context: Context,
  identity: Identity,
  { id, changes }: { readonly id: string; readonly changes: UserChanges },
): Promise<Answered<User>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const found = await lockUser(context, id);
  if (!found.isOk) return found;
  const whose = checkWhose(found.value, changes);
  if (!whose.isOk) return whose;
  const changed = changedOf(found.value, changes);
  if (changed.roles.includes("self-care") && changed.customerId === null) {
    return refuse("UNPROCESSABLE", "somebody with self-care belongs to a customer");
  }
  const user = { ...found.value, ...changed };
  const notLast = await checkNotLast(context, found.value, user);
  if (!notLast.isOk) return notLast;
  const write = context.tables.update(users).set(changed).where(eq(users.id, id));
  const written = await orConflict(write.execute(), "somebody has this e-mail address");
  if (!written.isOk) return written;
  if (!user.isActive) await endSessions(context, identity, id);
  identity.actors.forget(id);
  recordUser(context, identity, { action: "update", before: found.value, after: user });
  return ok(user);
};

/** With all sessions and keys. */
export const deleteUser = async (
  context: Context,
  identity: Identity,
  id: string,
): Promise<Answered<undefined>> => {
  const found = await lockUser(context, id);
  if (!found.isOk) return found;
  const notLast = await checkNotLast(context, found.value, undefined);
  if (!notLast.isOk) return notLast;
  await endSessions(context, identity, id);
  await deleteKeys(context, identity, id);
  await context.tables.delete(users).where(eq(users.id, id));
  recordUser(context, identity, { action: "delete", before: found.value, after: null });
  return ok(undefined);
};
