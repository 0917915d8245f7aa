// The audit against what may go wrong with a journal and the accounts beside it. It must tell one
// unit of drift, name the account and what differs, and must not cry wolf while engines charge.

import { readdirSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { startRedisCluster } from "../../scripts/testing/redis-cluster.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import { batchVersion, remarks } from "../cdr/journal-numbers.ts";
import { type DirectEngine, openDirectEngine } from "../simulation/direct-engine.ts";
import {
  accountRequest,
  event,
  sessionMessage,
  tariffDocument,
  topUp,
  traffic,
} from "../simulation/small-operator.ts";
import { type AuditReport, audit } from "./audit.ts";
import { openStore } from "./connection.ts";
import { keys, shardOf } from "./keys.ts";
import { library } from "./scripts.ts";

const accountIds = ["anna", "bruno", "clara"];
const clock = { now: Date.parse("2027-01-01T00:00:00Z") };
const journal = keys.journal(0);

const redis = emptyRedisOfFile();
let engine: DirectEngine;

const handleAll = async (one: DirectEngine, ids: readonly string[]) => {
  await one.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const tick of traffic(ids, clock.now)) await one.handle(tick);
};

beforeEach(async () => {
  engine = await engineOfTest(redis, clock);
  await handleAll(engine, accountIds);
});

const onError = (error: Error) => {
  throw error;
};

const report = async (
  one: Pick<DirectEngine, "store"> = engine,
  shards = 1,
): Promise<AuditReport> => {
  const outcome = await audit(one.store, shards, () => undefined);
  if (!outcome.isOk) throw new Error(outcome.error);
  return outcome.value;
};

/** Problems by account. */
const drift = async () => {
  const { drifted } = await report();
  return Object.fromEntries(drifted.map(({ accountId, problems }) => [accountId, problems]));
};

/** Changes one number of an account value: cells stand at its end, f64 each. */
const changeCell = async (accountId: string, fromEnd: number, by: number) => {
  const value = (await redis.client.getBuffer(keys.account(0, accountId)))!;
  const at = value.length - 8 * fromEnd;
  value.writeDoubleLE(value.readDoubleLE(at) + by, at);
  await redis.client.set(keys.account(0, accountId), value);
};
/** data, bonus, main with remaining and reserved each, then two counters with value and period. */
const cell = { dataRemaining: 10, dataReserved: 9, mainRemaining: 6, octetsUsed: 4, moneySpent: 2 };

test("finds no drift after ordinary traffic, and adds up what went where", async () => {
  const { accounts, drifted, totals, records } = await report();
  expect(drifted).toEqual([]);
  expect(accounts).toBe(3);
  // Each account: opened, 2 top-ups, 2 + 1 + 2 + 1 messages of sessions, an event.
  expect(records).toBe(3 * 10);
  expect(totals.get("octets")).toEqual({
    credited: 45_000_000n,
    remaining: 0n,
    reserved: 0n,
    debited: 45_000_000n,
    expired: 0n,
    inTransit: 0n,
    drift: 0n,
  });
  const money = totals.get("money EUR")!;
  // Per account: 4 MB at 10, 2 MB at 20, 2 minutes, 2 messages; the second session is still open.
  expect(money.debited).toBe(3n * (40_000n + 100_000n + 180_000n + 180_000n));
  expect(money.credited).toBe(15_000_000n);
  expect(money.reserved).toBe(3n * 900_000n);
  expect(money.credited).toBe(money.remaining + money.reserved + money.debited);
});

test("finds no drift when sessions have expired and answers were forgotten", async () => {
  clock.now += 24 * 3_600_000;
  await engine.sweep();
  const { drifted, totals } = await report();
  expect(drifted).toEqual([]);
  expect(totals.get("money EUR")?.reserved).toBe(0n);
});

test.each([
  ["remaining money", cell.mainRemaining, "bucket main in slot 2: remaining is 3600001 in Redis, "],
  ["a counter of octets", cell.octetsUsed, "counter octets-used in slot 0 is 20500001 in Redis, "],
  ["a counter of money", cell.moneySpent, "counter money-spent in slot 1 is 500001 in Redis, "],
])("tells one unit of %s that was added by hand", async (_, fromEnd, problem) => {
  await changeCell("bruno", fromEnd, 1);
  const problems = await drift();
  expect(Object.keys(problems)).toEqual(["bruno"]);
  expect(problems["bruno"]).toHaveLength(1);
  expect(problems["bruno"]?.[0]).toContain(problem);
});

test("counts the units of drift, up and down", async () => {
  await changeCell("anna", cell.mainRemaining, 1);
  await changeCell("clara", cell.mainRemaining, -2);
  await changeCell("clara", cell.dataRemaining, 5);
  const { totals } = await report();
  expect(totals.get("money EUR")?.drift).toBe(3n);
  expect(totals.get("octets")?.drift).toBe(5n);
});

test("tells a unit moved from remaining to reserved, though the sum is the same", async () => {
  await changeCell("anna", cell.dataRemaining, -1);
  await changeCell("anna", cell.dataReserved, 1);
  expect((await drift())["anna"]).toEqual([
    "bucket data in slot 0: remaining is -1 in Redis, 0 by the journal",
    "bucket data in slot 0: reserved is 1 in Redis, 0 by the journal",
    "bucket data in slot 0: 1 reserved, but open sessions hold 0",
  ]);
});

test("tells a lost record in the middle, and at the end", async () => {
  const entries = await redis.client.xrange(journal, "-", "+");
  await redis.client.xdel(journal, entries.at(-1)![0]);
  const atTheEnd = await drift();
  expect(Object.keys(atTheEnd)).toEqual(accountIds);
  expect(atTheEnd["anna"]).toContain("session s1 is open in the journal alone");
  await redis.client.xdel(journal, entries.at(-3)![0]);
  const inTheMiddle = (await drift())["anna"]?.join("\n");
  expect(inTheMiddle).toMatch(/entry .*: bucket main in slot 2 had .* before, the journal so far/);
  expect(inTheMiddle).toContain("update 2 of session s1 follows 0");
});

test("tells a lost opening of an account", async () => {
  // Behind the publication of the tariff.
  const [, entry] = await redis.client.xrange(journal, "-", "+", "COUNT", 2);
  await redis.client.xdel(journal, entry![0]);
  const problems = await drift();
  expect(Object.keys(problems)).toEqual(["anna"]);
  expect(problems["anna"]?.[0]).toMatch(/^entry .*: it was never opened$/);
});

test("tells a forged record: a top-up that was written a second time", async () => {
  await engine.handle([topUp("clara", "t3", "main", 100)]);
  const [forged] = (await redis.client.xrevrangeBuffer(journal, "+", "-", "COUNT", 1)) as [
    Buffer,
    Buffer[],
  ][];
  await redis.client.call("XADD", journal, "*", ...forged![1]);
  const problems = (await drift())["clara"]?.join("\n");
  expect(problems).toContain("had 3600000 remaining and 900000 reserved before, ");
  expect(problems).toContain("the journal so far leads to 3600100 and 900000");
});

/** The library with one line of it changed, under the names that the engine calls. */
const loadFaulty = (line: string, instead: string) => {
  expect(library.source).toContain(line);
  const source = library.source.replace(line, instead);
  return redis.client.call("FUNCTION", "LOAD", "REPLACE", source);
};

test("tells a hold that leaks: a script that ends a session and keeps what it held", async () => {
  await loadFaulty("release(groups[i], cells)\n    groups[i]", "groups[i]");
  const at = clock.now;
  const end = { sessionId: "s2", sequence: 2, at };
  await engine.handle([sessionMessage("terminate", "bruno", end, [])]);
  const problems = (await drift())["bruno"]?.join("\n");
  expect(problems).toContain("the holds of session s2 are not what it reserved");
  expect(problems).toContain("bucket main in slot 2: 900000 reserved, but open sessions hold 0");
});

test("tells a script that charges less than it says, though every balance adds up", async () => {
  await loadFaulty("total = total + cost", "total = total + cost + 1");
  await engine.handle([event("anna", "e2", clock.now, [{ ratingGroup: 200, usedUnit: 1 }])]);
  expect((await drift())["anna"]?.[0]).toMatch(
    /^entry .*: event of e2 cost 90001 and debited 90000$/,
  );
});

test.each([
  [
    "takes",
    "touch(cells, FIRST_CELL + 4)\n  cells[FIRST_CELL + 4] = cells[FIRST_CELL + 4] - 180001",
    /^entry .*: refund r took something away$/,
  ],
  ["says too much", "money = money + 1", /^entry .*: refund r of 180001 gave back 180000$/],
  [
    "counts back too much",
    "counted[1] = pack('<Bd', FIRST_CELL + 6, 2 ^ 40)",
    /^entry .*: a refund took 1099511627776 from counter 10$/,
  ],
])("tells a refund that %s, though every balance adds up", async (_, line, problem) => {
  const last = "leaveThresholds(names, cells)\n  return money";
  await loadFaulty(last, `${line}\n  ${last}`);
  const about = { requestId: "r", refundedRequestId: "e1", usedUnits: [] };
  const said = { subscriberIdentifier: "account-anna", eventTimestamp: clock.now };
  await engine.handle([{ operation: "refund", request: { ...about, ...said } }]);
  expect((await drift())["anna"]).toContainEqual(expect.stringMatching(problem));
});

test("tells units that went without having been due", async () => {
  const request = { ...accountRequest("dora"), counters: [] };
  const buckets = request.buckets.map((one) => ({ ...one, validUntil: clock.now + 1_000 }));
  await engine.handle([{ operation: "putAccount", request: { ...request, buckets } }]);
  await engine.handle([topUp("dora", "t1", "bonus", 70)]);
  const later = await engineOfTest(redis, { now: clock.now + 1_000 });
  await loadFaulty(`remark(${remarks.expired}, cell, amount)`, "");
  await later.handle([{ operation: "settleDues", request: { accountId: "dora" } }]);
  expect((await drift())["dora"]).toEqual([
    expect.stringMatching(/^entry .*: settleDues moved -70 in slot 1$/),
  ]);
});

test("tells an account that is in Redis alone, in the journal alone, or on no shard", async () => {
  const value = (await redis.client.getBuffer(keys.account(0, "anna")))!;
  await redis.client.set(keys.account(0, "dora"), value);
  await redis.client.set(keys.account(7, "emil"), value);
  await redis.client.del(keys.account(0, "bruno"));
  const problems = await drift();
  expect(Object.keys(problems).sort()).toEqual(["bruno", "dora", "emil"]);
  expect(problems["bruno"]).toEqual(["it is in the journal, but not in Redis"]);
  expect(problems["dora"]?.[0]).toBe("it is in Redis, but not in the journal");
  expect(problems["emil"]).toEqual(["it is in Redis on shard 7, of 1"]);
});

test("tells a value that cannot be read, and a session that was changed by hand", async () => {
  const value = (await redis.client.getBuffer(keys.account(0, "anna")))!;
  await redis.client.set(keys.account(0, "anna"), value.subarray(0, 20));
  const other = (await redis.client.getBuffer(keys.account(0, "bruno")))!;
  other[12]! ^= 1;
  await redis.client.set(keys.account(0, "bruno"), other);
  const problems = await drift();
  expect(problems["anna"]).toEqual(["its value in Redis cannot be read"]);
  expect(problems["bruno"]).toEqual(["session s2 has another state in Redis"]);
  expect(problems["clara"]).toBeUndefined();
});

test("a bucket that was taken away and another in its slot are not one sum", async () => {
  const [opening] = traffic(["dora"], clock.now)[0]!;
  const put = opening as Extract<typeof opening, { operation: "putAccount" }>;
  const withBuckets = (...buckets: typeof put.request.buckets) => {
    return { ...put, request: { ...put.request, buckets, counters: [] } };
  };
  const [data, , main] = put.request.buckets;
  const drain = sessionMessage("initiate", "dora", { sessionId: "s", sequence: 0, at: clock.now }, [
    { ratingGroup: 10, usedUnit: null },
  ]);
  const end = sessionMessage("terminate", "dora", { sessionId: "s", sequence: 1, at: clock.now }, [
    { ratingGroup: 10, usedUnit: 7 },
  ]);
  const steps = [
    [withBuckets(data!)],
    [topUp("dora", "t1", "data", 7)],
    [drain],
    [end],
    [withBuckets(main!)],
    [topUp("dora", "t2", "main", 9)],
  ];
  for (const step of steps) await engine.handle(step);
  const { drifted, totals } = await report();
  expect(drifted).toEqual([]);
  expect(totals.get("octets")?.credited).toBe(45_000_007n);
  expect(totals.get("octets")?.debited).toBe(45_000_007n);
  expect(totals.get("money EUR")?.credited).toBe(15_000_009n);
});

test("finds no drift while engines charge", { timeout: 30_000 }, async () => {
  let isOver = false;
  let sequence = 0;
  const charge = async () => {
    const usage = [{ ratingGroup: 10, usedUnit: 1_000 }];
    const at = clock.now;
    const opening = { sessionId: "live", sequence: 0, at };
    const none = [{ ratingGroup: 10, usedUnit: null }];
    await engine.handle(accountIds.map((id) => sessionMessage("initiate", id, opening, none)));
    while (!isOver) {
      sequence++;
      const place = { sessionId: "live", sequence, at };
      await engine.handle([
        ...accountIds.map((id) => sessionMessage("update", id, place, usage)),
        topUp("anna", `more-${sequence}`, "data", 500),
        ...traffic([`new-${sequence}`], at)[0]!,
      ]);
    }
  };
  const charging = charge();
  const auditor = await openDirectEngine({ redisUrl: redis.url, now: () => clock.now });
  for (let i = 0; i < 40; i++) expect((await report(auditor)).drifted).toEqual([]);
  isOver = true;
  await charging;
  await auditor.close();
  expect(sequence).toBeGreaterThan(40);
  const { accounts, drifted } = await report();
  expect(drifted).toEqual([]);
  expect(accounts).toBe(3 + sequence);
});

test("an entry of a newer version, or one cut off, is named and nothing is concluded", async () => {
  const [entry] = (await redis.client.xrevrangeBuffer(journal, "+", "-", "COUNT", 1)) as [
    Buffer,
    Buffer[],
  ][];
  const fields = entry![1];
  const outcomeOf = async (changed: Buffer[]) => {
    const id = String(await redis.client.call("XADD", journal, "*", ...changed));
    const outcome = await audit(engine.store, 1, () => undefined);
    await redis.client.xdel(journal, id);
    return outcome.isOk ? "" : outcome.error.replace(id, "ID");
  };
  const newer = Buffer.from(fields[1]!);
  newer[0] = batchVersion + 1;
  expect(await outcomeOf(["q", newer, ...fields.slice(2)] as Buffer[])).toBe(
    `journal of shard 0, entry ID: a batch of version ${newer[0]}, known is ${batchVersion}`,
  );
  const cut = fields.map((value, index) => (index === 7 ? value.subarray(0, -1) : value));
  expect(await outcomeOf(cut)).toMatch(/^journal of shard 0, entry ID: it is cut off: octet \d+/);
  expect((await report()).drifted).toEqual([]);
});

test("finds no drift wherever the append-only file was cut off", { timeout: 60_000 }, async () => {
  const durable = await startRedis({ appendOnly: true });
  try {
    const there = await openDirectEngine({ redisUrl: durable.url, now: () => clock.now });
    await handleAll(there, accountIds);
    for (let i = 0; i < 300; i++) await there.handle([topUp("anna", `more-${i}`, "data", i)]);
    await there.close();
    const records: number[] = [];
    for (const cut of [1, 77, 1_000, 5_003, 20_011]) {
      await durable.kill();
      const folder = path.join(durable.folder, "appendonlydir");
      const file = path.join(folder, readdirSync(folder).find((name) => name.includes(".incr."))!);
      truncateSync(file, statSync(file).size - cut);
      await durable.restart();
      // Not an engine: that would write its library, and the next cut would take nothing else.
      const store = await openStore({ url: durable.url, isCluster: false, onError });
      const found = await report({ store });
      await store.close();
      expect(found.drifted).toEqual([]);
      records.push(found.records);
    }
    expect(records.at(-1)).toBeGreaterThan(30);
    expect(records.at(-1)).toBeLessThan(records[0]!);
  } finally {
    await durable.stop();
  }
});

test("audits a Redis Cluster, shard by shard", { timeout: 60_000 }, async () => {
  const cluster = await startRedisCluster({ primaries: 3 });
  const shards = 8;
  const many = Array.from({ length: 40 }, (_, index) => `account-${index}`);
  const options = { redisUrl: cluster.urls[0]!, isRedisCluster: true, shards };
  const there = await openDirectEngine({ ...options, now: () => clock.now });
  try {
    await handleAll(there, many);
    const { accounts, drifted, records } = await report(there, shards);
    expect([accounts, records, drifted]).toEqual([40, 40 * 10, []]);
    const shard = shardOf("account-7", shards);
    const value = (await there.store.call("GET", keys.account(shard, "account-7"))) as Buffer;
    value.writeDoubleLE(value.readDoubleLE(value.length - 8) + 1, value.length - 8);
    await there.store.call("SET", keys.account(shard, "account-7"), value);
    const found = (await report(there, shards)).drifted;
    expect(found.map(({ accountId, shard: on }) => [accountId, on])).toEqual([
      ["account-7", shard],
    ]);
  } finally {
    await there.close();
    await cluster.stop();
  }
});
