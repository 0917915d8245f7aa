// The clock of a test installation: moved, and everything goes through the time between, in its
// order and at its moments, on every engine.

import { expect, test } from "vitest";
import {
  askOperations,
  businessClient,
  cleanUpOfTest,
  type EngineUnderTest,
  networkClient,
  readMetric,
  startEngineHere,
  startEngineProcess,
  until,
} from "../../scripts/testing/engine.ts";
import { journalRecords } from "../../scripts/testing/journal-records.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { startRedisCluster } from "../../scripts/testing/redis-cluster.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  eventOf,
  mebi,
  openAccount,
  readHoldings,
  sessionMessage,
  tariffDocument,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { movedClockRemedy } from "../protocol/clock-value.ts";
import { type Clock, openClock } from "../store/clock.ts";
import { openStore, type Store } from "../store/connection.ts";

const hour = 3_600_000;
const day = 24 * hour;
const redis = emptyRedisOfFile();

const openStoreOfTest = async (): Promise<Store> => {
  const store = await openStore({ url: redis.url, isCluster: false, onError: () => undefined });
  cleanUpOfTest().add({ stop: store.close });
  return store;
};

/** As somebody else has it who may move it. */
const clockOf = async (store: Store, machineNow = Date.now): Promise<Clock> => {
  const faults = (error: unknown) => expect(error).toBeUndefined();
  const options = { store, machineNow, isMovable: true, onMoved: () => undefined };
  const clock = await openClock({ ...options, onFault: faults });
  if (!clock.isOk) throw new Error(clock.error);
  return clock.value;
};

const startEngine = async (options: { machineNow?: () => number; isFixed?: boolean } = {}) => {
  const { machineNow = Date.now, isFixed = false } = options;
  const settings = { redisUrl: redis.url, isClockMovable: !isFixed, now: machineNow };
  return cleanUpOfTest().add(await startEngineHere(settings));
};

const clientsOf = async (engine: EngineUnderTest) => {
  const cleanUp = cleanUpOfTest();
  const network = cleanUp.add(networkClient([engine]));
  const business = cleanUp.add(businessClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
  return { network, business };
};

/** So far from where it stands, by somebody who is no engine; when it is there. */
const advance = async (clock: Clock, byMs: number, secondsMax = 60) => {
  await clock.refresh();
  const { offsetMs } = clock.standing();
  await clock.move({ goalOffsetMs: offsetMs + byMs });
  await until("it is there", () => clock.standing().offsetMs === offsetMs + byMs, { secondsMax });
};

const shown = async (engine: EngineUnderTest) =>
  JSON.parse((await askOperations(engine, "/clock")).text);

test("a session that is passed over ends, and is journalled at the moved time", async () => {
  const engine = await startEngine();
  const clock = await clockOf(await openStoreOfTest());
  const { network, business } = await clientsOf(engine);
  await openAccount(business, accountOf("anna"), { main: 100 * cent });
  answered(await network.initiate(sessionMessage("anna", "s", 0, usageOf(web, 40 * mebi))));
  expect((await readHoldings(network, "anna")).buckets["main"]).toEqual([60 * cent, 40 * cent]);
  await advance(clock, 3 * day);
  await until("its hold has ended", async () => {
    return (await readHoldings(network, "anna")).buckets["main"]?.[1] === 0;
  });
  const store = await openStoreOfTest();
  const [expired] = (await journalRecords(store, 0)).filter(({ verb }) => verb === "expire");
  expect(expired!.at).toBeGreaterThan(Date.now() + day - hour);
  expect(expired!.at).toBeLessThanOrEqual(clock.now());
  expect(await readMetric(engine, "tollgate_clock_offset_seconds")).toBe((3 * day) / 1_000);
  await expectNoDrift(redis.url);
});

test("a year is twelve renewals, each at its instant by the operator's clocks", async () => {
  const begin = Date.parse("2027-01-10T12:00:00Z");
  const startedAt = Date.now();
  const machineNow = () => begin + Date.now() - startedAt;
  // By the machine of the tests Redis is months behind: only the walk of every day heeds that.
  const engine = await startEngine({ machineNow });
  const { business } = await clientsOf(engine);
  const store = await openStoreOfTest();
  const clock = await clockOf(store, machineNow);
  const period = { unit: "month", anchorDay: 31, count: 1 } as const;
  const renewal = { period, amount: 1_000, rollover: null };
  const buckets = [{ ...bucketOf("data", "octets"), renewal }, bucketOf("main", "money")];
  const account = accountOf("anna", { buckets, timeZone: "Europe/Berlin" });
  await openAccount(business, account, { main: cent });
  await advance(clock, 365 * day);
  const renewed = (await journalRecords(store, 0)).filter(
    (record) => record.verb === "settleDues" && record.changes.some((one) => one.renewed > 0),
  );
  const dates = ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30"];
  const instants = [...dates, "10-31", "11-30", "12-31"].map((date) => {
    // Clocks are set back in the night after that midnight.
    const isSummer = date >= "03-28" && date <= "10-31";
    return Date.parse(`2027-${date}T00:00:00${isSummer ? "+02:00" : "+01:00"}`);
  });
  expect(renewed).toHaveLength(12);
  for (const [index, { at }] of renewed.entries()) {
    expect(at, `renewal ${index + 1}`).toBeGreaterThanOrEqual(instants[index]!);
    expect(at, `renewal ${index + 1}`).toBeLessThan(instants[index]! + 2_000);
  }
  await expectNoDrift(redis.url);
});

test("all engines go together, also one that was down, and time never goes back", async () => {
  const [one, other] = [await startEngine(), await startEngine()];
  const clock = await clockOf(await openStoreOfTest());
  await other.stop();
  await advance(clock, 400 * day);
  const back = await startEngine();
  const told = await Promise.all([one, back].map(shown));
  for (const { now, offsetMs } of told) {
    expect(Math.abs(Date.parse(now) - clock.now())).toBeLessThan(200);
    expect(offsetMs).toBe(400 * day);
  }
  // A Redis that lost its last moves is told them again by those who know.
  await redis.client.del("{0}:clock");
  await until(
    "the clock is there again",
    async () => (await redis.client.exists("{0}:clock")) === 1,
  );
  expect((await shown(await startEngine())).offsetMs).toBe(400 * day);
});

const patience = { timeout: 90_000 };
test("one that dies on the way leaves it to another, nothing is done twice", patience, async () => {
  const settings = { redisUrl: redis.url, isClockMovable: true };
  const one = cleanUpOfTest().add(await startEngineProcess(settings));
  const { business } = await clientsOf(one);
  const period = { unit: "day", anchorDay: 1, count: 1 } as const;
  const renewal = { period, amount: 7, rollover: null };
  const buckets = [{ ...bucketOf("data", "octets"), renewal }];
  await openAccount(business, accountOf("anna", { buckets, timeZone: "UTC" }), {});
  const store = await openStoreOfTest();
  const clock = await clockOf(store);
  await clock.move({ goalOffsetMs: 200 * day });
  await until("it is on its way", () => clock.standing().offsetMs > 50 * day);
  await one.kill();
  expect(clock.standing().offsetMs).toBeLessThan(200 * day);
  cleanUpOfTest().add(await startEngineProcess(settings));
  await until("it is there", () => clock.standing().offsetMs === 200 * day, { secondsMax: 60 });
  const renewed = (await journalRecords(store, 0)).filter(({ verb }) => verb === "settleDues");
  // And the period in which it was opened, for nobody had met it.
  expect(renewed).toHaveLength(1 + 200);
  const days = renewed.map(({ at }) => Math.floor(at / day));
  expect(days).toEqual(days.map((_, index) => days[0]! + index));
  await expectNoDrift(redis.url);
});

test("what an engine does that has not heard of it yet ends all the same", async () => {
  const engine = await startEngine();
  const late = await engineOfTest(redis, { now: Date.now() });
  const { network, business } = await clientsOf(engine);
  await late.refresh();
  await openAccount(business, accountOf("anna"), { main: 100 * cent });
  const clock = await clockOf(await openStoreOfTest());
  await advance(clock, 3 * day);
  const request = sessionMessage("anna", "s", 0, usageOf(web, 40 * mebi));
  await late.handle([{ operation: "initiate", request }]);
  expect((await readHoldings(network, "anna")).buckets["main"]).toEqual([60 * cent, 40 * cent]);
  await until("its hold has ended", async () => {
    return (await readHoldings(network, "anna")).buckets["main"]?.[1] === 0;
  });
});

test("what ends by a validity of its own is not passed over", async () => {
  const engine = await startEngine();
  const { network, business } = await clientsOf(engine);
  const weekly = { ...bucketOf("gift", "octets"), ownValiditySeconds: (7 * day) / 1_000 };
  for (const accountId of ["anna", "bruno", "carla"]) {
    const account = accountOf(accountId, { buckets: [weekly, bucketOf("main", "money")] });
    await openAccount(business, account, { gift: 9 });
    // It runs from the first use on.
    answered(await network.event(eventOf(accountId, "e", { ratingGroup: web, usedUnit: 2 })));
  }
  const store = await openStoreOfTest();
  const openedAt = Date.now();
  await advance(await clockOf(store), 30 * day);
  const expired = (await journalRecords(store, 0)).filter(({ verb }) => verb === "settleDues");
  expect(expired.map(({ accountId }) => accountId).sort()).toEqual(["anna", "bruno", "carla"]);
  for (const { at } of expired) expect(Math.abs(at - openedAt - 7 * day)).toBeLessThan(5_000);
});

test("a Redis Cluster of several shards goes through the time between as well", async () => {
  const cluster = cleanUpOfTest().add(await startRedisCluster({ primaries: 3 }));
  const url = cluster.urls[0]!;
  const settings = { redisUrl: url, isRedisCluster: true, shards: 4, isClockMovable: true };
  const engine = cleanUpOfTest().add(await startEngineHere(settings));
  const { business } = await clientsOf(engine);
  const period = { unit: "week", anchorDay: 1, count: 1 } as const;
  const renewal = { period, amount: 7, rollover: null };
  const buckets = [{ ...bucketOf("data", "octets"), renewal }, bucketOf("main", "money")];
  for (let i = 0; i < 12; i++) {
    await openAccount(business, accountOf(`a${i}`, { buckets, timeZone: "UTC" }), { main: cent });
  }
  const store = await openStore({ url, isCluster: true, onError: () => undefined });
  cleanUpOfTest().add({ stop: store.close });
  await store.load();
  await advance(await clockOf(store), 28 * day);
  const shards = await Promise.all([0, 1, 2, 3].map((shard) => journalRecords(store, shard)));
  const renewed = shards.flat().filter(({ verb }) => verb === "settleDues");
  expect(renewed).toHaveLength(12 * 4);
  await expectNoDrift(url, { isCluster: true, shards: 4 });
});

test("who moves it at once with others is told to look again, and no move is lost", async () => {
  await startEngine();
  const clocks = await Promise.all([1, 2, 3, 4].map(async () => clockOf(await openStoreOfTest())));
  await Promise.all(
    clocks.map(async (clock) => {
      for (let done = 0; done < 5; ) {
        const { goalOffsetMs } = clock.standing();
        if (await clock.move({ goalOffsetMs: goalOffsetMs + hour })) done++;
      }
    }),
  );
  await until("all are there", () => clocks.every((one) => one.standing().offsetMs === 20 * hour));
});

test("an engine whose clock is fixed neither starts on a moved one nor is ready", async () => {
  const fixed = await startEngine({ isFixed: true });
  expect((await shown(fixed)).isMovable).toBe(false);
  await startEngine();
  const clock = await clockOf(await openStoreOfTest());
  await advance(clock, hour);
  const { status, text } = await askOperations(fixed, "/readyz");
  expect([status, text]).toEqual([503, expect.stringContaining(movedClockRemedy)]);
  await expect(startEngine({ isFixed: true })).rejects.toThrow(movedClockRemedy);
});
