// Wires that go dead without being closed, and clients that stand still in the middle of a
// transaction: whatever waits for them gives up, and somebody goes on.

import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { openSql } from "../../scripts/testing/sql.ts";
import { startTcpProxy } from "../../scripts/testing/tcp-proxy.ts";
import { limits } from "../limits.ts";

const redis = emptyRedisOfFile();
const database = databaseOfFile();
const clock = { now: Date.now() };
let engine: DirectEngine;

beforeEach(async () => {
  await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
    ledger_buckets`;
  engine = await engineOfTest(redis, clock);
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
});

let accounts = 0;
const charge = async () => {
  for (const requests of traffic([`account-${accounts++}`], clock.now)) {
    await engine.handle(requests);
  }
};
const allCommitted = () => untilCommitted(redis.client, database, 1, 45);

/** The same place behind a wire of its own. */
const behindWire = async (url: string) => {
  const wire = await startTcpProxy(Number(new URL(url).port));
  onTestFinished(() => wire.stop());
  const behind = new URL(url);
  behind.port = String(wire.port);
  return { wire, url: behind.href };
};

const follow = (redisUrl: string, databaseUrl: string) =>
  ledgerOfTest(cleanUpOfTest(), { redisUrl, databaseUrl });

test("a dead wire to Redis is given up, and a dead new one too", async () => {
  const { wire, url } = await behindWire(redis.url);
  const worker = follow(url, database.url);
  await charge();
  await allCommitted();
  wire.silence();
  await until("it says that it waits", () => worker.problem() !== undefined, { secondsMax: 30 });
  // It has connected anew by then, to as dead a wire.
  await new Promise((resolve) => setTimeout(resolve, limits.ledgerClaimMs));
  wire.mend();
  await charge();
  await allCommitted();
  await until("it has no problem any more", () => worker.problem() === undefined);
}, 90_000);

test("a worker that cannot reach Redis lets another one go on", async () => {
  const { wire, url } = await behindWire(redis.url);
  const worker = follow(url, database.url);
  await until("it follows the shard", () => worker.status().length === 1);
  const other = follow(redis.url, database.url);
  wire.silence();
  await charge();
  await allCommitted();
  expect(other.committed().entries).toBeGreaterThan(0);
}, 90_000);

test("a dead wire to Postgres is given up, and what it had locked is free again", async () => {
  const { wire, url } = await behindWire(database.url);
  const worker = follow(redis.url, url);
  await charge();
  await allCommitted();
  wire.silence();
  await charge();
  await until("it says that it waits", () => worker.problem() !== undefined, { secondsMax: 30 });
  wire.mend();
  await allCommitted();
}, 90_000);

test("a worker whose wire to Postgres went dead lets another one go on", async () => {
  const { wire, url } = await behindWire(database.url);
  const worker = follow(redis.url, url);
  await until("it follows the shard", () => worker.status().length === 1);
  const other = follow(redis.url, database.url);
  wire.silence();
  await charge();
  await allCommitted();
  expect(other.committed().entries).toBeGreaterThan(0);
}, 90_000);

test("a worker that stands still in mid-transaction is ended by who needs the shard", async () => {
  const worker = follow(redis.url, database.url);
  await charge();
  await allCommitted();
  await worker.stop();
  const named = new URL(database.url);
  named.searchParams.set("application_name", "test");
  const silent = openSql(named.href, 1);
  onTestFinished(() => silent.end());
  await silent.plain("BEGIN");
  await silent.plain("UPDATE ledger_shards SET entries = entries");
  follow(redis.url, database.url);
  await charge();
  await allCommitted();
}, 90_000);
