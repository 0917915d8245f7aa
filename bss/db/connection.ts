// The connections of a process to Postgres.

import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Client, DatabaseError, Pool, type PoolClient, type PoolConfig } from "pg";
import { limits } from "../limits.ts";
import { type AtEnd, runPiped, type Statements } from "./piped-transaction.ts";

export type { AtEnd, Statement, Statements } from "./piped-transaction.ts";

export type Database = {
  /** Single statements, typed by the schema or as `sql` says them. */
  readonly tables: NodePgDatabase;
  readonly statements: Statements;
  /**
   * All of it or nothing. Rejects when it takes longer than `msMax` (`limits.transactionMsMax`):
   * its connection is given up, and what became of a COMMIT under way is not known.
   */
  transact<T>(run: (client: PoolClient) => Promise<T>, msMax?: number): Promise<T>;
  /**
   * The same for short transactions, of which there are many: statements do not wait for those
   * before them to be answered (pg's pipeline mode), so no COPY and no cursors. What is given to
   * `atEnd` goes out in one write with COMMIT.
   */
  transactPiped<T>(run: (statements: Statements, atEnd: AtEnd) => Promise<T>): Promise<T>;
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
  const idle = new Set<PoolClient>();
  /** Where one wire went dead the others are too: each would cost whoever takes it all its time. */
  const dropIdle = () => {
    for (const client of idle) client.connection.stream.destroy();
  };
  const poolOf = (bounds: PoolConfig): Pool => {
    const pool = new Pool({
      ...common,
      ...bounds,
      connectionString: url,
      application_name: name,
      max: limits.databaseConnectionsMax,
      idleTimeoutMillis: limits.databaseIdleMsMax,
      lock_timeout: limits.lockMsMax,
      idle_in_transaction_session_timeout: limits.idleInTransactionMsMax,
    });
    // Without listeners a connection that is lost would end the process: one for those that nobody
    // uses at the moment, one for those that are in use between two statements.
    pool.on("error", onError);
    pool.on("connect", (client) => void client.on("error", onError));
    pool.on("acquire", (client) => void idle.delete(client));
    pool.on("remove", (client) => void idle.delete(client));
    pool.on("release", (problem: unknown, client) => {
      if (!problem) idle.add(client);
      else if (!(problem instanceof DatabaseError)) dropIdle();
    });
    return pool;
  };
  // A server that hangs, or a wire that went dead, closes no connection. A statement has its time
  // by itself, a transaction as a whole; and the ones never wait for connections of the others.
  // Postgres gives up first: what nobody waits for any more would go on there.
  const bounded = { statement_timeout: limits.statementMsMax };
  const single = poolOf({
    ...bounded,
    query_timeout: limits.statementMsMax + limits.statementAnswerMsMax,
  });
  const whole = poolOf({});
  const piped = poolOf({ ...bounded, pipeline: true });
  return {
    tables: drizzle(single),
    statements: single as Statements,
    transact: (run, msMax = limits.transactionMsMax) => transact(whole, run, msMax),
    transactPiped: (run) =>
      withClient(piped, limits.transactionMsMax, (client) => runPiped(client, run)),
    close: async () => {
      await Promise.all([single.end(), whole.end(), piped.end()]);
    },
  };
};

const transact = <T>(
  pool: Pool,
  run: (client: PoolClient) => Promise<T>,
  msMax: number,
): Promise<T> =>
  withClient(pool, msMax, async (client) => {
    await client.query("BEGIN");
    const result = await run(client);
    await client.query("COMMIT");
    return result;
  });

/** A connection for as long as `run` takes; what fails is rolled back. */
const withClient = async <T>(
  pool: Pool,
  msMax: number,
  run: (client: PoolClient) => Promise<T>,
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
    const result = await run(client);
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

/**
 * One connection that is held for as long as it lives; `onLost` is told once when it is over. It
 * has to be asked something now and then: Postgres ends one that says nothing, so that what it
 * locks does not stay locked when its client is gone and nobody told.
 */
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
  try {
    await client.connect();
    const bound = ["idle_session_timeout", String(limits.connectionIdleMsMax)];
    await client.query("SELECT set_config($1, $2, false)", bound);
    return client;
  } catch (error) {
    void endConnection(client);
    throw error;
  }
};

/** In order, or else at once: a wire that went dead takes no goodbye. */
export const endConnection = async (client: Client): Promise<void> => {
  const late = setTimeout(() => client.connection.stream.destroy(), limits.connectionEndMsMax);
  await client.end().catch(() => undefined);
  clearTimeout(late);
};
