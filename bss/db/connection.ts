// The connections of a process to Postgres.

import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Client, Pool, type PoolClient } from "pg";
import { limits } from "../limits.ts";

export type Database = {
  /** Single statements, typed by the schema or as `sql` says them. */
  readonly tables: NodePgDatabase;
  /**
   * All of it or nothing. Rejects when it takes longer than `msMax` (`limits.transactionMsMax`):
   * its connection is given up, and what became of a COMMIT under way is not known.
   */
  transact<T>(run: (client: PoolClient) => Promise<T>, msMax?: number): Promise<T>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  /** As Postgres shows it in pg_stat_activity. */
  readonly name: string;
  readonly onError: (error: Error) => void;
};

const common = {
  connectionTimeoutMillis: limits.databaseConnectMsMax,
  keepAlive: true,
  keepAliveInitialDelayMillis: limits.databaseKeepAliveMs,
} as const;

/**
 * Connects when the first statement is sent; each statement fails by itself when it cannot. int8
 * and numeric come as text: not all of them fit a number.
 */
export const openDatabase = ({ url, name, onError }: DatabaseOptions): Database => {
  const pool = new Pool({
    ...common,
    connectionString: url,
    application_name: name,
    max: limits.databaseConnectionsMax,
    idleTimeoutMillis: limits.databaseIdleMsMax,
    idle_in_transaction_session_timeout: limits.idleInTransactionMsMax,
  });
  // Without listeners a connection that is lost would end the process: one for those that nobody
  // uses at the moment, one for those that are in use between two statements.
  pool.on("error", onError);
  pool.on("connect", (client) => void client.on("error", onError));
  return {
    tables: drizzle(pool),
    transact: (run, msMax = limits.transactionMsMax) => transact(pool, run, msMax),
    close: () => pool.end(),
  };
};

const transact = async <T>(
  pool: Pool,
  run: (client: PoolClient) => Promise<T>,
  msMax: number,
): Promise<T> => {
  const client = await pool.connect();
  let isOver = false;
  const release = (isLost: boolean) => {
    if (!isOver) client.release(isLost);
    isOver = true;
  };
  // A server that hangs closes no connection.
  const late = setTimeout(() => release(true), msMax);
  try {
    await client.query("BEGIN");
    const result = await run(client);
    await client.query("COMMIT");
    release(false);
    return result;
  } catch (error) {
    await client.query("ROLLBACK").then(
      () => release(false),
      () => release(true),
    );
    throw error;
  } finally {
    clearTimeout(late);
  }
};

/** One connection that is held for as long as it lives; `onLost` is told once when it is over. */
export const openConnection = async (
  { url, name }: Pick<DatabaseOptions, "url" | "name">,
  onLost: () => void,
): Promise<Client> => {
  const client = new Client({
    ...common,
    connectionString: url,
    application_name: name,
    query_timeout: limits.connectionQueryMsMax,
  });
  client.on("error", () => undefined);
  client.once("end", onLost);
  await client.connect();
  return client;
};
