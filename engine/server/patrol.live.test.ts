// Accounts that nobody meets: what they are due for is in the journal all the same, once.

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { directClient } from "../../scripts/testing/direct-client.ts";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import { journalRecords } from "../../scripts/testing/journal-records.ts";
import {
  namesOf,
  profiles,
  requestOfProfile,
} from "../../scripts/testing/random-programs/accounts.ts";
import { start } from "../../scripts/testing/random-programs/moments.ts";
import { startRedisCluster } from "../../scripts/testing/redis-cluster.ts";
import {
  emptyRedisOfFile,
  engineOfTest,
  expectSound,
} from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { type DirectEngine, openDirectEngine } from "../simulation/direct-engine.ts";
import {
  accountRequest,
  event,
  sessionMessage,
  tariffDocument,
  topUp,
} from "../simulation/small-operator.ts";
import { readAccountValue } from "../store/account-value.ts";
import { audit } from "../store/audit.ts";
import { keys } from "../store/keys.ts";
import { countKeys } from "../store/walk.ts";
import { paceOf } from "./patrol.ts";

const hour = 3_600_000;
const day = 24 * hour;
const clock = { now: 0 };
const redis = emptyRedisOfFile();
let engine: DirectEngine;

beforeEach(async () => {
  clock.now = Date.parse("2027-01-15T12:00:00Z");
  engine = await engineOfTest(redis, clock);
});

/** `data` is renewed each month, `bonus` ends tomorrow, `main` never does. */
const open = async (one: DirectEngine, accountIds: readonly string[]) => {
  await one.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const accountId of accountIds) {
    const request = accountRequest(accountId);
    const [data, bonus, main] = request.buckets;
    const period = { unit: "month", anchorDay: 1, count: 1 } as const;
    const buckets = [
      { ...data!, renewal: { period, amount: 1_000, rollover: null } },
      { ...bonus!, validUntil: clock.now + day },
      main!,
    ];
    await one.handle([{ operation: "putAccount", request: { ...request, buckets } }]);
    await one.handle([topUp(accountId, "t1", "bonus", 70), topUp(accountId, "t2", "main", 500)]);
  }
};

/** So many turns, of whichever engine; as if the time between them had passed. */
const turns = async (one: DirectEngine, count: number) => {
  for (let i = 0; i < count; i++) {
    await one.store.call("DEL", keys.patrolTurn);
    await one.patrol();
  }
};

/** Turns that surely come by everything, however the keys lie. */
const wholeWalk = async (one: DirectEngine, nodes = 1) => {
  const keysHeld = await countKeys(one.store);
  await turns(one, nodes + 2 * Math.ceil(keysHeld / paceOf(keysHeld).count));
};

/** Of the journal, what was settled without any use: bucket by bucket what expired and came. */
const settled = async (one: DirectEngine, shards = 1) => {
  const told: string[] = [];
  for (let shard = 0; shard < shards; shard++) {
    for (const record of await journalRecords(one.store, shard)) {
      if (record.verb !== "settleDues") continue;
      const { accountId, changes } = record;
      const texts = changes.map(({ slot, expired, renewed }) => `${slot}: -${expired} +${renewed}`);
      told.push(`${accountId} ${texts.join(", ")}`);
    }
  }
  return told.sort();
};

const settle = async (request: RequestOf<"settleDues">) => {
  const settled = await directClient(engine).settleDues(request);
  return settled.isOk ? settled.value : settled.error.code;
};

describe("the walk", () => {
  test("what has ended expires, what has a new period is renewed, each once", async () => {
    const accountIds = Array.from({ length: 40 }, (_, i) => `idle-${10 + i}`);
    await open(engine, accountIds);
    await wholeWalk(engine);
    // Renewed for the period in which they were opened, by their top-ups; nothing else is due.
    expect(await settled(engine)).toEqual([]);
    clock.now += day + limits.lateUseMsMax - 1;
    await wholeWalk(engine);
    expect(await settled(engine), "use of before may still be told").toEqual([]);
    clock.now += 1;
    await wholeWalk(engine);
    expect(await settled(engine)).toEqual(accountIds.map((id) => `${id} 1: -70 +0`));
    clock.now = Date.parse("2027-02-01T00:00:00Z");
    await wholeWalk(engine);
    await wholeWalk(engine);
    const renewed = accountIds.flatMap((id) => [`${id} 0: -1000 +1000`, `${id} 1: -70 +0`]);
    expect(await settled(engine)).toEqual(renewed);
    await expectSound(engine);
  });

  test("one engine at a time has its turn, and they go on with each other's walk", async () => {
    const accountIds = Array.from({ length: 30 }, (_, i) => `idle-${10 + i}`);
    await open(engine, accountIds);
    const other = await engineOfTest(redis, clock);
    clock.now += 4 * day;
    await turns(engine, 1);
    const standing = await redis.client.hgetall(keys.patrol);
    await Promise.all([engine.patrol(), other.patrol()]);
    expect(await redis.client.hgetall(keys.patrol)).toEqual(standing);
    expect(await redis.client.pttl(keys.patrolTurn)).toBeGreaterThan(0);
    for (let i = 0; i < 40; i++) await turns(i % 2 === 0 ? other : engine, 1);
    expect(await settled(engine)).toHaveLength(30);
    await expectSound(engine, other);
  });

  test("an engine that dies in its turn leaves the page to the next, nothing twice", async () => {
    await open(engine, ["anna", "bruno"]);
    clock.now += 4 * day;
    await turns(engine, 1);
    const faulty = await engineOfTest(redis, clock, {
      between: (store) => ({
        ...store,
        call: async (command, ...args) => {
          if (command === "HSET" && args[0] === keys.patrol) throw new Error("it has died");
          return store.call(command, ...args);
        },
      }),
    });
    const page = async () => {
      await redis.client.del(keys.patrolTurn);
      await expect(faulty.patrol()).rejects.toThrow("it has died");
    };
    for (let i = 0; i < 3; i++) await page();
    await wholeWalk(engine);
    expect(await settled(engine)).toEqual(["anna 1: -70 +0", "bruno 1: -70 +0"]);
    await expectSound(engine);
  });

  test("sees what another engine has put into the profile", async () => {
    await open(engine, ["anna"]);
    const other = await engineOfTest(redis, clock);
    const request = accountRequest("anna");
    const [, bonus] = request.buckets;
    const buckets = [{ ...bonus!, validUntil: clock.now + 2 * day }];
    await engine.handle([topUp("anna", "t3", "data", 1_000)]);
    await other.handle([
      { operation: "putAccount", request: { ...request, buckets, counters: [] } },
    ]);
    clock.now += 5 * day;
    await wholeWalk(engine);
    expect(await settled(engine)).toEqual(["anna 1: -70 +0"]);
  });

  test("goes on past an account that cannot be read, and tells of it", async () => {
    const accountIds = Array.from({ length: 30 }, (_, i) => `idle-${10 + i}`);
    await open(engine, accountIds);
    await redis.client.set(keys.profile(0, "idle-25"), Buffer.from([0x91, 0x09]));
    clock.now += 4 * day;
    // Its page comes three times.
    for (let i = 0; i < 3; i++) await wholeWalk(engine);
    expect(await settled(engine)).toHaveLength(29);
    expect(String(engine.faults[0])).toContain("profile of idle-25: layout 9");
  });

  test("a page that Redis would not carry out is for the next turn", {
    timeout: 20_000,
  }, async () => {
    await open(engine, ["anna", "bruno"]);
    clock.now += 4 * day;
    await turns(engine, 1);
    let isAway = true;
    const cutOff = await engineOfTest(redis, clock, {
      between: (store) => ({
        ...store,
        run: async (...args) => {
          if (isAway) throw new Error("Connection is closed.");
          return store.run(...args);
        },
      }),
    });
    while ((await redis.client.hget(keys.patrol, "tries")) !== "1") await turns(cutOff, 1);
    const standing = await redis.client.hgetall(keys.patrol);
    expect(await settled(engine)).toEqual([]);
    isAway = false;
    await turns(cutOff, 1);
    expect(await redis.client.hgetall(keys.patrol)).not.toEqual(standing);
    await wholeWalk(cutOff);
    expect(await settled(engine)).toEqual(["anna 1: -70 +0", "bruno 1: -70 +0"]);
  });

  test("begins anew where the node is gone at which it stood", async () => {
    await open(engine, ["anna"]);
    clock.now += 4 * day;
    await redis.client.hset(keys.patrol, "place", "gone:6379 77");
    await wholeWalk(engine);
    expect(await settled(engine)).toEqual(["anna 1: -70 +0"]);
  });

  test("goes through all nodes of a Redis Cluster", { timeout: 60_000 }, async () => {
    const cleanUp = cleanUpOfTest();
    const cluster = cleanUp.add(await startRedisCluster({ primaries: 3 }));
    const options = { redisUrl: cluster.urls[0]!, isRedisCluster: true, shards: 16 };
    const there = cleanUp.add(await openDirectEngine({ ...options, now: () => clock.now }));
    const accountIds = Array.from({ length: 40 }, (_, i) => `idle-${10 + i}`);
    await open(there, accountIds);
    clock.now += 4 * day;
    await wholeWalk(there, 3);
    expect(await settled(there, 16)).toEqual(accountIds.map((id) => `${id} 1: -70 +0`));
    const report = await audit(there.store, 16, () => undefined);
    expect(report.isOk && report.value.drifted).toEqual([]);
  });
});

describe("settleDues", () => {
  test("tells how many buckets it changed; the same twice is once", async () => {
    await open(engine, ["anna"]);
    expect(await settle({ accountId: "anna" })).toEqual({ changedBuckets: 0 });
    clock.now = Date.parse("2027-02-01T00:00:00Z");
    const twice = [await settle({ accountId: "anna" }), await settle({ accountId: "anna" })];
    expect(twice).toEqual([{ changedBuckets: 1 }, { changedBuckets: 0 }]);
    expect(await settled(engine)).toEqual(["anna 0: -1000 +1000, 1: -70 +0"]);
    await expectSound(engine);
  });

  test("nothing rolls over to where the time is over", async () => {
    await open(engine, ["anna"]);
    const request = accountRequest("anna");
    const [data, bonus, main] = request.buckets;
    const period = { unit: "month", anchorDay: 1, count: 1 } as const;
    const rollover = { bucketId: "bonus", amountMax: 9_000, lastsOnePeriod: false };
    const buckets = [
      { ...data!, renewal: { period, amount: 1_000, rollover } },
      { ...bonus!, validUntil: clock.now + day },
      main!,
    ];
    await engine.handle([{ operation: "putAccount", request: { ...request, buckets } }]);
    clock.now = Date.parse("2027-02-01T00:00:00Z");
    const twice = [await settle({ accountId: "anna" }), await settle({ accountId: "anna" })];
    expect(twice).toEqual([{ changedBuckets: 1 }, { changedBuckets: 0 }]);
    expect(await settled(engine)).toEqual(["anna 0: -1000 +1000, 1: -70 +0"]);
    await expectSound(engine);
  });

  test.each(["each month", "in the last one"])("what is owed is paid, met %s", async (when) => {
    const request = accountRequest("anna");
    const [, , main] = request.buckets;
    const period = { unit: "month", anchorDay: 1, count: 1 } as const;
    const put = (changes: Partial<typeof main>) => {
      const buckets = [{ ...main!, ...changes }];
      return { operation: "putAccount", request: { ...request, buckets } } as const;
    };
    const owe = { ...takeAway, amount: -3_000 };
    await engine.handle([put({ creditLimit: 5_000 })]);
    await engine.handle([{ operation: "adjust", request: owe }]);
    await engine.handle([put({ renewal: { period, amount: 1_000, rollover: null } })]);
    for (const month of ["01-15", "02-15", "03-15", "04-15"]) {
      clock.now = Date.parse(`2027-${month}T12:00:00Z`);
      const isFirstOrLast = month === "01-15" || month === "04-15";
      if (when === "each month" || isFirstOrLast) await settle({ accountId: "anna" });
    }
    const value = (await redis.client.getBuffer(keys.account(0, "anna")))!;
    expect(readAccountValue(value).buckets).toEqual([{ remaining: 1_000, reserved: 0 }]);
    await expectSound(engine);
  });

  test("what ended after `usedFrom` stays", async () => {
    await open(engine, ["anna"]);
    clock.now += day + hour;
    const accountId = "anna";
    const kept = await settle({ accountId, usedFrom: clock.now - hour - 1 });
    const gone = await settle({ accountId, usedFrom: clock.now - hour });
    expect([kept, gone]).toEqual([{ changedBuckets: 0 }, { changedBuckets: 1 }]);
  });

  test("a session that had the last there was hears of a renewal", async () => {
    await open(engine, ["anna"]);
    await engine.handle([{ operation: "adjust", request: takeAway }]);
    const place = { sessionId: "s1", sequence: 0, at: clock.now };
    const wanted = [{ ratingGroup: 10, usedUnit: null }];
    await engine.handle([sessionMessage("initiate", "anna", place, wanted)], 7);
    clock.now = Date.parse("2027-02-01T00:00:00Z");
    await settle({ accountId: "anna" });
    expect(await redis.client.hlen(keys.notices(0))).toBe(1);
  });

  const takeAway = {
    ...{ requestId: "a1", accountId: "anna", bucketId: "main", amount: -500, reason: "test" },
    extendsValiditySeconds: 0,
  };

  test("refuses a moment that is not yet, and an account that is not there", async () => {
    await open(engine, ["anna"]);
    const ahead = await settle({ accountId: "anna", usedFrom: clock.now + 1 });
    expect(ahead).toBe("INVALID_VALUE");
    const unknown = await settle({ accountId: "nobody" });
    expect(unknown).toBe("USER_UNKNOWN");
    expect(await settled(engine)).toEqual([]);
  });
});

describe("an allowance that ends", () => {
  const period = { unit: "month", anchorDay: 1, count: 1 } as const;
  const at = (moment: string) => Date.parse(`2027-${moment}Z`);
  const rollover = { bucketId: "bonus", amountMax: 9_000, lastsOnePeriod: false };
  type Dates = { readonly validFrom: number; readonly validUntil: number };

  const put = async (data: Partial<Dates>, bonus: Partial<Dates> = {}) => {
    const request = accountRequest("anna");
    const [first, second, main] = request.buckets;
    const renewal = { period, amount: 1_000, rollover };
    const buckets = [{ ...first!, ...data, renewal }, { ...second!, ...bonus }, main!];
    await engine.handle([{ operation: "putAccount", request: { ...request, buckets } }]);
  };
  const amounts = async () => {
    await settle({ accountId: "anna" });
    const value = (await redis.client.getBuffer(keys.account(0, "anna")))!;
    return readAccountValue(value).buckets.map(({ remaining }) => remaining);
  };

  test("what was met and dropped does not come back with where it would have gone", async () => {
    await put({ validUntil: at("04-01T00:00:00") }, { validUntil: at("03-20T00:00:00") });
    expect(await amounts()).toEqual([1_000, 0, 0]);
    clock.now = at("04-10T00:00:00");
    expect(await amounts()).toEqual([0, 0, 0]);
    await put({ validUntil: at("04-01T00:00:00") }, { validUntil: at("06-01T00:00:00") });
    expect(await amounts()).toEqual([0, 0, 0]);
    await expectSound(engine);
  });

  test("nothing rolls over of the time between two validities", async () => {
    await put({ validUntil: at("02-01T00:00:00") });
    await amounts();
    clock.now = at("03-10T00:00:00");
    expect(await amounts()).toEqual([0, 0, 0]);
    clock.now = at("05-01T00:00:00");
    await put({ validFrom: clock.now, validUntil: at("06-01T00:00:00") });
    expect(await amounts()).toEqual([1_000, 0, 0]);
    await expectSound(engine);
  });

  test("one validity that follows the other goes on in it", async () => {
    await put({ validUntil: at("02-01T00:00:00") });
    await amounts();
    clock.now = at("02-01T00:00:00");
    await put({ validFrom: clock.now, validUntil: at("03-01T00:00:00") });
    expect(await amounts()).toEqual([1_000, 1_000, 0]);
  });

  test.each(["met", "not met"])(
    "late use of its last period, %s in it, is paid by it",
    async (how) => {
      await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
      await put({ validUntil: at("02-02T00:00:00") });
      await amounts();
      await engine.handle([event("anna", "e1", clock.now, [{ ratingGroup: 10, usedUnit: 1_000 }])]);
      clock.now = at("02-01T12:00:00");
      if (how === "met") await amounts();
      clock.now = at("02-02T00:00:02");
      const late = event("anna", "e2", clock.now - 4_000, [{ ratingGroup: 10, usedUnit: 1_000 }]);
      await engine.handle([topUp("anna", "t1", "main", 10), late]);
      expect(await amounts()).toEqual([0, 0, 10]);
      await expectSound(engine);
    },
  );

  test("rollovers that would take from each other, or from a debt, are refused", async () => {
    const request = accountRequest("anna");
    const [data, bonus, main] = request.buckets;
    type Bucket = typeof data & object;
    const outcomeOf = async (buckets: readonly Bucket[]) => {
      const put = await directClient(engine).putAccount({ ...request, buckets });
      return put.isOk ? "put" : put.error.detail;
    };
    const from = (bucket: Bucket, bucketId: string, rest: object): Bucket => {
      const renewal = { period, amount: 1_000, rollover: { ...rollover, ...rest } };
      return { ...bucket, bucketId, renewal };
    };
    const two = (one: object, other: object) =>
      outcomeOf([from(data!, "data", one), from(data!, "more", other), bonus!]);
    const both = "both for good and up to one amountMax, or neither";
    expect(await two({ lastsOnePeriod: true }, {})).toBe(
      `buckets[0].renewal.rollover: "more" rolls over there too; ${both}`,
    );
    expect(await two({}, { amountMax: 1 })).toContain(both);
    const toMain = { bucketId: "main", lastsOnePeriod: true };
    expect(await outcomeOf([from(main!, "gift", toMain), { ...main!, creditLimit: 5 }])).toBe(
      'buckets[0].renewal.rollover.lastsOnePeriod: what "main" holds may be owed',
    );
    expect(await two({}, {})).toBe("put");
  });
});

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
type RandomProfile = Parameters<typeof requestOfProfile>[0];

test(`an account that was met holds the same whenever it is met again (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const meetings = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
  const amountsOf = async (accountId: string) => {
    const value = readAccountValue((await redis.client.getBuffer(keys.account(0, accountId)))!);
    return value.buckets;
  };
  let runs = 0;
  const run = async (profile: RandomProfile, credit: number, minutes: readonly number[]) => {
    clock.now = start;
    const request = requestOfProfile(profile);
    const [often, seldom] = [`often-${runs}`, `seldom-${runs++}`];
    const accountIds = [often, seldom];
    for (const accountId of accountIds) {
      const put = { ...request, ...namesOf(accountId) };
      await engine.handle([{ operation: "putAccount", request: put }]);
      for (const { bucketId } of request.buckets) {
        await engine.handle([topUp(accountId, `t-${bucketId}`, bucketId, credit)]);
      }
    }
    // An allowance is renewed from the first meeting in its validity on; by then all have begun.
    clock.now += 11 * 60_000;
    for (const accountId of accountIds) await settle({ accountId });
    for (const passed of minutes) {
      clock.now += 60_000 * passed;
      await settle({ accountId: often });
    }
    await settle({ accountId: seldom });
    expect(await amountsOf(seldom)).toEqual(await amountsOf(often));
  };
  const bounds = { seed, numRuns: 150, interruptAfterTimeLimit: 60_000 };
  await fc.assert(fc.asyncProperty(profiles, fc.nat(3_000), meetings, run), bounds);
  await expectSound(engine);
});
