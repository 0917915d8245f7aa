// Real journals into a real Postgres: each entry once, and every balance in it, whoever dies when.

import { Redis } from "ioredis";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { verbs } from "../../engine/cdr/journal-numbers.ts";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { readAccountValue, readValue } from "../../engine/store/account-value.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { startTcpProxy } from "../../scripts/testing/tcp-proxy.ts";
import { openDatabase } from "../db/connection.ts";
import { readFields } from "./entry-bytes.ts";
import { followShard } from "./follow-shard.ts";
import { journalIdOf } from "./journal-position.ts";
import { openJournalStream } from "./journal-stream.ts";
import { openLedgerShard } from "./open-ledger-shard.ts";
import { createPartitions } from "./partitions.ts";

const redis = emptyRedisOfFile();
const database = databaseOfFile();
const accountIds = Array.from({ length: 12 }, (_, index) => `account-${index}`);
const shards = 4;
/** It has some accounts. */
const busyShard = shardOf(accountIds[0]!, shards);
const clock = { now: Date.now() };
let engine: DirectEngine;

beforeEach(async () => {
  await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
    ledger_buckets`;
  engine = await engineOfTest(redis, clock, { shards });
  await checkInstallation(engine.store, shards);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
});

const place = () => ({ redisUrl: redis.url, databaseUrl: database.url });
const ledger = (options = {}) => ledgerOfTest(cleanUpOfTest(), place(), options);
const allCommitted = () => untilCommitted(redis.client, database, shards);

const charge = async (ids = accountIds) => {
  for (const requests of traffic(ids, clock.now)) await engine.handle(requests);
};

/** What Redis has of each bucket, in the order of the ledger's query. */
const balancesInRedis = async (ids: readonly string[]) => {
  const balances = [];
  for (const accountId of ids.toSorted()) {
    const value = await readValue(engine.store, shardOf(accountId, shards), accountId);
    for (const [slot, { remaining, reserved }] of readAccountValue(value!).buckets.entries()) {
      balances.push({ accountId, slot, remaining, reserved });
    }
  }
  return balances;
};

/** The last posting of each bucket, and beside it what all of them come to. */
const balancesInLedger = async () => {
  const rows = await database.sql`
    SELECT DISTINCT ON (account_id, slot) account_id, slot, remaining_after, reserved_after,
      sum(remaining_change) OVER every AS remaining, sum(reserved_change) OVER every AS reserved,
      sum(credited + renewed - debited - expired) OVER every AS held
    FROM ledger_postings WINDOW every AS (PARTITION BY account_id, slot)
    ORDER BY account_id, slot, entry DESC, place DESC`;
  return rows.map((row) => {
    const remaining = Number(row["remaining_after"]);
    const reserved = Number(row["reserved_after"]);
    expect([remaining, reserved]).toEqual([Number(row["remaining"]), Number(row["reserved"])]);
    expect(remaining + reserved).toBe(Number(row["held"]));
    return { accountId: row["account_id"], slot: row["slot"], remaining, reserved };
  });
};

const expectSameBalances = async (ids = accountIds) => {
  const inLedger = await balancesInLedger();
  const touched = new Set(inLedger.map(({ accountId, slot }) => `${accountId} ${slot}`));
  const inRedis = await balancesInRedis(ids);
  expect(inLedger).toEqual(
    inRedis.filter(({ accountId, slot }) => touched.has(`${accountId} ${slot}`)),
  );
  const untouched = inRedis.filter(({ accountId, slot }) => !touched.has(`${accountId} ${slot}`));
  expect(untouched.every(({ remaining, reserved }) => remaining === 0 && reserved === 0)).toBe(
    true,
  );
};

const expectWholeJournal = async () => {
  for (let shard = 0; shard < shards; shard++) {
    const kept = await database.sql`
      SELECT entry, fields FROM ledger_entries WHERE shard = ${shard} ORDER BY entry`;
    const stream = (await engine.store.call("XRANGE", keys.journal(shard), "-", "+")) as Buffer[][];
    const entries = kept.map(({ entry, fields }) => [
      journalIdOf(BigInt(entry)),
      readFields(fields).map((field) => field.toString("base64")),
    ]);
    expect(entries).toEqual(
      stream.map(([id, fields]) => [
        String(id),
        (fields as unknown as Buffer[]).map((field) => field.toString("base64")),
      ]),
    );
  }
};

test("has every entry octet for octet, and every balance to the unit", async () => {
  await charge();
  ledger();
  await allCommitted();
  await expectWholeJournal();
  await expectSameBalances();
  const [sums] = await database.sql`
    SELECT count(*)::int AS lines, sum(amount)::int AS sum FROM ledger_lines`;
  expect(sums).toEqual({ lines: expect.any(Number), sum: 0 });
  expect(sums!["lines"]).toBeGreaterThan(10 * accountIds.length);
  const unbalanced = await database.sql`
    SELECT shard, entry, place, slot FROM ledger_lines
    GROUP BY shard, entry, place, slot HAVING sum(amount) <> 0`;
  expect(unbalanced).toEqual([]);
  const verbs = await database.sql`
    SELECT verb, count(*)::int AS records FROM ledger_records GROUP BY verb ORDER BY verb`;
  const each = accountIds.length;
  expect(verbs.map(({ verb, records }) => [verb, records / each])).toEqual([
    [1, 2],
    [2, 3],
    [3, 1],
    [4, 1],
    [5, 2],
    [7, 1],
  ]);
});

test("workers share the shards, and none commits what another has", async () => {
  const workers = [ledger(), ledger()];
  await until("each has half of the shards", () =>
    workers.every((worker) => worker.status().length === shards / 2),
  );
  for (let round = 0; round < 5; round++) {
    await charge(accountIds.map((accountId) => `${accountId}-${round}`));
  }
  await allCommitted();
  await expectWholeJournal();
  const sums = workers.map((worker) => worker.committed().entries);
  const [total] = await database.sql`SELECT sum(entries)::int AS entries FROM ledger_shards`;
  expect(sums[0]! + sums[1]!).toBe(total!["entries"]);
  expect(Math.min(...sums)).toBeGreaterThan(0);
});

test("workers that end, begin and lose connections leave nothing twice or out", async () => {
  const proxy = await startTcpProxy(Number(new URL(database.url).port));
  onTestFinished(() => proxy.stop());
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const worker = () =>
    ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: url.href });
  let workers = [worker(), worker()];
  const ids: string[] = [];
  for (let round = 0; round < 12; round++) {
    const named = accountIds.map((accountId) => `${accountId}-${round}`);
    ids.push(...named);
    const charged = charge(named);
    if (round % 3 === 0) proxy.cut();
    if (round % 4 === 1) {
      await workers[0]!.stop();
      workers = [workers[1]!, worker()];
    }
    await charged;
  }
  await untilCommitted(redis.client, database, shards, 60);
  await expectWholeJournal();
  await expectSameBalances(ids);
}, 120_000);

test("of two that follow one shard at once, one finds itself overtaken", async () => {
  await charge();
  const options = { url: database.url, name: "test", onError: () => undefined };
  const cleanUp = cleanUpOfTest();
  const opened = cleanUp.add(openDatabase(options));
  const journal = openJournalStream({ url: redis.url, isCluster: false, onError: () => undefined });
  onTestFinished(() => journal.close());
  const installation = (await journal.installation())!;
  const stopping = new AbortController();
  let readers = 0;
  const together: typeof journal = {
    ...journal,
    read: async (...asked) => {
      const page = await journal.read(...asked);
      readers++;
      await until("both have read", () => readers >= 2);
      return page;
    },
  };
  const follow = async () => {
    const from = await openLedgerShard(opened, installation, busyShard);
    if (!from.isOk) throw new Error(from.error);
    const following = {
      ...{ shard: busyShard, installation: installation.id, journal: together },
      ...{ database: opened, partitions: createPartitions(opened), signal: stopping.signal },
      ...{ onRead: () => undefined, onCommitted: () => undefined, pageSize: { entries: 128 } },
      pause: async () => stopping.abort(),
    };
    return followShard(following, from.value);
  };
  expect((await Promise.all([follow(), follow()])).toSorted()).toEqual(["overtaken", "stopped"]);
  ledger();
  await allCommitted();
  await expectWholeJournal();
});

test("a transfer is in transit until it has arrived; its fee stays with the operator", async () => {
  await charge();
  const [from, to] = [accountIds[0]!, accountIds[1]!];
  const amounts = { amount: 1_000_000, fee: 50_000, kind: "transfer" } as const;
  const names = { fromAccountId: from, fromBucketId: "main", toAccountId: to, toBucketId: "main" };
  await engine.handle([
    {
      operation: "transfer",
      request: { requestId: "gift", ...names, ...amounts },
    },
  ]);
  ledger();
  await allCommitted();
  const lines = await database.sql`
    SELECT ledger_account, sum(amount)::int AS amount FROM ledger_lines
    WHERE verb IN (${verbs.transferOut}, ${verbs.transferIn}) AND ledger_account <> 'remaining'
    GROUP BY ledger_account ORDER BY ledger_account`;
  expect(lines).toEqual([
    { ledger_account: "fees", amount: 50_000 },
    { ledger_account: "transit", amount: 0 },
  ]);
  await expectSameBalances();
});

const stuckWith = async (worker: ReturnType<typeof ledger>, shard: number) => {
  const problemOf = () => worker.status().find((one) => one.shard === shard)?.problem;
  await until("the shard is stuck", () => problemOf() !== undefined);
  return problemOf();
};

const readShards = () => database.sql`SELECT shard, installation FROM ledger_shards ORDER BY shard`;

/** What a shard has committed. */
const committedOf = async (shard: number) => {
  const [row] = await database.sql`
    SELECT entry, entries::int FROM ledger_shards WHERE shard = ${shard}`;
  return row;
};

test("a gap stops the shard and says so; the others go on", async () => {
  await charge();
  const first = ledger();
  await allCommitted();
  await first.stop();
  const before = await committedOf(busyShard);
  await charge(accountIds.map((accountId) => `${accountId}-later`));
  await redis.client.xtrim(keys.journal(busyShard), "MAXLEN", 1);
  const second = ledger();
  expect(await stuckWith(second, busyShard)).toMatch(
    /^journal of shard \d: a gap: its first \d+ entries are gone from Redis, and the ledger has/,
  );
  expect(await committedOf(busyShard)).toEqual(before);
});

test("a Redis that lost entries, or all of them, is told from one that trimmed", async () => {
  await charge();
  const first = ledger();
  await allCommitted();
  await first.stop();
  const installation = await redis.client.hgetall(keys.installation);
  await redis.client.flushall();
  await redis.client.hset(keys.installation, installation);
  const second = ledger();
  expect(await stuckWith(second, busyShard)).toMatch(/it is gone from Redis, .*: npm run rebuild$/);
  await redis.client.xadd(keys.journal(busyShard), "*", "q", "");
  await until("it is told anew", () =>
    /Redis has lost some: it has 1 entries, .*: npm run rebuild$/.test(
      second.status().find(({ shard }) => shard === busyShard)?.problem ?? "",
    ),
  );
});

test("the journal of another installation is never mixed in", async () => {
  await charge();
  const first = ledger();
  await allCommitted();
  await first.stop();
  await redis.client.hset(keys.installation, "id", "another");
  const second = ledger();
  expect(await stuckWith(second, 0)).toMatch(
    /^this database has the ledger of another installation \([-\w]+\), and this Redis is another: /,
  );
  expect(second.committed()).toEqual({ entries: 0, records: 0 });
});

test("neither are shards that the other installation never had", async () => {
  await redis.client.hset(keys.installation, { id: "small", shards: "1" });
  await charge([accountIds.find((accountId) => shardOf(accountId, shards) === 0)!]);
  const first = ledger();
  await until("the ledger has it", () => first.committed().entries > 0);
  await first.stop();
  const before = await readShards();
  expect(before).toEqual([{ shard: 0, installation: "small" }]);
  await redis.client.hset(keys.installation, { id: "large", shards: String(shards) });
  await charge();
  const second = ledger();
  for (let shard = 0; shard < shards; shard++) {
    expect(await stuckWith(second, shard)).toContain("another installation (small), and this");
  }
  expect(second.committed()).toEqual({ entries: 0, records: 0 });
  expect(await readShards()).toEqual(before);
});

test("of two installations that begin on one database at once, one has all shards", async () => {
  const opened = openDatabase({ url: database.url, name: "test", onError: () => undefined });
  cleanUpOfTest().add(opened);
  for (let round = 0; round < 20; round++) {
    await database.sql`TRUNCATE ledger_shards`;
    const small = { id: "small", shards: 2 };
    const large = { id: "large", shards };
    const outcomes = await Promise.all(
      [small, large, small, large].map((one) => openLedgerShard(opened, one, 1)),
    );
    const winner = outcomes[0]!.isOk ? small : large;
    expect(outcomes.map(({ isOk }) => isOk)).toEqual(
      [small, large, small, large].map((one) => one === winner),
    );
    expect(await readShards()).toEqual(
      Array.from({ length: winner.shards }, (_, shard) => ({ shard, installation: winner.id })),
    );
  }
});

test.each([
  ["a newer batch", ["q", "\x09abcdefgh", "k", "x\n", "s", "", "a", ""], /a batch of version 9/],
  ["a torn batch", ["q", "\x04", "k", "x\n", "s", "", "a", ""], /it is cut off/],
  ["an unknown kind", ["z", "1"], /begins with field "z" is of no known kind/],
  ["fields that are missing", ["q", "1"], /fields q,k,s,a were expected/],
])("%s stops its shard where it stands", async (_, fields, reason) => {
  await charge();
  const worker = ledger();
  await allCommitted();
  const before = await committedOf(busyShard);
  const raw = fields.map((field) => Buffer.from(field, "latin1"));
  await redis.client.xadd(keys.journal(busyShard), "*", ...raw);
  const problem = await stuckWith(worker, busyShard);
  expect(problem).toMatch(reason);
  expect(problem).toMatch(/^journal of shard \d, entry \d+-\d+: /);
  expect(await committedOf(busyShard)).toEqual(before);
  await expectSameBalances();
});

test("an entry of a time that the ledger has no place for is named", async () => {
  await charge();
  const worker = ledger();
  await allCommitted();
  const before = await committedOf(busyShard);
  const newest = ["XREVRANGE", keys.journal(busyShard), "+", "-", "COUNT", 1] as const;
  const [[, fields]] = (await engine.store.call(...newest)) as [[Buffer, Buffer[]]];
  const tooLate = "9000000000000-0";
  await redis.client.xadd(keys.journal(busyShard), tooLate, ...fields);
  expect(await stuckWith(worker, busyShard)).toBe(
    `journal of shard ${busyShard}, entry ${tooLate}: "${tooLate}" is no id of a journal entry`,
  );
  expect(await committedOf(busyShard)).toEqual(before);
});

test("what is not committed makes the lag grow, also while Postgres is away", async () => {
  const proxy = await startTcpProxy(Number(new URL(database.url).port));
  onTestFinished(() => proxy.stop());
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const behind = { ms: 0 };
  const worker = ledgerOfTest(
    cleanUpOfTest(),
    { redisUrl: redis.url, databaseUrl: url.href },
    { keptMs: 7_200_000, now: () => Date.now() + behind.ms },
  );
  await charge();
  await allCommitted();
  await until("nothing is left", () => worker.status().every(({ lagMs }) => lagMs === 0));
  proxy.block();
  await charge(accountIds.map((accountId) => `${accountId}-later`));
  await until("it is behind", () => worker.status().some(({ lagMs }) => lagMs > 0));
  behind.ms = 3_600_000;
  expect(Math.max(...worker.status().map(({ lagMs }) => lagMs))).toBeGreaterThan(3_600_000);
  await until("it says why", () => worker.problem() !== undefined);
  behind.ms = 0;
  proxy.cut();
  await allCommitted();
  await until("nothing is left", () => worker.status().every(({ lagMs }) => lagMs === 0));
  await until("it has no problem any more", () => worker.problem() === undefined);
  await expectWholeJournal();
}, 60_000);

test("a Redis without an engine so far is waited for", async () => {
  await redis.client.flushall();
  const worker = ledger();
  await until(
    "it says what it waits for",
    () => worker.problem() === "no engine has started on this Redis yet, or it is being rebuilt",
  );
  const client = new Redis(redis.url);
  await client.hset(keys.installation, { id: "new", shards: String(shards) });
  client.disconnect();
  await until("it follows all shards", () => worker.status().length === shards);
});
