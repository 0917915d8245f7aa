// What came of a delivery is written down, whoever else is at its row.

import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { until } from "../../scripts/testing/engine.ts";
import { openDatabase } from "../db/connection.ts";
import { type DeliveryResult, writeResults } from "./delivery-queue.ts";

const file = databaseOfFile();

const delivered: DeliveryResult = {
  ...{ position: 7, lane: "1", state: "delivered", attempts: 1, dueAt: 0, attemptedAt: 5 },
  ...{ tookMs: 1, code: 200, excerpt: "" },
};

test("a result is not lost to somebody who changes the row at that moment", async () => {
  await file.sql`INSERT INTO event_deliveries
    (subscription, position, lane, state, created_at, due_at, attempts)
    VALUES (1, 7, 1, 'pending', 1, 1, 0)`;
  const other = new Client({ connectionString: file.url });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query("BEGIN");
  await other.query("UPDATE event_deliveries SET due_at = 2");
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  onTestFinished(() => database.close());
  const written = database.transact((client) => writeResults(client, 1, [delivered]));
  await until("it waits for the row", async () => {
    const waiting = await file.sql`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });
  await other.query("COMMIT");
  await written;
  const rows = await file.sql`SELECT state, attempts, response_code FROM event_deliveries`;
  expect(rows).toEqual([{ state: "delivered", attempts: 1, response_code: 200 }]);
});
