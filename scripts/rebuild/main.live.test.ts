// `npm run rebuild` from the outside: Redis is lost, and is there again to the octet; what is in
// the way is told; whatever cuts it off, it goes on.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import {
  sessionMessage,
  tariffDocument,
  topUp,
  traffic,
} from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { databaseOfFile } from "../testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest, redisOfFile } from "../testing/redis-of-file.ts";
import { contentsOf } from "../testing/replayed.ts";
import { runCommand } from "../testing/run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const redis = emptyRedisOfFile();
const other = redisOfFile();
const database = databaseOfFile();
const shards = 3;
const accountIds = Array.from({ length: 10 }, (_, index) => `account-${index}`);
const clock = { now: Date.now() };
let engine: DirectEngine;

beforeEach(async () => {
  clock.now = Date.now();
  await other.client.flushall();
  await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
    ledger_buckets`;
  engine = await engineOfTest(redis, clock, { shards });
  await checkInstallation(engine.store, shards);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const requests of traffic(accountIds, clock.now)) await engine.handle(requests);
  const [from, to] = accountIds as [string, string];
  const names = { fromAccountId: from, fromBucketId: "main", toAccountId: to, toBucketId: "main" };
  const amounts = { amount: 1_000_000, fee: 50_000, kind: "transfer" } as const;
  await engine.handle([
    { operation: "transfer", request: { requestId: "gift", ...names, ...amounts } },
  ]);
});

const place = () => ({ redisUrl: redis.url, databaseUrl: database.url });
const commit = async () => {
  const worker = ledgerOfTest(cleanUpOfTest(), place());
  await untilCommitted(redis.client, database, shards);
  await worker.stop();
};
const environment = (url = redis.url) => ({
  PATH: process.env["PATH"],
  REDIS_URL: url,
  DATABASE_URL: database.url,
});
const rebuild = (words: readonly string[] = [], url = redis.url) =>
  runCommand("scripts/rebuild/main.ts", words, environment(url));

const update = (accountId: string, sequence: number) => {
  const place = { sessionId: "s2", sequence, at: clock.now };
  return sessionMessage("update", accountId, place, [{ ratingGroup: 100, usedUnit: 61 }]);
};

test("all is there again, open sessions go on, and who asks again gets the same", async () => {
  await engine.handle(accountIds.map((accountId) => update(accountId, 2)));
  const [first] = await engine.handle([topUp("account-3", "again", "main", 7)]);
  await commit();
  const before = await contentsOf(redis.client);
  const installation = await redis.client.hgetall(keys.installation);
  await engine.close();
  await redis.client.flushall();
  const { code, stdout, stderr } = await rebuild();
  expect([code, stderr.includes("rebuild:")]).toEqual([0, false]);
  expect(stdout).toMatch(/^10 accounts from \d+ entries in \d+\.\d s\.\n$/);
  expect(await contentsOf(redis.client)).toEqual(before);
  expect(await redis.client.hgetall(keys.installation)).toEqual(installation);
  expect(await redis.client.exists(keys.rebuild)).toBe(0);

  const atOnce = await runCommand("scripts/audit.ts", [], environment());
  expect(atOnce.stdout).toMatch(/\nNo drift\.\n$/);
  const after = await engineOfTest(redis, clock, { shards });
  await checkInstallation(after.store, shards);
  const [again] = await after.handle([topUp("account-3", "again", "main", 7)]);
  expect(again!.octets.equals(first!.octets)).toBe(true);
  await after.handle(accountIds.map((accountId) => update(accountId, 3)));
  const worker = ledgerOfTest(cleanUpOfTest(), place());
  await untilCommitted(redis.client, database, shards);
  expect(worker.status().filter(({ problem }) => problem !== undefined)).toEqual([]);
  const audited = await runCommand("scripts/audit.ts", [], environment());
  expect(audited.stdout).toMatch(/\nNo drift\.\n$/);
  // Sessions that nobody goes on with are closed, as they would have been.
  clock.now += 3_600_000;
  await after.sweep();
  const values = await Promise.all(
    accountIds.map((id) => redis.client.getBuffer(keys.account(shardOf(id, shards), id))),
  );
  // A head of 7 octets, then the cells: no session is open any more.
  expect(values.map((value) => value!.length)).toEqual(accountIds.map(() => 7 + 16 * 5));
});

test("killed at any moment, it goes on where it stopped", { timeout: 120_000 }, async () => {
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 8; n++) {
      await engine.handle(accountIds.map((id) => topUp(id, `t-${round}-${n}`, "data", 1_000)));
    }
  }
  await commit();
  const before = await contentsOf(redis.client);
  await engine.close();
  await redis.client.flushall();
  let kills = 0;
  for (const delay of [700, 900, 1_100]) {
    const script = ["--import", "tsx", "scripts/rebuild/main.ts"];
    const child = spawn(process.execPath, script, {
      cwd: root,
      env: environment(),
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    await until("it has begun", async () => (await redis.client.exists(keys.rebuild)) === 1, {
      everyMs: 1,
    });
    await pause(delay % 7);
    child.kill("SIGKILL");
    await exited;
    kills += await redis.client.exists(keys.rebuild);
  }
  expect(kills).toBeGreaterThan(0);
  const cut = await engineOfTest(redis, clock, { shards });
  expect(await checkInstallation(cut.store, shards)).toEqual({
    isOk: false,
    error: "this Redis is half rebuilt: npm run rebuild goes on with it",
  });
  await cut.close();
  expect((await rebuild()).code).toBe(0);
  expect(await contentsOf(redis.client)).toEqual(before);
});

test("as of a moment, into another Redis, which no ledger takes for its own", async () => {
  await commit();
  const middle = await contentsOf(redis.client);
  await pause(5);
  const moment = new Date().toISOString();
  await pause(5);
  await engine.handle([topUp("account-3", "later", "main", 7)]);
  await commit();
  const past = await rebuild(["--until", moment], other.url);
  expect(past.code).toBe(0);
  expect(await contentsOf(other.client)).toEqual(middle);
  const [id, known] = await Promise.all(
    [other, redis].map(({ client }) => client.hget(keys.installation, "id")),
  );
  expect(id).not.toBe(known);
  const worker = ledgerOfTest(cleanUpOfTest(), { ...place(), redisUrl: other.url });
  await until("it is refused", () =>
    worker.status().some(({ problem }) => problem?.includes("of another installation") === true),
  );
});

const refusal = async (words: readonly string[] = []) => {
  const { code, stderr } = await rebuild(words);
  return [code, stderr.trim().split("\n").at(-1)];
};

test("what is in the way is one line, and nothing is changed", async () => {
  await commit();
  const before = await contentsOf(redis.client);
  expect(await refusal()).toEqual([1, "rebuild: engines run on this Redis: stop them first"]);
  await engine.close();
  expect(await refusal()).toEqual([
    1,
    expect.stringMatching(/^rebuild: this Redis is not empty \(\d+ keys\): --wipe deletes them$/),
  ]);
  expect(await contentsOf(redis.client)).toEqual(before);
  expect((await rebuild(["--wipe"])).code).toBe(0);
  expect(await contentsOf(redis.client)).toEqual(before);
  expect(await refusal(["--until", "yesterday"])).toEqual([
    2,
    "rebuild: --until: expected a time such as 2027-01-31T12:00:00Z, got yesterday",
  ]);
  await database.sql`TRUNCATE ledger_shards`;
  expect(await refusal()).toEqual([1, "rebuild: this database has no ledger"]);
});

const busyShard = shardOf(accountIds[3]!, shards);

test("a gap in the ledger, or an entry that was changed, stops it where it is", async () => {
  await commit();
  await engine.close();
  await redis.client.flushall();
  const [row] = await database.sql`
    SELECT entry, fields FROM ledger_entries WHERE shard = ${busyShard}
    ORDER BY entry DESC OFFSET 1 LIMIT 1`;
  const where = [busyShard, row!["entry"]];
  await database.sql`
    DELETE FROM ledger_entries WHERE shard = ${where[0]} AND entry = ${where[1]}`;
  const [, gap] = await refusal();
  expect(gap).toMatch(
    /^rebuild: (?:journal of shard \d, entry .* are answered otherwise now|.*: a gap: )/,
  );
  const forged = Buffer.from(row!["fields"]);
  forged[forged.length - 1]! ^= 1;
  await database.sql`
    INSERT INTO ledger_entries VALUES (${where[0]}, ${where[1]}, ${forged})`;
  const [, otherwise] = await refusal(["--wipe"]);
  expect(otherwise).toMatch(
    /^rebuild: journal of shard \d, entry \d+-\d+: its operations are answered otherwise now$/,
  );
  expect(await redis.client.exists(keys.installation)).toBe(0);
});
