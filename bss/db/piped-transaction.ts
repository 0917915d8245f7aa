// A transaction whose statements do not wait for each other's answers (pg's pipeline mode): those
// of the verb as it sends them, its last ones and COMMIT in one write. In a pipeline a statement
// that is never sent, or is sent too late, would be missing from what is committed, so:
//
// - The last statements are values, made before any of them is sent. What cannot be made is not
//   committed.
// - Values are made into text before pg sees them. When pg 8.23 cannot write one it closes the
//   prepared statement and goes on believing in it: the connection never has that one again.
// - What a transaction has for statements is shut when it ends. A branch that was given up (of a
//   Promise.all of which another failed) changes nothing in whatever comes next on the connection.

import type { PoolClient } from "pg";

/** Statements as they stand, with `$1` for their values. */
export type Statements = Pick<PoolClient, "query">;

export type Statement = {
  /** Prepared once for a connection by it. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
};

export type AtEnd = (statement: Statement | undefined) => void;

export const runPiped = async <T>(
  client: PoolClient,
  run: (statements: Statements, atEnd: AtEnd) => Promise<T>,
): Promise<T> => {
  const { stream } = client.connection;
  // With what the verb sends at once in one write: each costs more than making a statement.
  stream.cork();
  process.nextTick(() => stream.uncork());
  const begun = client.query("BEGIN");
  begun.catch(() => undefined);
  const last: Statement[] = [];
  const open = openStatements(client);
  let result: T;
  try {
    result = await run(open.statements, (statement) => void (statement && last.push(statement)));
  } finally {
    open.shut();
  }
  const ready = last.map(({ values, ...rest }) => ({ ...rest, values: writable(values ?? []) }));
  stream.cork();
  const sent = ready.map((statement) => client.query(statement));
  const committed = client.query("COMMIT");
  stream.uncork();
  // All are answered before the connection is anybody else's.
  const answers = await Promise.allSettled([begun, ...sent, committed]);
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  // As Postgres says it when a statement before had failed.
  if ((await committed).command !== "COMMIT") throw new Error("the transaction was rolled back");
  return result;
};

const openStatements = (client: PoolClient) => {
  let isShut = false;
  const query = (asked: string | Statement, values?: readonly unknown[]): Promise<unknown> => {
    if (isShut) return Promise.reject(new Error("the transaction of this statement is over"));
    const given = values ?? (typeof asked === "string" ? undefined : asked.values);
    if (given?.every(isWritable) ?? true) return client.query(asked as string, values as []);
    try {
      return client.query(asked as string, writable(given ?? []));
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    statements: { query } as unknown as Statements,
    shut: () => {
      isShut = true;
    },
  };
};

const isWritable = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  ArrayBuffer.isView(value) ||
  value instanceof Date ||
  (Array.isArray(value) && value.every(isWritable));

/** As pg would: an object is JSON. Throws where it cannot be. */
const writable = (values: readonly unknown[]): unknown[] =>
  values.map((value) => {
    if (isWritable(value)) return value;
    return Array.isArray(value) ? writable(value) : JSON.stringify(value);
  });
