// A user by id or login.

import { eq, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { identityUsers as users } from "./schema.ts";
import type { User } from "./views.ts";

export const findByLogin = async (
  tables: Context["tables"],
  login: string,
): Promise<User | undefined> => {
  const isThis = eq(sql`lower(${users.login})`, sql`lower(${login})`);
  const [user] = await tables.select().from(users).where(isThis);
  return user;
};

const noUser = () => refuse("NOT_FOUND", "there is no such user");

export const findUser = async (
  { tables }: Pick<Context, "tables">,
  id: string,
): Promise<Answered<User>> => {
  const [user] = await tables.select().from(users).where(eq(users.id, id));
  return user === undefined ? noUser() : ok(user);
};

/** Nobody else changes it until the transaction ends. */
export const lockUser = async ({ tables }: Context, id: string): Promise<Answered<User>> => {
  const [user] = await tables.select().from(users).where(eq(users.id, id)).for("update");
  return user === undefined ? noUser() : ok(user);
};

/**
 * Of somebody who logged in: a key or a certificate has no password, sessions or keys of its own.
 */
export const findSelf = async (context: Context): Promise<Answered<User>> =>
  context.actor.kind === "user"
    ? findUser(context, context.actor.id)
    : refuse("FORBIDDEN", "this is for somebody who has logged in");
