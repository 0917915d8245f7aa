// Transactions whose client has gone silent in the middle: its process stands still, its machine
// is gone, its wire is dead. Postgres waits for it, hours where the network does not tell, and all
// that it has locked stays locked. Whoever comes upon such a lock ends them.

import { limits } from "../limits.ts";
import type { Database } from "./connection.ts";

/** lock_not_available: `limits.lockMsMax` is over. */
const lockTimeout = "55P03";

/** Within Drizzle's error too. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && error.code === lockTimeout) || isLockTimeout(error.cause));

/** A client that is well is waited for some ms at a time, and its transaction is soon over. */
const endSilent = `
  SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
    AND application_name = current_setting('application_name')
    AND wait_event = 'ClientRead'
    AND xact_start < clock_timestamp() - $1 * interval '1 millisecond'`;

/** Of our own name only; resolves with how many there were. */
export const endSilentTransactions = ({ transact }: Pick<Database, "transact">): Promise<number> =>
  transact(async (client) => {
    const { rowCount } = await client.query(endSilent, [limits.silentTransactionMsMax]);
    return rowCount ?? 0;
  }, limits.statementMsMax);
