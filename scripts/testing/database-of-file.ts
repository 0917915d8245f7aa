// The database of a file of live tests: a clone of the run's template (database-template.ts) on the
// run's one Postgres, dropped after the file. What a file leaves in it no other file sees.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, inject } from "vitest";
import {
  askPostgresOfRun,
  type PostgresOfRun,
  templateName,
  urlOfDatabase,
} from "./postgres-of-run.ts";
import { openSql, type Sql } from "./sql.ts";

export type DatabaseOfFile = {
  /** As the role `tollgate`, which owns it and is no superuser, as in a Tollgate. */
  readonly url: string;
  /** A client of that URL, closed after the file. */
  readonly sql: Sql;
};

/** 44 ms with 150 tables; WAL_LOG, the default, takes 79 (without fsync, as that server is). */
const cloneStrategy = "FILE_COPY";

/** As the superuser: who may create and drop databases. */
const command = async (run: PostgresOfRun, statement: string): Promise<void> => {
  const sql = openSql(run.superuserUrl, 1);
  try {
    await sql.plain(statement);
  } finally {
    await sql.end();
  }
};

/** It is there from before the first test of the file until after the last. */
export const databaseOfFile = (): DatabaseOfFile => {
  const name = `file_${randomUUID().replaceAll("-", "")}`;
  let run: PostgresOfRun;
  let url: string;
  let sql: Sql;
  beforeAll(async () => {
    run = await askPostgresOfRun(inject("postgresSocket"));
    const from = `TEMPLATE ${templateName} STRATEGY ${cloneStrategy}`;
    await command(run, `CREATE DATABASE ${name} OWNER tollgate ${from}`);
    url = urlOfDatabase(run.url, name);
    sql = openSql(url);
  });
  afterAll(async () => {
    await sql.end();
    // Connections that a test forgot are ended by the server.
    await command(run, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  return {
    get url() {
      return url;
    },
    get sql() {
      return sql;
    },
  };
};
