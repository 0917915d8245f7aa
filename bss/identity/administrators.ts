// There is always somebody who can let others in: a local user who is active and an administrator.
// Those of an issuer do not count, for with it they are gone. All who take one away, or make the
// first one, take turns.

import { and, arrayContains, eq, isNull, ne, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { identityUsers as users } from "./schema.ts";
import type { User } from "./views.ts";

/** Until the transaction ends. The words are hashed to the number that Postgres locks. */
export const takeTurns = async ({ tables }: Context): Promise<void> => {
  const key = sql`hashtextextended('tollgate: who administers', 0)`;
  await tables.execute(sql`SELECT pg_advisory_xact_lock(${key})`);
};

type Standing = Pick<User, "roles" | "isActive" | "issuerId">;

const administers = ({ roles, isActive, issuerId }: Standing): boolean =>
  isActive && issuerId === null && roles.includes("administrator");

/** `after` undefined: the user is deleted. */
export const checkNotLast = async (
  context: Context,
  before: User,
  after: Standing | undefined,
): Promise<Answered<undefined>> => {
  if (!administers(before) || (after !== undefined && administers(after))) return ok(undefined);
  await takeTurns(context);
  const [other] = await context.tables
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        ne(users.id, before.id),
        eq(users.isActive, true),
        isNull(users.issuerId),
        arrayContains(users.roles, ["administrator"]),
      ),
    )
    .limit(1);
  return other === undefined
    ? refuse("CONFLICT", "nobody else is an active administrator")
    : ok(undefined);
};
