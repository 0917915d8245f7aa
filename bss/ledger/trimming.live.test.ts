// What Redis may let go of: what is committed and has been kept for long enough, but for the last
// of it; and nothing else, however long the commit takes. Redis frees whole nodes of a stream: here
// each has one entry, so that all that may go goes.

import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys } from "../../engine/store/keys.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { openSql } from "../../scripts/testing/sql.ts";
import { limits } from "../limits.ts";
import { journalIdOf } from "./journal-position.ts";

const redis = emptyRedisOfFile();
const database = databaseOfFile();
const clock = { now: Date.now() };
const keptMs = 60_000;
/** What was written before that has been kept for long enough. */
const kept = { since: 0 };
let engine: DirectEngine;
let accounts = 0;

beforeEach(async () => {
  await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
    ledger_buckets`;
  await redis.client.config("SET", "stream-node-max-entries", 1);
  engine = await engineOfTest(redis, clock);
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  kept.since = 0;
});

const charge = async () => {
  for (const requests of traffic([`account-${accounts++}`], clock.now)) {
    await engine.handle(requests);
  }
};
/** Each look at the clock is so much later than the one before. */
const ledger = (tickMs = 0) => {
  const now = () => {
    kept.since += tickMs;
    return kept.since + keptMs;
  };
  const place = { redisUrl: redis.url, databaseUrl: database.url };
  return ledgerOfTest(cleanUpOfTest(), place, { keptMs, now });
};
const allCommitted = () => untilCommitted(redis.client, database, 1);
const inRedis = async () => {
  const entries = await redis.client.xrange(keys.journal(0), "-", "+");
  return entries.map(([id]) => id);
};
const lastCommitted = async () => {
  const [row] = await database.sql`SELECT entry FROM ledger_shards`;
  return journalIdOf(BigInt(row!["entry"]));
};
const msOf = (id: string) => Number(id.split("-")[0]);

/** Nothing is committed until it is let go. */
const holdCommits = async () => {
  const holder = openSql(database.url, 1);
  onTestFinished(() => holder.end());
  await holder.plain("BEGIN");
  await holder.plain("LOCK TABLE ledger_entries IN SHARE MODE");
  return () => holder.plain("COMMIT");
};

test("lets Redis go of what is committed and was kept, but for the last of it", async () => {
  await charge();
  ledger();
  await allCommitted();
  const early = await inRedis();
  await new Promise((resolve) => setTimeout(resolve, 10));
  await charge();
  await allCommitted();
  const all = await inRedis();
  expect(all.length).toBe(2 * early.length - 1);
  const late = all.slice(early.length);
  kept.since = msOf(late[0]!);
  await until("the early ones are gone", async () => (await inRedis()).length < all.length);
  expect(await inRedis()).toEqual(late);
  kept.since = Date.now() + 3_600_000;
  await until("nearly all are gone", async () => (await inRedis()).length < late.length);
  expect(await inRedis()).toEqual([await lastCommitted()]);
});

test("keeps what is not committed, for however long that takes", async () => {
  await charge();
  // All of it has been kept for long enough: what holds it back is that it is not committed.
  kept.since = Date.now() + 3_600_000;
  const worker = ledger(limits.ledgerTrimMs);
  await allCommitted();
  const last = await lastCommitted();
  const release = await holdCommits();
  await charge();
  const all = await inRedis();
  const behind = all.slice(all.indexOf(last) + 1);
  expect(behind.length).toBeGreaterThan(3);
  const problem = () => worker.status()[0]?.problem;
  await until("it cannot commit", () => problem() !== undefined);
  expect(await inRedis()).toEqual([last, ...behind]);
  await release();
  await allCommitted();
  await until("it is let go of", async () => (await inRedis()).length === 1);
  expect(await inRedis()).toEqual([behind.at(-1)]);
});

test("a worker goes on behind what is left", async () => {
  await charge();
  kept.since = Date.now() + 3_600_000;
  const first = ledger(limits.ledgerTrimMs);
  await allCommitted();
  await until("it is let go of", async () => (await inRedis()).length === 1);
  await first.stop();
  await charge();
  const second = ledger();
  await allCommitted();
  expect(second.status().filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(second.committed().entries).toBeGreaterThan(3);
});
