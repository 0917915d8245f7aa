// What operators are told when Postgres refuses or cannot be reached: its own reason, and nothing
// of the row or the statement.

import { Writable } from "node:stream";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { openDatabase } from "./db/connection.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openOperationsPort } from "./operations-port.ts";
import { databaseCheck } from "./readiness.ts";

const database = databaseOfFile();

const open = (url: string) => {
  const opened = openDatabase({ url, name: "test", onError: () => undefined });
  onTestFinished(() => opened.close());
  return opened;
};

const logged = (error: unknown) => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (line, _, done) => {
      lines.push(String(line));
      done();
    },
  });
  createLog("info", destination).warn({ err: error }, "refused");
  return lines.join("");
};

test("a row that is refused is logged by code, constraint and table, without the row", async () => {
  const { tables, transact } = open(database.url);
  const insert = "INSERT INTO ledger_shards VALUES (0, 'of somebody', 0, 0, 0)";
  await transact((client) => client.query(insert));
  const refused = await transact((client) => client.query(insert)).catch((error) => error);
  const somebody = "of somebody";
  const wrapped = await tables
    .execute(sql`INSERT INTO ledger_shards VALUES (0, ${somebody}, 0, 0, 0)`)
    .catch((error) => error);
  for (const error of [refused, wrapped]) {
    const line = logged(error);
    expect(JSON.parse(line).err).toMatchObject({
      code: "23505",
      constraint: "ledger_shards_pkey",
      table: "ledger_shards",
      message: 'duplicate key value violates unique constraint "ledger_shards_pkey"',
    });
    expect(line).not.toContain(somebody);
    expect(line).not.toContain("INSERT");
  }
});

test("a check of the database that fails says why, and not what was asked", async () => {
  const operations = await openOperationsPort({
    host: "127.0.0.1",
    port: 0,
    checks: [databaseCheck(open("postgres://user:hidden@127.0.0.1:1/tollgate"))],
    metrics: createMetrics(() => undefined),
  });
  onTestFinished(() => operations.close());
  const answer = await fetch(`http://127.0.0.1:${operations.port}/readyz`);
  expect(await answer.json()).toEqual({
    isReady: false,
    checks: [{ name: "database", isOk: false, detail: "connect ECONNREFUSED 127.0.0.1:1" }],
  });
});
