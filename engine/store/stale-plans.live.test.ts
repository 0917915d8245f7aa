// Plans are made from what an engine remembers, and that may have changed behind its back:
// profiles, identifiers and tariffs through another engine, the library by a Redis that forgot it.
// Whatever it remembered, what is charged must be what holds.

import { beforeEach, expect, test } from "vitest";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame } from "../protocol/wire.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import { accountRequest, event, sessionMessage, topUp } from "../simulation/small-operator.ts";
import { readAccountValue } from "./account-value.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const clock = { now: start };
const second = 1_000;

const redis = emptyRedisOfFile();
let one: DirectEngine;
let other: DirectEngine;
/** How often `one` has sent a batch. */
let batches: number;

const counting = (store: Store): Store => ({
  ...store,
  run: (name, ...rest) => {
    if (name === "apply-batch") batches++;
    return store.run(name, ...rest);
  },
});
/** Hears of no publication by itself. */
const deaf = (store: Store): Store => counting({ ...store, subscribe: async () => undefined });
beforeEach(async () => {
  clock.now = start;
  one = await engineOfTest(redis, clock, { between: deaf });
  other = await engineOfTest(redis, clock);
  await publish(one, "0.01");
  await other.refresh();
  await answers(one, account);
  await answers(one, {
    operation: "queryBalance",
    request: { subscriberIdentifier: "msisdn-anna" },
  });
  batches = 0;
});

/** One micro-priced block is one octet: what is used is what it costs, times the price. */
const publish = (
  engine: DirectEngine,
  blockPrice: string,
  effectiveFrom = "2020-01-01T00:00:00Z",
) => {
  const terms = { unit: "octets", blockUnits: 1, blockPrice, quotaUnits: 100 };
  const ratingGroups = [{ ratingGroup: 10, ...terms, validityTimeSeconds: 86_400 }];
  const tariff = { tariffId: "standard", currency: "EUR", effectiveFrom, ratingGroups };
  return answers(engine, {
    operation: "publishTariff",
    request: { document: JSON.stringify(tariff) },
  });
};

const main = { ...accountRequest("anna").buckets.find(({ bucketId }) => bucketId === "main")! };
const account = {
  operation: "putAccount",
  request: { ...accountRequest("anna"), buckets: [main], counters: [] },
} as const satisfies AnyRequest;

const answers = async (engine: DirectEngine, ...requests: readonly AnyRequest[]) => {
  const completions = await engine.handle(requests);
  const inOrder = completions.toSorted((a, b) => a.index - b.index);
  return inOrder.map(({ octets }) => {
    const frame = decodeFrame(octets);
    const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
    if (message.kind === "answer") return message.answer as Record<string, unknown>;
    if (message.kind === "refusal") return message.refusal.code;
    throw new Error(`no answer: ${JSON.stringify(message)}`);
  });
};
const costs = async (engine: DirectEngine, ...requests: readonly AnyRequest[]) =>
  (await answers(engine, ...requests)).map((answer) =>
    typeof answer === "string" ? answer : answer["cost"],
  );

const session = (
  operation: "initiate" | "update" | "terminate",
  sequence: number,
  usedUnit: number | null,
  { sessionId = "s", at = clock.now, accountId = "anna" } = {},
) =>
  sessionMessage(operation, accountId, { sessionId, sequence, at }, [
    { ratingGroup: 10, usedUnit },
  ]);

const balancesOf = async (accountId: string) => {
  const value = await redis.client.getBuffer(keys.account(0, accountId));
  return readAccountValue(value!).buckets.map(({ remaining }) => remaining);
};

test("a profile that another engine changed is read before anything is charged", async () => {
  const free = { ...main, bucketId: "free", unit: "octets" as const };
  await answers(one, topUp("anna", "t", "main", 10_000_000));
  batches = 0;
  await answers(other, { ...account, request: { ...account.request, buckets: [free, main] } });
  await answers(other, topUp("anna", "u", "free", 30));
  // 30 from the new allowance, 20 from money; the plan that was remembered knew money alone.
  expect(await costs(one, event("anna", "e", start, [{ ratingGroup: 10, usedUnit: 50 }]))).toEqual([
    200_000,
  ]);
  expect(batches).toBe(2);
  expect(await costs(one, event("anna", "f", start, [{ ratingGroup: 10, usedUnit: 1 }]))).toEqual([
    10_000,
  ]);
  expect(batches).toBe(3);
});

test("a top-up finds a bucket that another engine added, and misses one it took away", async () => {
  const extra = { ...main, bucketId: "extra" };
  await answers(other, { ...account, request: { ...account.request, buckets: [main, extra] } });
  expect(await answers(one, topUp("anna", "t", "extra", 5))).toEqual([
    { remaining: 5, reserved: 0, validUntil: extra.validUntil, bonuses: [] },
  ]);
  await answers(other, { ...account, request: { ...account.request, buckets: [extra] } });
  expect(await answers(one, topUp("anna", "u", "main", 5))).toEqual(["UNKNOWN_BUCKET"]);
  expect(await balancesOf("anna")).toEqual([0, 5]);
});

test("a top-up is known by its id also when its bucket is gone", async () => {
  const first = await answers(one, topUp("anna", "t", "main", 5));
  await answers(one, event("anna", "e", start, []), topUp("anna", "u", "main", 9_995));
  await answers(one, event("anna", "f", start, [{ ratingGroup: 10, usedUnit: 1 }]));
  const extra = { ...main, bucketId: "extra" };
  const changed = { ...account, request: { ...account.request, buckets: [extra] } };
  expect(await answers(other, changed)).toEqual([{ profileVersion: 2, isChanged: true }]);
  for (const engine of [one, other, one]) {
    expect(await answers(engine, topUp("anna", "t", "main", 5))).toEqual(first);
    expect(await answers(engine, topUp("anna", "t", "main", 6))).toEqual(["REQUEST_CONFLICT"]);
    expect(await answers(engine, topUp("anna", "v", "main", 6))).toEqual(["UNKNOWN_BUCKET"]);
  }
});

test("an identifier that moved charges its new account, however much is remembered", async () => {
  const put = (accountId: string, ...subscriberIdentifiers: string[]): AnyRequest => ({
    operation: "putAccount",
    request: { ...account.request, accountId, subscriberIdentifiers },
  });
  const query = (subscriberIdentifier: string): AnyRequest => {
    return { operation: "queryBalance", request: { subscriberIdentifier } };
  };
  await answers(one, put("anna", "msisdn-anna", "msisdn-moved"));
  await answers(one, topUp("anna", "t", "main", 1_000_000), query("msisdn-moved"));
  await answers(other, put("anna", "msisdn-anna"));
  await answers(other, put("bruno", "msisdn-bruno", "msisdn-moved"));
  await answers(other, topUp("bruno", "t", "main", 1_000_000));
  // What is left of the old account is read anew through its other identifier.
  await answers(one, query("msisdn-anna"));
  const use = event("moved", "e", start, [{ ratingGroup: 10, usedUnit: 7 }]);
  expect(await costs(one, use)).toEqual([70_000]);
  expect(await balancesOf("anna")).toEqual([1_000_000]);
  expect(await balancesOf("bruno")).toEqual([930_000]);
});

test("a session keeps the tariff that it began with, a new one has the new tariff", async () => {
  await answers(one, topUp("anna", "t", "main", 10_000_000), session("initiate", 0, null));
  await publish(one, "0.02");
  const second = { sessionId: "s2" };
  await answers(one, session("initiate", 0, null, second));
  expect(await costs(one, session("update", 1, 10), session("update", 1, 10, second))).toEqual([
    100_000, 200_000,
  ]);
  // Again the other way round: each is a stale plan at most once.
  expect(await costs(one, session("terminate", 2, 1, second), session("terminate", 2, 1))).toEqual([
    20_000, 10_000,
  ]);
});

test("a session of another engine is priced by a tariff this engine has not heard of", async () => {
  await answers(one, topUp("anna", "t", "main", 10_000_000));
  await publish(other, "0.02");
  const ids = ["a", "b", "c"];
  await answers(other, ...ids.map((sessionId) => session("initiate", 0, null, { sessionId })));
  const updates = ids.map((sessionId) => session("update", 1, 10, { sessionId }));
  expect(await costs(one, ...updates)).toEqual([200_000, 200_000, 200_000]);
  // And nothing wrong was remembered: sessions that begin here have that price too.
  await answers(one, session("initiate", 0, null, { sessionId: "d" }));
  expect(await costs(one, session("update", 1, 10, { sessionId: "d" }))).toEqual([200_000]);
});

test("while a tariff is being read, others of the account are not planned without it", async () => {
  await answers(one, topUp("anna", "t", "main", 100_000_000));
  await publish(other, "0.02");
  const ids = Array.from({ length: 12 }, (_, index) => `s${index}`);
  await answers(other, ...ids.map((sessionId) => session("initiate", 0, null, { sessionId })));
  // One after the other, without waiting: the first finds out, the others come in meanwhile.
  const updates: Promise<unknown>[] = [];
  for (const sessionId of ids) {
    updates.push(costs(one, session("update", 1, 10, { sessionId })));
    for (let tick = 0; tick < 3; tick++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(updates)).toEqual(ids.map(() => [200_000]));
});

test("a message that comes late is priced by the tariff of its own moment", async () => {
  await answers(one, topUp("anna", "t", "main", 10_000_000));
  await publish(one, "0.03", new Date(start + 60 * second).toISOString());
  const opened = session("initiate", 0, null);
  await answers(one, opened);
  clock.now = start + 120 * second;
  expect(await costs(one, session("update", 1, 10))).toEqual([300_000]);
  expect(await costs(one, session("update", 2, 10, { at: start + 59 * second }))).toEqual([
    100_000,
  ]);
  expect(await costs(one, session("update", 3, 10))).toEqual([300_000]);
});

test("a Redis that forgot the library learns it again, with batches under way", async () => {
  await answers(one, topUp("anna", "t", "main", 100_000_000));
  await redis.client.call("FUNCTION", "FLUSH");
  // More than fit a batch, so that several meet a Redis without the library.
  const events = Array.from({ length: 300 }, (_, index) =>
    event("anna", `e${index}`, start, [{ ratingGroup: 10, usedUnit: 1 }]),
  );
  const paid = await costs(one, ...events);
  expect(new Set(paid)).toEqual(new Set([10_000]));
  expect(await balancesOf("anna")).toEqual([97_000_000]);
  await redis.client.call("FUNCTION", "FLUSH");
  expect(await costs(one, ...events)).toEqual(paid);
  expect(await balancesOf("anna")).toEqual([97_000_000]);
  expect(one.faults).toEqual([]);
});

test("money does not become money of another currency, nor units of another kind", async () => {
  await answers(one, topUp("anna", "t", "main", 1));
  const put = (change: object): AnyRequest => {
    return { ...account, request: { ...account.request, ...change } };
  };
  const asOctets = { buckets: [{ ...main, unit: "octets" }] };
  expect(await answers(one, put({ currency: "USD" }))).toEqual(["BUCKET_NOT_EMPTY"]);
  expect(await answers(one, put(asOctets))).toEqual(["BUCKET_NOT_EMPTY"]);
  expect(await answers(one, put({ buckets: [] }))).toEqual(["BUCKET_NOT_EMPTY"]);
  expect(await balancesOf("anna")).toEqual([1]);
});

test("an event of a clock that is ahead never runs twice, however late it comes", async () => {
  await answers(one, topUp("anna", "t", "main", 1_000_000));
  await one.sweep();
  // Just before the answers are turned over for the first time.
  clock.now += limits.answersKeptMs - 1;
  const at = clock.now + limits.eventAheadMsMax;
  const use = event("anna", "e", at, [{ ratingGroup: 10, usedUnit: 1 }]);
  expect(await costs(one, use)).toEqual([10_000]);
  const end = at + limits.eventRepeatMsMax + 5 * second;
  const outcomes = new Set<unknown>();
  while (clock.now < end) {
    clock.now += second;
    await one.sweep();
    for (const outcome of await costs(one, use)) outcomes.add(outcome);
  }
  expect([...outcomes]).toEqual([10_000, "EVENT_TOO_OLD"]);
  expect(await balancesOf("anna")).toEqual([990_000]);
});

test("answers outlive every repeat of an event that is still taken", () => {
  const underWay = limits.operationDeadlineMs + limits.batchTimeoutMs + 2 * limits.clockSkewMsMax;
  const repeatMax = limits.eventRepeatMsMax + limits.eventAheadMsMax + underWay;
  expect(limits.answersKeptMs).toBeGreaterThan(repeatMax);
});

test("a repeat tells all of a grant, also where its tariff is not known yet", async () => {
  await answers(other, topUp("anna", "t", "main", 1_000_000));
  const group = { ratingGroup: 10, unit: "octets", blockUnits: 1, blockPrice: "0.01" };
  const quota = { quotaUnits: 100, quotaThresholdPercent: 20, quotaHoldingTimeSeconds: 60 };
  const document = JSON.stringify({
    ...{ tariffId: "standard", currency: "EUR", effectiveFrom: "2020-01-01T00:00:00Z" },
    ratingGroups: [{ ...group, ...quota, validityTimeSeconds: 600 }],
  });
  await answers(other, { operation: "publishTariff", request: { document } });
  const place = { sessionId: "s", sequence: 0, at: clock.now };
  const initiate = sessionMessage("initiate", "anna", place, [{ ratingGroup: 10, usedUnit: null }]);
  const [first] = await other.handle([initiate]);
  const [again] = await one.handle([initiate]);
  const information = [{ grantedUnit: 100, quotaThreshold: 20, quotaHoldingTime: 60 }];
  expect(await answers(one, initiate)).toMatchObject([{ multipleUnitInformation: information }]);
  expect(again!.octets.equals(first!.octets)).toBe(true);
});

test("a group that is not named keeps the session open while its grant is valid", async () => {
  await answers(one, topUp("anna", "t", "main", 100_000_000));
  const short = JSON.stringify({
    tariffId: "standard",
    currency: "EUR",
    effectiveFrom: "2020-01-01T00:00:00Z",
    ratingGroups: [10, 20].map((ratingGroup) => ({
      ratingGroup,
      unit: "octets",
      blockUnits: 1,
      blockPrice: "0.01",
      quotaUnits: 100,
      validityTimeSeconds: ratingGroup === 10 ? 86_400 : 1,
    })),
  });
  await answers(one, { operation: "publishTariff", request: { document: short } });
  const message = (operation: "initiate" | "update", sequence: number, ratingGroup: number) =>
    sessionMessage(operation, "anna", { sessionId: "s", sequence, at: clock.now }, [
      { ratingGroup, usedUnit: operation === "initiate" ? null : 1 },
    ]);
  await answers(one, message("initiate", 0, 20));
  await answers(one, message("update", 1, 10));
  await answers(one, message("update", 2, 20));
  for (let minute = 0; minute < 60; minute++) {
    clock.now += 60 * second;
    await one.sweep();
  }
  expect(await costs(one, message("update", 3, 10))).toEqual([10_000]);
  clock.now += 49 * 3_600 * second;
  await one.sweep();
  // The session is over: what comes late is settled, and nothing granted.
  const information = [{ resultCode: resultCodes.UNKNOWN_SESSION_ID.number, grantedUnit: 0 }];
  expect(await answers(one, message("update", 4, 10))).toMatchObject([
    { cost: 10_000, multipleUnitInformation: information },
  ]);
});
