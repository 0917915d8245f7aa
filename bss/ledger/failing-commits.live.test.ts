// Commits that fail again and again: the worker waits longer each time and says why all the while,
// tries with less at a time, and goes on when they succeed.

import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";

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
  for (const requests of traffic(["anna", "bruno"], clock.now)) await engine.handle(requests);
});

const allCommitted = () => untilCommitted(redis.client, database, 1);
const ledger = () =>
  ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: database.url });

/** A commit fails while that is true of it; each try is counted, for sequences are never undone. */
const failWhile = async (condition: string) => {
  const { plain } = database.sql;
  await plain("CREATE SEQUENCE tries");
  await plain(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM nextval('tries');
      IF ${condition} THEN RAISE EXCEPTION 'the disk is full'; END IF;
      RETURN NEW;
    END $$`);
  await plain(`
    CREATE TRIGGER refuse BEFORE UPDATE ON ledger_shards FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const undo = async () => {
    await plain("DROP FUNCTION IF EXISTS refuse CASCADE");
    await plain("DROP SEQUENCE IF EXISTS tries");
  };
  onTestFinished(undo);
  const tries = async () => Number((await plain("SELECT last_value FROM tries"))[0]!["last_value"]);
  return { undo, tries };
};

test("commits that fail are tried ever more seldom, and the problem stays told", async () => {
  const failing = await failWhile("true");
  const worker = ledger();
  const problems = () => worker.status().map(({ problem }) => problem);
  await until("it is told", () => problems()[0] !== undefined);
  expect(problems()).toEqual(["the disk is full (P0001)"]);
  const seen = new Set<string | undefined>();
  for (let n = 0; n < 300; n++) {
    for (const problem of problems()) seen.add(problem);
    await sleep(10);
  }
  expect([...seen]).toEqual(["the disk is full (P0001)"]);
  // At 0, 100, 300, 700, 1500, 3100 ms: every 100 ms it would be some thirty.
  expect(await failing.tries()).toBeLessThanOrEqual(6);
  expect(await failing.tries()).toBeGreaterThanOrEqual(4);
  await failing.undo();
  await allCommitted();
  await until("it has no problem any more", () => problems()[0] === undefined);
});

test("a page that is too much for one commit is tried in smaller ones", async () => {
  await failWhile("NEW.entries - OLD.entries > 2");
  const worker = ledger();
  await allCommitted();
  expect(worker.committed().entries).toBeGreaterThan(6);
});
