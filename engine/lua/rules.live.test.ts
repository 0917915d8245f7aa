// Rules of each kind on a real Redis: what hits them, what that refuses, and for how long. Random
// rules are held to the naive model by store/exactly-once.live.test.ts.

import { afterEach, beforeEach, expect, test } from "vitest";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import { ruleHitsTold } from "../../scripts/testing/rule-hits-told.ts";
import type { Rule } from "../balance/rules.ts";
import { metrics } from "../metrics.ts";
import { readServerMessage } from "../protocol/messages.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame } from "../protocol/wire.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../simulation/direct-engine.ts";
import { accountRequest, topUp } from "../simulation/small-operator.ts";
import { audit } from "../store/audit.ts";

const start = Date.parse("2027-01-01T00:00:10Z");
const windowSeconds = 60;
const euro = 1_000_000;
const text = 200;
const hit = resultCodes.RULE_HIT.number;
const success = resultCodes.SUCCESS.number;

const group = { ratingGroup: text, unit: "messages", blockUnits: 1, blockPrice: "1.00" };
const document = JSON.stringify({
  tariffId: "standard",
  currency: "EUR",
  effectiveFrom: "2020-01-01T00:00:00Z",
  zones: [{ zoneId: "premium", prefixes: ["44900"] }],
  freeNumbers: ["112"],
  ratingGroups: [{ ...group, quotaUnits: 1, quotaUnitsMax: 1, validityTimeSeconds: 600 }],
});

const none = {
  spendRate: null,
  destinationShare: null,
  simultaneousSessions: null,
  impossibleTravel: null,
};
const enforcing = (kind: Partial<Rule>): Rule => ({
  ...{ ruleId: "rule", mode: "enforcing", windowSeconds },
  ...none,
  ...kind,
});

const close: (() => Promise<void>)[] = [];
const clock = { now: start };
let engine: DirectEngine;
let requests = 0;
let sequences: Record<string, number>;
beforeEach(async () => {
  const redis = await startRedis();
  clock.now = start;
  sequences = {};
  engine = await openDirectEngine({ redisUrl: redis.url, now: () => clock.now });
  close.push(engine.close, redis.stop);
  await ask({ operation: "publishTariff", request: { document } });
});
afterEach(async () => {
  expect(engine.faults).toEqual([]);
  for (const one of close.splice(0)) await one();
});

const ask = async (request: AnyRequest) => {
  const [completion] = await engine.handle([request]);
  const frame = decodeFrame(completion!.octets);
  return readServerMessage(frame.isOk ? frame.value[0] : undefined);
};

const put = (...rules: Rule[]) =>
  ask({ operation: "putAccount", request: { ...accountRequest("anna"), rules } });
const open = async (...rules: Rule[]) => {
  await put(...rules);
  await ask(topUp("anna", "t", "main", 1_000 * euro));
};

type Said = { readonly called?: string; readonly network?: string };
const informationOf = ({ called, network }: Said) => ({
  calledPartyAddress: called ?? null,
  servingNetwork: network ?? null,
});

/** The result code of an event of so many messages. */
const send = async (usedUnit: number, said: Said = {}): Promise<number> => {
  const answer = await ask({
    operation: "event",
    request: {
      requestId: `e${requests++}`,
      subscriberIdentifier: "msisdn-anna",
      eventTimestamp: clock.now,
      usedUnits: [{ ratingGroup: text, usedUnit }],
      serviceInformation: informationOf(said),
    },
  });
  if (answer.kind === "refusal") return resultCodes[answer.refusal.code].number;
  return success;
};

/** Of the event that was sent so many before the last one; without units all of it. */
const refund = async (ago: number, ...units: number[]) => {
  const usedUnits = units.map((usedUnit) => ({ ratingGroup: text, usedUnit }));
  const refundedRequestId = `e${requests - 1 - ago}`;
  const request = { requestId: `r${requests++}`, refundedRequestId, usedUnits };
  const said = { subscriberIdentifier: "msisdn-anna", eventTimestamp: clock.now };
  const answer = await ask({ operation: "refund", request: { ...request, ...said } });
  expect(answer.kind).toBe("answer");
};

/** The next message of a session: what it cost, and the result code of its grant. */
const goOn = async (sessionId: string, usedUnit: number | null = null, said: Said = {}) => {
  const sequence = sequences[sessionId] ?? 0;
  sequences[sessionId] = sequence + 1;
  const request: RequestOf<"update"> = {
    ...{ sessionId, sequence, subscriberIdentifier: "msisdn-anna", eventTimestamp: clock.now },
    multipleUnitUsage: [{ ratingGroup: text, requestedUnit: 1, usedUnit }],
    serviceInformation: informationOf(said),
  };
  const answer = await ask({ operation: sequence === 0 ? "initiate" : "update", request });
  if (answer.kind !== "answer") throw new Error(JSON.stringify(answer));
  const { cost, multipleUnitInformation: grants } = answer.answer as {
    cost: number;
    multipleUnitInformation: { resultCode: number }[];
  };
  return { cost, code: grants[0]!.resultCode };
};

const end = async (sessionId: string) => {
  const sequence = sequences[sessionId]!;
  const request = { sessionId, sequence, subscriberIdentifier: "msisdn-anna" };
  const rest = { eventTimestamp: clock.now, multipleUnitUsage: [], serviceInformation: null };
  await ask({ operation: "terminate", request: { ...request, ...rest } });
};

const expectNoDrift = async () => {
  const report = await audit(engine.store, 1, () => undefined);
  expect(report).toMatchObject({ isOk: true, value: { drifted: [] } });
};

/** When windows that were hit are over, in seconds from the start of the day. */
const hits = async () => {
  const told = (await ruleHitsTold(engine.store)).get("anna") ?? [];
  return told.map((ms) => (ms - Date.parse("2027-01-01T00:00:00Z")) / 1_000);
};

test("beyond a spend rate all is refused until the minute is over, but what is free", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect(await send(5)).toBe(success);
  expect(await send(1)).toBe(success);
  expect([await send(1), await send(1, { called: "112" })]).toEqual([hit, success]);
  clock.now += 49_999;
  expect(await send(1)).toBe(hit);
  clock.now += 1;
  expect([await send(5), await send(1), await send(1)]).toEqual([success, success, hit]);
  expect(await hits()).toEqual([60, 120]);
});

test("a session's use is settled though nothing is granted for more", async () => {
  await open(enforcing({ spendRate: { spentMax: 3 * euro } }));
  expect(await goOn("s")).toEqual({ cost: 0, code: success });
  expect(await goOn("s", 4)).toEqual({ cost: 4 * euro, code: hit });
  expect(await goOn("s", 2)).toEqual({ cost: 2 * euro, code: hit });
  clock.now += 60_000;
  expect(await goOn("s")).toEqual({ cost: 0, code: success });
  expect(await hits()).toEqual([60]);
});

test("in shadow mode a hit is told and counted, and nothing is refused", async () => {
  const counted = async () => {
    const line = /tollgate_rule_hits_total\{kind="spendRate",mode="shadow"\} (\d+)/;
    return Number(line.exec(await metrics.text())?.[1]);
  };
  const before = await counted();
  await open({ ...enforcing({ spendRate: { spentMax: 0 } }), mode: "shadow" });
  expect([await send(1), await send(1)]).toEqual([success, success]);
  expect(await goOn("s")).toEqual({ cost: 0, code: success });
  expect([await hits(), (await counted()) - before]).toEqual([[60], 1]);
});

test("a share counts what goes to its zones, once enough was spent", async () => {
  const destinationShare = { zones: ["premium"], sharePercentMax: 50, spentMin: 4 * euro };
  await open(enforcing({ destinationShare }));
  const premium = { called: "+449001" };
  // All of one euro, two of three, two of four: half is not more than half.
  const first = [await send(1, premium), await send(1), await send(1, premium)];
  expect(first).toEqual([success, success, success]);
  expect([await send(1, { called: "+4930" }), await send(1)]).toEqual([success, success]);
  expect([await send(2, premium), await send(1), await hits()]).toEqual([success, hit, [60]]);
});

test("a refund takes what it gives back out of the window that counted it", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect([await send(5), await send(3), await send(1)]).toEqual([success, success, hit]);
  // Six of eight euros are beyond five still, five are not.
  await refund(1, 2);
  expect(await send(1)).toBe(hit);
  await refund(3, 1);
  expect([await send(1), await send(1), await hits()]).toEqual([success, hit, [60, 60]]);
});

test("a hit that comes again after a refund is no drift", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect(await send(6)).toBe(success);
  await refund(0, 1);
  expect([await send(1), await hits()]).toEqual([success, [60, 60]]);
  await expectNoDrift();
});

test("a window goes on for an engine whose clock is behind, and is told once", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect(await send(6)).toBe(success);
  clock.now = start + 50_000;
  expect(await send(5)).toBe(success);
  clock.now -= 1_000;
  expect([await send(1), await hits()]).toEqual([success, [60, 120]]);
  // What it counted there is taken back there.
  await refund(0);
  clock.now += 1_000;
  expect([await send(1), await send(1), await hits()]).toEqual([success, hit, [60, 120, 120]]);
  await expectNoDrift();
});

test("a refund of what an earlier window counted leaves the rule as it is", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect(await send(5)).toBe(success);
  clock.now += 60_000;
  expect(await send(5)).toBe(success);
  await refund(1);
  expect([await send(1), await send(1)]).toEqual([success, hit]);
});

test("a refund leaves what a rule with other numbers has counted since", async () => {
  await open(enforcing({ spendRate: { spentMax: 5 * euro } }));
  expect(await send(5)).toBe(success);
  await put(enforcing({ spendRate: { spentMax: 4 * euro } }));
  expect(await send(4)).toBe(success);
  await refund(1);
  expect([await send(1), await send(1)]).toEqual([success, hit]);
});

test("a refund takes both amounts of a share back, and a share that was hit stays so", async () => {
  const destinationShare = { zones: ["premium"], sharePercentMax: 50, spentMin: 4 * euro };
  await open(enforcing({ destinationShare }));
  const premium = { called: "+449001" };
  expect([await send(3, premium), await send(3)]).toEqual([success, success]);
  // One of four went there, after that two of five, then four of seven.
  await refund(1, 2);
  expect([await send(1, premium), await hits()]).toEqual([success, []]);
  expect([await send(2, premium), await hits()]).toEqual([success, [60]]);
  await refund(0);
  expect(await send(1)).toBe(hit);
});

test("a refund of what went elsewhere leaves what went to the zones of a share", async () => {
  const destinationShare = { zones: ["premium"], sharePercentMax: 50, spentMin: 4 * euro };
  await open(enforcing({ destinationShare }));
  expect([await send(2, { called: "+449001" }), await send(2)]).toEqual([success, success]);
  await refund(0, 1);
  // Two of four went there again, then three of five.
  expect([await send(1), await hits()]).toEqual([success, []]);
  expect([await send(1, { called: "+449001" }), await hits()]).toEqual([success, [60]]);
});

test("whoever asks while too many sessions are open gets nothing, until some end", async () => {
  await open(enforcing({ simultaneousSessions: { sessionsMax: 1 } }));
  expect(await goOn("a")).toEqual({ cost: 0, code: success });
  expect(await goOn("b")).toEqual({ cost: 0, code: hit });
  expect(await goOn("a")).toEqual({ cost: 0, code: hit });
  clock.now += 60_000;
  expect(await goOn("a")).toEqual({ cost: 0, code: hit });
  await end("b");
  expect(await goOn("a")).toEqual({ cost: 0, code: hit });
  clock.now += 60_000;
  expect(await goOn("a")).toEqual({ cost: 0, code: success });
  expect(await hits()).toEqual([60, 120]);
});

test("one change of country is a border, more within the minute are a hit", async () => {
  await open(enforcing({ impossibleTravel: { changesMax: 1 } }));
  const codes = async (...networks: string[]) => {
    const seen: number[] = [];
    for (const network of networks) seen.push((await goOn("s", null, { network })).code);
    return seen;
  };
  expect(await codes("26201", "26202", "20801", "20810", "?")).toEqual(Array(5).fill(success));
  expect(await codes("310260")).toEqual([hit]);
  clock.now += 60_000;
  expect(await codes("310260", "20801")).toEqual([success, success]);
  expect(await codes("26201", "26201")).toEqual([hit, hit]);
  expect(await hits()).toEqual([60, 120]);
});

test("a rule in another mode goes on counting, one with other numbers begins anew", async () => {
  const rule = enforcing({ spendRate: { spentMax: 2 * euro } });
  await open({ ...rule, mode: "shadow" });
  expect([await send(3), await send(1)]).toEqual([success, success]);
  await put(rule);
  expect(await send(1)).toBe(hit);
  await put(enforcing({ spendRate: { spentMax: 1 * euro } }));
  expect([await send(1), await send(1), await send(1)]).toEqual([success, success, hit]);
  expect(await hits()).toEqual([60, 60]);
});

test("money in another currency than the account's is counted by no rule", async () => {
  const inDollars = document.replace("EUR", "USD").replace("standard", "dollars");
  await ask({ operation: "publishTariff", request: { document: inDollars } });
  const request = accountRequest("anna");
  const buckets = request.buckets.map((one) =>
    one.bucketId === "main" ? { ...one, currency: "USD" } : one,
  );
  const products = request.products.map((one) => ({ ...one, tariffId: "dollars" }));
  const rules = [enforcing({ spendRate: { spentMax: 0 } })];
  await ask({ operation: "putAccount", request: { ...request, buckets, products, rules } });
  await ask(topUp("anna", "t", "main", 10 * euro));
  expect([await send(1), await send(1), await hits()]).toEqual([success, success, []]);
});
