// One write of the business side: a transaction with whatever the verb does in it, the audit of it
// and the events of it, all or nothing. A refusal rolls everything back; a transaction that another
// one got in the way of is carried out once more.

import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { changesStatement } from "./audit/index.ts";
import type { Asker, Change, Context, DomainEvent } from "./context.ts";
import type { AtEnd, Database } from "./db/connection.ts";
import { isTransactionConflict } from "./db/transaction-conflict.ts";
import { eventsStatement } from "./events/index.ts";
import type { Answered } from "./http/problem.ts";
import { limits } from "./limits.ts";

export type { Asker } from "./context.ts";

export type Transact = {
  /** What is given to `atEnd` is sent with the audit, the events and COMMIT in one go. */
  <T>(
    asker: Asker,
    run: (context: Context, atEnd: AtEnd) => Promise<Answered<T>>,
  ): Promise<Answered<T>>;
  /** Without a transaction: of statements that change nothing. */
  read<T>(asker: Asker, run: (context: Context) => Promise<T>): Promise<T>;
};

type Run<T> = (context: Context, atEnd: AtEnd) => Promise<Answered<T>>;

export const createTransact = (database: Database, now: () => number): Transact => {
  const once = async <T>(asker: Asker, run: Run<T>) => {
    let answered: Answered<T> | undefined;
    const refused = new Error("refused");
    await database
      .transactPiped(async (statements, atEnd) => {
        const changes: Change[] = [];
        const events: DomainEvent[] = [];
        const stamp = { ...asker, reason: asker.reason, now: now() };
        let tables: NodePgDatabase | undefined;
        const context: Context = {
          ...stamp,
          // Most writes are statements by themselves.
          get tables() {
            tables ??= drizzle(statements as PoolClient);
            return tables;
          },
          statements,
          record: (change) => void changes.push(change),
          publish: (event) => void events.push(event),
        };
        answered = await run(context, atEnd);
        if (!answered.isOk) throw refused;
        atEnd(changesStatement(stamp, changes));
        atEnd(eventsStatement(stamp, events));
      })
      .catch((error: unknown) => {
        if (error !== refused) throw error;
      });
    return answered as Answered<T>;
  };
  const write = async <T>(asker: Asker, run: Run<T>) => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(asker, run);
      } catch (error) {
        if (!isTransactionConflict(error) || tries === limits.transactionTriesMax) throw error;
      }
    }
  };
  return Object.assign(write, { read: createRead(database, now) });
};

const createRead =
  ({ tables, statements }: Database, now: () => number): Transact["read"] =>
  (asker, run) =>
    run({
      ...asker,
      reason: asker.reason,
      now: now(),
      tables,
      statements,
      record: refuseWrite,
      publish: refuseWrite,
    });

const refuseWrite = (): never => {
  throw new Error("a read changes nothing: its route is declared as one");
};
