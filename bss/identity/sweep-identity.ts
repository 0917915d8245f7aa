// What is over is deleted, in steps that nobody notices: sessions of those who never came back, and
// logins with an issuer that nobody finished.

import type { Statements } from "../db/connection.ts";
import { limits } from "../limits.ts";

const steps = (table: string, isOver: string) => `
  DELETE FROM ${table} WHERE ctid IN (
    SELECT ctid FROM ${table} WHERE ${isOver} LIMIT ${limits.sweepRowsMax} FOR UPDATE SKIP LOCKED)`;

/** For a schedule; it asks nobody, and is no change that the audit has to know of. */
export const sweepIdentity = async (statements: Statements, now: number): Promise<number> => {
  const isOver = "expires_at < $1 OR last_used_at < $2";
  const idleSince = now - limits.sessionIdleMsMax;
  const sessions = await statements.query(steps("identity_sessions", isOver), [now, idleSince]);
  const logins = await statements.query(steps("identity_oidc_logins", "expires_at < $1"), [now]);
  return (sessions.rowCount ?? 0) + (logins.rowCount ?? 0);
};
