// Commands that need the whole journal when Redis has let go of most of it: the audit and the
// explanations read on in the ledger, and tell where that differs or is not to be had.

import { beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../bss/db/connection.ts";
import type { JournalEntry } from "../../engine/cdr/journal-entry.ts";
import { journalStart } from "../../engine/cdr/journal-entry.ts";
import { limits as engineLimits } from "../../engine/limits.ts";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { openMortalEngine } from "../../engine/simulation/mortal-engine.ts";
import {
  accountRequest,
  tariffDocument,
  topUp,
  traffic,
} from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import type { Journal } from "../../engine/store/journal.ts";
import { keys } from "../../engine/store/keys.ts";
import { databaseOfFile } from "../testing/database-of-file.ts";
import { cleanUpOfTest } from "../testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../testing/redis-of-file.ts";
import { runCommand } from "../testing/run-command.ts";
import { wholeJournal } from "./whole-journal.ts";

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

const commit = async () => {
  const worker = ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: database.url });
  await untilCommitted(redis.client, database, 1);
  await worker.stop();
};
const letGo = (left: number) => redis.client.xtrim(keys.journal(0), "MAXLEN", left);

const run = (script: string, words: readonly string[] = [], environment = {}) =>
  runCommand(script, words, {
    PATH: process.env["PATH"],
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    ...environment,
  });
const audit = (environment = {}) => run("scripts/audit.ts", [], environment);

const readAll = async (journal: Journal, count: number): Promise<readonly JournalEntry[]> => {
  const entries: JournalEntry[] = [];
  for (let after = journalStart; ; after = entries.at(-1)!.journalId) {
    const page = await journal.after(0, { after, until: "+" }, count);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
};
const readBack = async (journal: Journal, count: number): Promise<readonly JournalEntry[]> => {
  const entries: JournalEntry[] = [];
  for (let until: string | undefined = "+"; until !== undefined; ) {
    const page = await journal.before(0, "anna", until, count);
    entries.push(...page.entries);
    until = page.next;
  }
  return entries;
};

const isOfAnna = ({ fields }: JournalEntry) => fields[3]!.toString("latin1").includes("anna");

test("forwards and backwards nothing is left out or twice, wherever Redis begins", async () => {
  const stream = engine.store.journal;
  const all = await readAll(stream, 100);
  await commit();
  for (let n = 0; n < 5; n++) await engine.handle([topUp("anna", `later-${n}`, "main", 1)]);
  const later = (await readAll(stream, 100)).slice(all.length);
  expect(later.length).toBe(5);
  const opened = openDatabase({ url: database.url, name: "test", onError: () => undefined });
  cleanUpOfTest().add(opened);
  const installation = (await redis.client.hget(keys.installation, "id"))!;
  const whole = wholeJournal(stream, opened, installation);
  for (const left of [all.length + 5, all.length, 7, 6]) {
    await letGo(left);
    for (const count of [1, 3, 100]) {
      expect(await readAll(whole, count)).toEqual([...all, ...later]);
      const back = (await readBack(whole, count)).toReversed();
      expect(back.filter(isOfAnna)).toEqual([...all, ...later].filter(isOfAnna));
    }
    expect(await whole.one(0, all[0]!.journalId)).toEqual(all[0]);
    expect(await whole.one(0, "1-0")).toBe(undefined);
  }
  // The last that is committed is gone as well: what is left begins nowhere.
  await letGo(4);
  await expect(readAll(whole, 100)).rejects.toThrow(/has a gap behind entry \d+-\d+$/);
});

test("the audit goes back to the beginning, and compares the ledger too", async () => {
  await commit();
  await letGo(1);
  await engine.handle([topUp("anna", "later", "main", 1_000_000)]);
  const { code, stdout } = await audit();
  expect(stdout).toContain("2 accounts, 21 records in ");
  expect(stdout).toContain("compared with the ledger: 4 buckets\n");
  expect(stdout).toMatch(/\nNo drift\.\n$/);
  expect(code).toBe(0);
});

test("a ledger that differs by one unit is drift, and each account is named", async () => {
  await commit();
  await database.sql`
    UPDATE ledger_postings SET debited = debited + 1, remaining_change = remaining_change - 1
    WHERE account_id = 'anna' AND slot = 0 AND debited > 0
      AND entry = (SELECT max(entry) FROM ledger_postings WHERE account_id = 'anna' AND debited > 0
        AND slot = 0)`;
  await database.sql`DELETE FROM ledger_postings WHERE account_id = 'bruno' AND slot = 2`;
  const { code, stdout } = await audit();
  expect(code).toBe(1);
  expect(stdout).toContain(
    "account anna on shard 0:\n" +
      "  bucket data in slot 0: remaining is -1 in the ledger, 0 by the journal\n" +
      "  bucket data in slot 0: debited is 15000001 in the ledger, 15000000 by the journal\n",
  );
  expect(stdout).toContain(
    "account bruno on shard 0:\n  1 of its buckets are in the ledger, 2 in the journal\n",
  );
  expect(stdout).toContain("2 accounts differ.\n");
});

/** From anna to bruno, credited by an engine that died; anna's bucket is then taken away. */
const giveWithoutSource = async () => {
  await engine.handle([topUp("anna", "t3", "bonus", 405)]);
  const now = () => clock.now;
  const death = { batch: 1, isCarriedOut: true };
  const mortal = await openMortalEngine({ redisUrl: redis.url, now }, death);
  const names = { fromAccountId: "anna", fromBucketId: "bonus", toAccountId: "bruno" };
  const amounts = { toBucketId: "bonus", amount: 400, fee: 5, kind: "gift" } as const;
  void mortal.handle([
    { operation: "transfer", request: { requestId: "gift", ...names, ...amounts } },
  ]);
  await mortal.death;
  await mortal.close();
  const { buckets, ...rest } = accountRequest("anna");
  const without = buckets.filter(({ bucketId }) => bucketId !== "bonus");
  await engine.handle([{ operation: "putAccount", request: { ...rest, buckets: without } }]);
  clock.now += engineLimits.transferResumeMs;
  await engine.sweep();
};

test("the fee of a transfer whose bucket is gone meanwhile is of no bucket", async () => {
  await giveWithoutSource();
  await commit();
  expect(
    await database.sql`
      SELECT account_id, slot, fee::int, remaining_after::int FROM ledger_postings WHERE fee > 0`,
  ).toEqual([{ account_id: "anna", slot: -1, fee: 5, remaining_after: 0 }]);
  const { code, stdout } = await audit();
  expect(stdout).toContain("compared with the ledger: 6 buckets\n");
  expect(stdout).toMatch(/\nNo drift\.\n$/);
  expect(code).toBe(0);
});

test("what the ledger has of no bucket comes to nothing, or is drift", async () => {
  await giveWithoutSource();
  await commit();
  await database.sql`UPDATE ledger_postings SET credited = 1, remaining_change = 1 WHERE slot < 0`;
  const { code, stdout } = await audit();
  expect(code).toBe(1);
  expect(stdout).toContain(
    "account anna on shard 0:\n" +
      "  of no bucket: remaining is 1 in the ledger, 0 by the journal\n" +
      "  of no bucket: credited is 1 in the ledger, 0 by the journal\n" +
      "1 account differs.\n",
  );
});

test("no row of the ledger can be unbalanced: Postgres itself refuses it", async () => {
  await commit();
  const forged = database.sql`UPDATE ledger_postings SET debited = debited + 1`;
  await expect(forged).rejects.toThrow("ledger_postings_sum_to_zero");
});

test("without the ledger, what Redis has must be all that there ever was", async () => {
  const nobody = { DATABASE_URL: "postgres://user:hidden@127.0.0.1:1/tollgate" };
  expect((await audit(nobody)).stdout).toContain("compared with the ledger: no ledger\n");
  await commit();
  await letGo(1);
  const { code, stderr } = await audit(nobody);
  expect([code, stderr]).toEqual([
    2,
    "audit: the beginning of the journal is in the ledger alone, and Postgres does not answer: " +
      "connect ECONNREFUSED 127.0.0.1:1\n",
  ]);
});

test("an operation that Redis let go of is listed and explained", async () => {
  await commit();
  const before = await run("scripts/explain/main.ts", ["--account", "anna"]);
  await letGo(1);
  const listed = await run("scripts/explain/main.ts", ["--account", "anna"]);
  expect(listed).toEqual(before);
  const id = /^(\d+-\d+\/\d+) .* event e1 /m.exec(listed.stdout)?.[1];
  const explained = await run("scripts/explain/main.ts", [id!]);
  expect(explained.code).toBe(0);
  expect(explained.stdout).toContain("0.18 EUR");
});
