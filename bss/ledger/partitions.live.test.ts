// Partitions beside readers that take their time, several workers and clocks that run wild.

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
import { openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { createPartitions } from "./partitions.ts";

const redis = emptyRedisOfFile();
const database = databaseOfFile();
const clock = { now: Date.now() };
const dayMs = 86_400_000;
let engine: DirectEngine;

const partitions = async (): Promise<readonly string[]> => {
  const rows = await database.sql`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent IN ('ledger_entries'::regclass, 'ledger_records'::regclass,
      'ledger_postings'::regclass) ORDER BY name`;
  return rows.map(({ name }) => name);
};
const namesOf = (...moments: readonly number[]) =>
  ["ledger_entries", "ledger_postings", "ledger_records"].flatMap((table) =>
    moments.map((at) => `${table}_${new Date(at).toISOString().slice(0, 10).replaceAll("-", "")}`),
  );
/** The days that are kept from that moment on. */
const keptFrom = (moment: number) => namesOf(moment, moment + dayMs, moment + 2 * dayMs);

beforeEach(async () => {
  await database.sql`TRUNCATE ledger_shards, ledger_buckets`;
  for (const name of await partitions()) await database.sql.plain(`DROP TABLE ${name}`);
  engine = await engineOfTest(redis, clock);
  await checkInstallation(engine.store, 1);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
});

const charge = async () => {
  for (const requests of traffic(["anna"], clock.now)) await engine.handle(requests);
};
const ledger = (options = {}) =>
  ledgerOfTest(cleanUpOfTest(), { redisUrl: redis.url, databaseUrl: database.url }, options);
const partitionsOf = () => {
  const options = { url: database.url, name: "test", onError: () => undefined };
  return createPartitions(cleanUpOfTest().add(openDatabase(options)));
};

test("a reader in the middle of a long query keeps nobody waiting, nor is kept", async () => {
  await partitionsOf().prepare([0]);
  const reader = openSql(database.url, 1);
  onTestFinished(() => reader.end());
  await reader.plain("BEGIN");
  await reader.plain("DECLARE slow CURSOR FOR SELECT count(*)::int AS sum FROM ledger_postings");
  await charge();
  const begunAt = performance.now();
  ledger();
  await untilCommitted(redis.client, database, 1);
  expect(performance.now() - begunAt).toBeLessThan(limits.lockMsMax);
  expect(await partitions()).toEqual(expect.arrayContaining(namesOf(Date.now())));
  expect(await reader.plain("FETCH 1 FROM slow")).toEqual([{ sum: 0 }]);
});

test("a partition has all that its table has", async () => {
  const day = Date.parse("2031-02-28T00:00:00Z");
  await partitionsOf().prepare([day / dayMs]);
  await charge();
  ledger();
  await untilCommitted(redis.client, database, 1);
  expect(await partitions()).toEqual(expect.arrayContaining(namesOf(day)));
  const [found] = await database.sql`
    SELECT (SELECT count(*)::int FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid
      WHERE indrelid = ANY (ARRAY['ledger_entries_20310228', 'ledger_records_20310228',
        'ledger_postings_20310228']::regclass[])) AS indexes,
      (SELECT attstorage::text FROM pg_attribute
      WHERE attrelid = 'ledger_entries_20310228'::regclass AND attname = 'fields') AS storage,
      (SELECT pg_get_expr(relpartbound, oid) FROM pg_class
      WHERE oid = 'ledger_records_20310228'::regclass) AS bounds,
      (SELECT count(*)::int FROM pg_constraint
      WHERE conrelid = 'ledger_postings_20310228'::regclass AND contype = 'c') AS checks`;
  const bounds = `FOR VALUES FROM ('${day * 2 ** 20}') TO ('${(day + dayMs) * 2 ** 20}')`;
  expect(found).toEqual({ indexes: 3, storage: "e", bounds, checks: 1 });
});

test("workers that make the same days at once make each once", async () => {
  const workers = Array.from({ length: 4 }, partitionsOf);
  await Promise.all(workers.map((one) => one.prepare([100, 101, 102])));
  expect(await partitions()).toEqual(namesOf(100 * dayMs, 101 * dayMs, 102 * dayMs));
});

test("a worker that stands still in the middle of one keeps nobody from another", async () => {
  await partitionsOf().prepare([1]);
  const named = new URL(database.url);
  named.searchParams.set("application_name", "test");
  const silent = openSql(named.href, 1);
  onTestFinished(() => silent.end());
  await silent.plain("BEGIN");
  await silent.plain(`SELECT pg_advisory_xact_lock(${0x74_6f_6c_70})`);
  const begunAt = performance.now();
  await partitionsOf().prepare([1]);
  expect(performance.now() - begunAt).toBeLessThan(limits.lockMsMax);
  // And not for ever from the others.
  ledger();
  await until("the days ahead are made", async () => (await partitions()).length >= 12, {
    secondsMax: 30,
  });
});

test("who dies in the middle leaves nothing behind that would be in the way", async () => {
  await database.sql`CREATE TABLE ledger_postings_19700102 (hindrance int)`;
  const made = partitionsOf();
  await expect(made.prepare([1])).rejects.toThrow('"ledger_postings_19700102" already exists');
  expect(await partitions()).toEqual([]);
  await database.sql`DROP TABLE ledger_postings_19700102`;
  await made.prepare([1]);
  expect(await partitions()).toEqual(namesOf(dayMs));
});

test("the days ahead are made each day, also when nothing happens", async () => {
  const ahead = { days: 10 };
  const now = () => clock.now + ahead.days * dayMs;
  ledger({ now });
  const isKept = async () => {
    const made = await partitions();
    return keptFrom(now()).every((name) => made.includes(name));
  };
  for (; ahead.days < 14; ahead.days++) await until("they are made", isKept);
});

test("an entry of a clock that runs wild costs a day, not all the days until then", async () => {
  await charge();
  const wild = Date.parse("2100-01-01T00:00:00Z");
  const [[, fields]] = (await redis.client.xrangeBuffer(
    keys.journal(0),
    "-",
    "+",
    "COUNT",
    1,
  )) as unknown as [[Buffer, Buffer[]]];
  await redis.client.xadd(keys.journal(0), `${wild}-0`, ...fields);
  ledger();
  await untilCommitted(redis.client, database, 1);
  await until("the days ahead are made", async () => (await partitions()).length >= 12);
  const today = Date.now();
  const days = [today, today + dayMs, today + 2 * dayMs, wild];
  expect(await partitions()).toEqual(namesOf(...days));
});
