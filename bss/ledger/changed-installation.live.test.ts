// A Redis that is wiped, rebuilt or another installation's under a running worker: nothing of it is
// committed from then on, and the worker goes on when it is again what it was.

import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "ioredis";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { keys } from "../../engine/store/keys.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { cleanUpOfTest, until } from "../../scripts/testing/engine.ts";
import { ledgerOfTest, untilCommitted } from "../../scripts/testing/ledger-of-test.ts";
import { startRedisCluster } from "../../scripts/testing/redis-cluster.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { journalBegin } from "./journal-position.ts";
import { openJournalStream } from "./journal-stream.ts";

const shards = 2;
const redis = emptyRedisOfFile();
const database = databaseOfFile();
const clock = { now: Date.now() };
let engine: DirectEngine;
let accounts = 0;

beforeEach(async () => {
  await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
    ledger_buckets`;
  engine = await engineOfTest(redis, clock, { shards });
  await checkInstallation(engine.store, shards);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
});

const charge = async () => {
  const accountIds = Array.from({ length: 8 }, () => `account-${accounts++}`);
  for (const requests of traffic(accountIds, clock.now)) await engine.handle(requests);
};
const allCommitted = () => untilCommitted(redis.client, database, shards);
const committed = () =>
  database.sql`SELECT shard, entry, entries FROM ledger_shards ORDER BY shard`;

test.each([
  ["is gone", undefined, /^no engine has started on this Redis yet, or it is being rebuilt$/],
  ["is another", "another", /^this database has the ledger of another installation \([-\w]+\)/],
])("when the installation %s nothing is committed until it is back", async (_, id, reason) => {
  await charge();
  const worker = ledgerOfTest(cleanUpOfTest(), {
    redisUrl: redis.url,
    databaseUrl: database.url,
  });
  await allCommitted();
  const before = await committed();
  const installation = await redis.client.hgetall(keys.installation);
  if (id === undefined) await redis.client.del(keys.installation);
  else await redis.client.hset(keys.installation, "id", id);
  await charge();
  const problem = () => worker.problem() ?? worker.status().find((one) => one.problem)?.problem;
  await until("it is told", () => reason.test(problem() ?? ""));
  await sleep(limits.ledgerClaimMs);
  expect(problem()).toMatch(reason);
  expect(await committed()).toEqual(before);
  await redis.client.hset(keys.installation, installation);
  await allCommitted();
  await until("it has no problem any more", () => problem() === undefined);
  await until("it follows all shards", () => worker.status().length === shards);
});

test("what was read is of no use when the installation is not the same behind it", async () => {
  await charge();
  const journal = openJournalStream({ url: redis.url, isCluster: false, onError: () => undefined });
  onTestFinished(() => journal.close());
  const { id } = (await journal.installation())!;
  const begin = { entry: journalBegin, entries: 0 };
  const read = () => journal.read({ shard: 0, installation: id }, begin, 1);
  const known = `and the ledger is of installation ${id}`;
  expect((await read()).isOk).toBe(true);
  await redis.client.hset(keys.installation, "id", "another");
  const isAnother = `journal of shard 0: Redis is of another by now, ${known}`;
  expect(await read()).toEqual({ isOk: false, error: isAnother });
  await redis.client.del(keys.installation);
  const isGone = `journal of shard 0: Redis is empty or being rebuilt, ${known}`;
  expect(await read()).toEqual({ isOk: false, error: isGone });
});

test("of a Cluster neither, whose nodes have the journal and the installation apart", async () => {
  const nodes = cleanUpOfTest().add(await startRedisCluster({ primaries: 3 }));
  const [url] = nodes.urls as [string];
  const client = new Cluster([url]);
  onTestFinished(() => client.disconnect());
  await client.hset(keys.installation, { id: "known", shards: "4" });
  const journal = openJournalStream({ url, isCluster: true, onError: () => undefined });
  onTestFinished(() => journal.close());
  const begin = { entry: journalBegin, entries: 0 };
  for (let shard = 0; shard < 4; shard++) {
    await client.xadd(keys.journal(shard), "1-0", "q", "1");
    const read = () => journal.read({ shard, installation: "known" }, begin, 1);
    expect(await read()).toMatchObject({ isOk: true, value: [{ journalId: "1-0" }] });
    await client.hset(keys.installation, "id", "another");
    expect(await read()).toMatchObject({ isOk: false });
    await client.hset(keys.installation, "id", "known");
  }
});
