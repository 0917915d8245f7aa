// `npm run rebuild` from the outside: Redis is lost, and is there again to the octet; what is in
// the way is told; whatever cuts it off, it goes on.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { topUp } from "../../engine/simulation/small-operator.ts";
import { readClock } from "../../engine/store/clock.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { cleanUpOfTest, until } from "../testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../testing/ledger-of-test.ts";
import {
  accountIds,
  ledgeredOperatorOfFile,
  shards,
  updateOf,
} from "../testing/ledgered-operator.ts";
import { engineOfTest } from "../testing/redis-of-file.ts";
import { contentsOf } from "../testing/replayed.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const operator = ledgeredOperatorOfFile();
const { clock, commit, database, environment, other, rebuild, redis } = operator;
const place = () => ({ redisUrl: redis.url, databaseUrl: database.url });

test("all is there again, open sessions go on, and who asks again gets the same", async () => {
  await operator.engine.handle(accountIds.map((id) => updateOf(id, 2, clock.now)));
  const [first] = await operator.engine.handle([topUp("account-3", "again", "main", 7)]);
  await commit();
  const before = await contentsOf(redis.client);
  const installation = await redis.client.hgetall(keys.installation);
  await operator.engine.close();
  await redis.client.flushall();
  const { code, stdout, stderr } = await rebuild();
  expect([code, stderr.includes("rebuild:")]).toEqual([0, false]);
  expect(stdout).toMatch(/^10 accounts from \d+ entries in \d+\.\d s\.\n$/);
  expect(await contentsOf(redis.client)).toEqual(before);
  expect(await redis.client.hgetall(keys.installation)).toEqual(installation);
  expect(await redis.client.exists(keys.rebuild)).toBe(0);

  const atOnce = await operator.audit();
  expect(atOnce.stdout).toMatch(/\nNo drift\.\n$/);
  const after = await engineOfTest(redis, clock, { shards });
  await checkInstallation(after.store, shards);
  const [again] = await after.handle([topUp("account-3", "again", "main", 7)]);
  expect(again!.octets.equals(first!.octets)).toBe(true);
  await after.handle(accountIds.map((id) => updateOf(id, 3, clock.now)));
  const worker = ledgerOfTest(cleanUpOfTest(), place());
  await untilCommitted(redis.client, database, shards);
  expect(worker.status().filter(({ problem }) => problem !== undefined)).toEqual([]);
  const audited = await operator.audit();
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

test("a worker of the ledger that runs beside it commits nothing of it, and goes on", async () => {
  const worker = ledgerOfTest(cleanUpOfTest(), place());
  await untilCommitted(redis.client, database, shards);
  const committed = () => database.sql`SELECT * FROM ledger_shards ORDER BY shard`;
  const before = await committed();
  await operator.engine.close();
  await redis.client.flushall();
  await until("it waits", () => worker.problem() !== undefined);
  expect((await rebuild()).code).toBe(0);
  await until("it follows all shards", () => worker.status().length === shards);
  expect(await committed()).toEqual(before);
  const after = await engineOfTest(redis, clock, { shards });
  await after.handle(accountIds.map((id) => updateOf(id, 2, clock.now)));
  await untilCommitted(redis.client, database, shards);
  await until("it has no problem", () => worker.status().every(({ problem }) => !problem));
  const audited = await operator.audit();
  expect(audited.stdout).toMatch(/\nNo drift\.\n$/);
});

test("killed at any moment, it goes on where it stopped", { timeout: 120_000 }, async () => {
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 8; n++) {
      await operator.engine.handle(
        accountIds.map((id) => topUp(id, `t-${round}-${n}`, "data", 1_000)),
      );
    }
  }
  await commit();
  const before = await contentsOf(redis.client);
  await operator.engine.close();
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
  await operator.engine.handle([topUp("account-3", "later", "main", 7)]);
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
  await operator.engine.close();
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
  await operator.engine.close();
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
  const entry =
    /^rebuild: journal of shard \d, entry \d+-\d+: its operations are answered otherwise now$/;
  expect(otherwise).toMatch(entry);
  expect(await redis.client.exists(keys.installation)).toBe(0);
  // What was carried out beside it is not passed over for that it was tried.
  const [code, again] = await refusal();
  expect([code, again]).toEqual([1, `${otherwise}: this Redis is spoilt, --wipe begins anew`]);
  await database.sql`
    UPDATE ledger_entries SET fields = ${row!["fields"]}
    WHERE shard = ${where[0]} AND entry = ${where[1]}`;
  expect((await rebuild(["--wipe"])).code).toBe(0);
});

test("nothing is wiped that engines serve, that is another's, or that no ledger has", async () => {
  await commit();
  const before = await contentsOf(redis.client);
  expect(await refusal(["--wipe"])).toEqual([
    1,
    "rebuild: engines run on this Redis: stop them first",
  ]);
  await operator.engine.handle([topUp("account-3", "later", "main", 7)]);
  const behind = await contentsOf(redis.client);
  await operator.engine.close();
  expect(await refusal(["--wipe"])).toEqual([
    1,
    expect.stringMatching(/^rebuild: shard \d has entries that are not in the ledger: let the /),
  ]);
  const id = (await redis.client.hget(keys.installation, "id"))!;
  await redis.client.hset(keys.installation, "id", "another");
  expect(await refusal(["--wipe"])).toEqual([
    1,
    `rebuild: this Redis is installation another, the ledger is of ${id}: wipe it yourself`,
  ]);
  await redis.client.hset(keys.installation, "id", id);
  expect(await contentsOf(redis.client)).toEqual(behind);
  expect(behind).not.toEqual(before);
  expect(await refusal(["--abandon"])).toEqual([2, "rebuild: --abandon: with --wipe only"]);
  expect((await rebuild(["--wipe", "--abandon"])).code).toBe(0);
  expect(await contentsOf(redis.client)).toEqual(before);
});

test("a moment to which the ledger does not go back whole is refused", async () => {
  await commit();
  await database.sql`
    DELETE FROM ledger_entries WHERE shard = ${busyShard} AND entry IN (
      SELECT entry FROM ledger_entries WHERE shard = ${busyShard} ORDER BY entry DESC LIMIT 1)`;
  const moment = new Date().toISOString();
  await pause(5);
  const { code, stderr } = await rebuild(["--until", moment], other.url);
  expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
    1,
    expect.stringMatching(/^rebuild: shard \d: a gap: \d+ entries are there of \d+$/),
  ]);
});

test("holds of sessions that were over days before it are given back", async () => {
  await commit();
  await operator.engine.close();
  await redis.client.flushall();
  expect((await rebuild()).code).toBe(0);
  clock.now += 30 * 24 * 3_600_000;
  const after = await engineOfTest(redis, clock, { shards });
  await after.sweep();
  const lengths = await Promise.all(
    accountIds.map((id) => redis.client.strlen(keys.account(shardOf(id, shards), id))),
  );
  expect(lengths).toEqual(accountIds.map(() => 7 + 16 * 5));
});

const deckPart = (part: number, lines: string) =>
  ({
    operation: "putRateDeckPart",
    request: { rateDeckId: "world", uploadId: "nightly", part, lines },
  }) as const;

test("a deck that is sent every night, changed or not, is no obstacle", async () => {
  const { engine } = operator;
  const publish = {
    operation: "publishRateDeck",
    request: { rateDeckId: "world", uploadId: "nightly", parts: 2 },
  } as const;
  for (let night = 0; night < 3; night++) {
    await engine.handle([deckPart(0, "33,FR\n"), deckPart(1, "34,ES\n")]);
    await engine.handle([publish]);
    // Nothing of it is left an hour later.
    await redis.client.del(keys.upload("world", "nightly"));
  }
  await engine.handle([deckPart(0, "33,FR\n"), deckPart(2, "35,PT\n")]);
  await commit();
  const before = await contentsOf(redis.client);
  expect(before.has(keys.upload("world", "nightly"))).toBe(true);
  await engine.close();
  await redis.client.flushall();
  expect(await refusal()).toEqual([0, expect.anything()]);
  expect(await contentsOf(redis.client)).toEqual(before);
  const left = await redis.client.pttl(keys.upload("world", "nightly"));
  expect(left).toBeGreaterThan(0);
});

test("time goes on from where a clock that was moved was to be", async () => {
  const day = 86_400_000;
  await database.sql`INSERT INTO clock_goals (id, offset_ms) VALUES (1, ${day})`;
  onTestFinished(() => database.sql`TRUNCATE clock_goals`.then(() => undefined));
  await commit();
  await operator.engine.close();
  await redis.client.flushall();
  expect((await rebuild()).code).toBe(0);
  const after = await engineOfTest(redis, clock, { shards });
  const moved = { offsetMs: day, goalOffsetMs: day };
  expect(await readClock(after.store)).toEqual({ revision: 1, ...moved });
});
