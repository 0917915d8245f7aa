// Tries at a password. Each is counted, and committed, before the password is looked at, and taken
// back when it was right: so N at once are no more tries than N in a row, and none is forgotten
// with the transaction of a request that is refused.

import { and, eq, isNull, sql } from "drizzle-orm";
import { limits } from "../limits.ts";
import type { Identity } from "./identity.ts";
import { isLocked, type Tries, triesAfterOneMore } from "./lockout.ts";
import { identityUsers as users } from "./schema.ts";

type At = Pick<Identity, "database">;

const isStill = (id: string, { failedTries, lockedUntil }: Tries) =>
  and(
    eq(users.id, id),
    eq(users.failedTries, failedTries),
    lockedUntil === null ? isNull(users.lockedUntil) : eq(users.lockedUntil, lockedUntil),
  );

/** Undefined: locked, or so many try at once that it may as well be. */
export const claimTry = async (
  { database: { tables } }: At,
  id: string,
  now: number,
): Promise<Tries | undefined> => {
  for (let claims = 0; claims < limits.loginClaimsMax; claims++) {
    const [tries] = await tables
      .select({ failedTries: users.failedTries, lockedUntil: users.lockedUntil })
      .from(users)
      .where(eq(users.id, id));
    if (tries === undefined || isLocked(tries, now)) return undefined;
    const claimed = triesAfterOneMore(tries, now);
    const { rowCount } = await tables.update(users).set(claimed).where(isStill(id, tries));
    if (rowCount === 1) return claimed;
  }
  return undefined;
};

/** It was neither right nor wrong: somebody has to be asked for the code first. */
export const giveTryBack = async (
  { database: { tables } }: At,
  id: string,
  claimed: Tries,
): Promise<void> => {
  const isMine = sql`${users.lockedUntil} IS NOT DISTINCT FROM ${claimed.lockedUntil}::bigint`;
  const before = {
    failedTries: sql`greatest(${users.failedTries} - 1, 0)`,
    lockedUntil: sql`CASE WHEN ${isMine} THEN NULL ELSE ${users.lockedUntil} END`,
  };
  await tables.update(users).set(before).where(eq(users.id, id));
};

/** Takes as long as counting does, commit to disk included, and counts nothing. */
export const pretendTry = async ({ database: { tables } }: At): Promise<void> => {
  await tables.execute(sql`SELECT pg_logical_emit_message(true, 'tollgate', '')`);
};
