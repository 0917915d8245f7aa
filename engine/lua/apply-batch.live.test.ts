// The batch script as a table: an account as it is, one message, the code, and the account after
// it. Amounts are written as `bucket remaining+reserved`; what is refused must leave every octet
// as it was.

import { beforeEach, expect, test } from "vitest";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { readServerMessage } from "../protocol/messages.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { decodeFrame } from "../protocol/wire.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import { readAccountValue } from "../store/account-value.ts";
import { keys } from "../store/keys.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const soon = start + 60_000;
const far = start + 1_000 * 3_600_000;
const most = Number.MAX_SAFE_INTEGER;

/** Octets at 10 (3 micros for each begun 10) and 11 (free), messages at 20 (5 micros each). */
const document = JSON.stringify({
  tariffId: "t",
  currency: "EUR",
  effectiveFrom: "2020-01-01T00:00:00Z",
  ratingGroups: [
    { ratingGroup: 10, unit: "octets", blockUnits: 10, blockPrice: "0.000003" },
    { ratingGroup: 11, unit: "octets", blockUnits: 1, blockPrice: "0" },
    { ratingGroup: 20, unit: "messages", blockUnits: 1, blockPrice: "0.000005" },
  ].map((group) => ({ ...group, quotaUnits: 100, quotaUnitsMax: 200, validityTimeSeconds: 600 })),
});

const valid = { validFrom: 0, validUntil: far, priority: 1 };
const account: RequestOf<"putAccount"> = {
  accountId: "anna",
  currency: "EUR",
  subscriberIdentifiers: ["anna"],
  products: [{ productId: "p", tariffId: "t", validFrom: 0, validUntil: far }],
  buckets: [
    { bucketId: "main", unit: "money", ...valid, ratingGroups: [], creditLimit: 0 },
    { bucketId: "data", unit: "octets", ...valid, ratingGroups: [10, 11], creditLimit: 0 },
    {
      bucketId: "soon",
      unit: "octets",
      ...valid,
      validUntil: soon,
      ratingGroups: [10],
      creditLimit: 0,
    },
  ],
  counters: [
    { counterId: "octets", unit: "octets", ratingGroups: [] },
    { counterId: "spent", unit: "money", ratingGroups: [] },
  ],
};

const redis = emptyRedisOfFile();
let engine: DirectEngine;
const clock = { now: start };
beforeEach(async () => {
  clock.now = start;
  engine = await engineOfTest(redis, clock);
  await handle({ operation: "publishTariff", request: { document } });
  await handle({ operation: "putAccount", request: account });
});

/** The code, and the fields of an answer. */
const handle = async (request: AnyRequest) => {
  const [completion] = await engine.handle([request]);
  const frame = decodeFrame(completion!.octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  if (message.kind === "refusal") return { code: message.refusal.code, answer: undefined };
  if (message.kind === "answer") return { code: "SUCCESS", answer: message.answer };
  throw new Error(`no answer: ${JSON.stringify(message)}`);
};

const readState = async () => {
  const value = (await redis.client.getBuffer(keys.account(0, "anna")))!;
  const { buckets, counters, sessions } = readAccountValue(value);
  const names = account.buckets.map(({ bucketId }) => bucketId);
  const amounts = buckets.map(({ remaining, reserved }, slot) => {
    return `${names[slot]} ${remaining}+${reserved}`;
  });
  const open = [...sessions].map(([id, { sequence, groups }]) => {
    const held = groups.map(({ ratingGroup, holds, aheadUnit }) => {
      const of = holds.map(({ cell, amount }) => `${names[(cell - 4) / 2]} ${amount}`).join(", ");
      return `${ratingGroup}: ${of || "nothing"}${aheadUnit > 0 ? ` ahead ${aheadUnit}` : ""}`;
    });
    return `${id}#${sequence} {${held.join("; ")}}`;
  });
  const state = [
    amounts.join(" "),
    `octets ${counters[0]?.value} spent ${counters[1]?.value}`,
    ...open,
  ];
  return state.join(" | ");
};

let request = 0;
const topUp = (bucketId: string, amount: number): AnyRequest => ({
  operation: "topUp",
  request: { requestId: `t${request++}`, accountId: "anna", bucketId, amount },
});
type Use = readonly [ratingGroup: number, requested: number | null, used: number | null];
const message =
  (operation: "initiate" | "update" | "terminate") =>
  (sequence: number, ...uses: readonly Use[]): AnyRequest => ({
    operation,
    request: {
      sessionId: "s",
      sequence,
      subscriberIdentifier: "anna",
      eventTimestamp: clock.now,
      multipleUnitUsage: uses.map(([ratingGroup, requestedUnit, usedUnit]) => {
        return { ratingGroup, requestedUnit, usedUnit };
      }),
      serviceInformation: null,
    },
  });
const initiate = message("initiate");
const update = message("update");
const terminate = message("terminate");
const event = (requestId: string, ...uses: readonly (readonly [number, number])[]): AnyRequest => ({
  operation: "event",
  request: {
    requestId,
    subscriberIdentifier: "anna",
    eventTimestamp: clock.now,
    usedUnits: uses.map(([ratingGroup, usedUnit]) => ({ ratingGroup, usedUnit })),
    serviceInformation: null,
  },
});

type Row = {
  readonly title: string;
  readonly given: readonly AnyRequest[];
  readonly when: AnyRequest;
  readonly code: string;
  readonly state: string;
};

const none = "octets 0 spent 0";

const rows: readonly Row[] = [
  {
    title: "initiate holds the default quota, what expires first before the rest",
    given: [topUp("data", 500), topUp("soon", 30)],
    when: initiate(0, [10, 0, null]),
    code: "SUCCESS",
    state: `main 0+0 data 430+70 soon 0+30 | ${none} | s#0 {10: soon 30, data 70}`,
  },
  {
    title: "initiate holds what is asked for, but no more than the tariff's most",
    given: [topUp("data", 500)],
    when: initiate(0, [10, 1_000, null]),
    code: "SUCCESS",
    state: `main 0+0 data 300+200 soon 0+0 | ${none} | s#0 {10: data 200}`,
  },
  {
    title: "initiate holds money by the block where units do not suffice",
    given: [topUp("data", 5), topUp("main", 100)],
    when: initiate(0, [10, 26, null]),
    code: "SUCCESS",
    state: `main 91+9 data 0+5 soon 0+0 | ${none} | s#0 {10: data 5, main 9}`,
  },
  {
    title: "initiate opens a session that was granted nothing: it may be topped up",
    given: [],
    when: initiate(0, [10, 0, null], [99, 0, null]),
    code: "SUCCESS",
    state: `main 0+0 data 0+0 soon 0+0 | ${none} | s#0 {10: nothing; 99: nothing}`,
  },
  {
    title: "initiate without rating groups opens a session",
    given: [],
    when: initiate(7),
    code: "SUCCESS",
    state: `main 0+0 data 0+0 soon 0+0 | ${none} | s#7 {}`,
  },
  {
    title: "initiate of an open session with another body is a conflict",
    given: [topUp("data", 500), initiate(0, [10, 0, null])],
    when: initiate(0, [10, 1, null]),
    code: "REQUEST_CONFLICT",
    state: `main 0+0 data 400+100 soon 0+0 | ${none} | s#0 {10: data 100}`,
  },
  {
    title: "initiate of an open session with a later sequence is refused",
    given: [initiate(0)],
    when: initiate(1),
    code: "SEQUENCE_GAP",
    state: `main 0+0 data 0+0 soon 0+0 | ${none} | s#0 {}`,
  },
  {
    title: "update settles, releases, reserves and counts",
    given: [topUp("data", 500), initiate(0, [10, 0, null])],
    when: update(1, [10, 50, 80]),
    code: "SUCCESS",
    state: "main 0+0 data 370+50 soon 0+0 | octets 80 spent 0 | s#1 {10: data 50}",
  },
  {
    title: "update with more used than granted takes it from what is left",
    given: [topUp("data", 110), topUp("main", 100), initiate(0, [10, 0, null])],
    when: update(1, [10, null, 125]),
    code: "SUCCESS",
    state: "main 94+0 data 0+0 soon 0+0 | octets 125 spent 6 | s#1 {10: nothing ahead 5}",
  },
  {
    title: "update with more used than there is takes all, and counts what was covered",
    given: [topUp("data", 110), topUp("main", 5), initiate(0, [10, 0, null])],
    when: update(1, [10, 0, 125]),
    code: "SUCCESS",
    state: "main 2+0 data 0+0 soon 0+0 | octets 120 spent 3 | s#1 {10: nothing}",
  },
  {
    title: "update uses what is paid ahead before it pays again",
    given: [topUp("main", 100), initiate(0, [10, 0, null]), update(1, [10, 0, 11])],
    when: update(2, [10, null, 9]),
    code: "SUCCESS",
    state: "main 94+0 data 0+0 soon 0+0 | octets 20 spent 6 | s#2 {10: nothing}",
  },
  {
    title: "update of one rating group leaves the grant of another",
    given: [topUp("data", 500), initiate(0, [10, 0, null], [11, 60, null])],
    when: update(1, [10, null, 100]),
    code: "SUCCESS",
    state: "main 0+0 data 340+60 soon 0+0 | octets 100 spent 0 | s#1 {10: nothing; 11: data 60}",
  },
  {
    title: "update of a rating group without a price counts nothing and debits nothing",
    given: [topUp("data", 500), initiate(0, [10, 0, null])],
    when: update(1, [99, 0, 50]),
    code: "SUCCESS",
    state: `main 0+0 data 400+100 soon 0+0 | ${none} | s#1 {10: data 100; 99: nothing}`,
  },
  {
    title: "update beyond the next sequence is refused",
    given: [topUp("data", 500), initiate(0, [10, 0, null])],
    when: update(2, [10, 0, 50]),
    code: "SEQUENCE_GAP",
    state: `main 0+0 data 400+100 soon 0+0 | ${none} | s#0 {10: data 100}`,
  },
  {
    title: "update before the last sequence is refused",
    given: [topUp("data", 500), initiate(3, [10, 0, null]), update(4, [10, 0, 50])],
    when: update(3, [10, 0, 50]),
    code: "SEQUENCE_PASSED",
    state: "main 0+0 data 350+100 soon 0+0 | octets 50 spent 0 | s#4 {10: data 100}",
  },
  {
    title: "update of an unknown session is refused",
    given: [topUp("data", 500)],
    when: update(1, [10, 0, 50]),
    code: "UNKNOWN_SESSION_ID",
    state: `main 0+0 data 500+0 soon 0+0 | ${none}`,
  },
  {
    title: "terminate settles, releases every group and closes",
    given: [topUp("data", 500), initiate(0, [10, 0, null], [11, 60, null])],
    when: terminate(1, [10, null, 40]),
    code: "SUCCESS",
    state: "main 0+0 data 460+0 soon 0+0 | octets 40 spent 0",
  },
  {
    title: "terminate without usage gives all back",
    given: [topUp("main", 500), initiate(0, [10, 0, null])],
    when: terminate(1),
    code: "SUCCESS",
    state: `main 500+0 data 0+0 soon 0+0 | ${none}`,
  },
  {
    title: "what comes after the end is refused",
    given: [topUp("data", 500), initiate(0, [10, 0, null]), terminate(1, [10, null, 40])],
    when: update(2, [10, null, 40]),
    code: "UNKNOWN_SESSION_ID",
    state: "main 0+0 data 460+0 soon 0+0 | octets 40 spent 0",
  },
  {
    title: "the end with another body is a conflict",
    given: [topUp("data", 500), initiate(0, [10, 0, null]), terminate(1, [10, null, 40])],
    when: terminate(1, [10, null, 41]),
    code: "REQUEST_CONFLICT",
    state: "main 0+0 data 460+0 soon 0+0 | octets 40 spent 0",
  },
  {
    title: "a session that has ended does not begin again",
    given: [topUp("data", 500), initiate(0, [10, 0, null]), terminate(1, [10, null, 40])],
    when: initiate(0, [10, 0, null]),
    code: "SEQUENCE_PASSED",
    state: "main 0+0 data 460+0 soon 0+0 | octets 40 spent 0",
  },
  {
    title: "event debits units, then money by the block, and counts",
    given: [topUp("data", 5), topUp("main", 100)],
    when: event("e", [10, 16], [20, 2]),
    code: "SUCCESS",
    state: "main 84+0 data 0+0 soon 0+0 | octets 16 spent 16",
  },
  {
    title: "event that one rating group cannot pay debits none",
    given: [topUp("data", 50), topUp("main", 4)],
    when: event("e", [10, 50], [20, 1]),
    code: "CREDIT_LIMIT_REACHED",
    state: `main 4+0 data 50+0 soon 0+0 | ${none}`,
  },
  {
    title: "event of a rating group without a price debits none",
    given: [topUp("data", 50)],
    when: event("e", [10, 50], [99, 1]),
    code: "RATING_FAILED",
    state: `main 0+0 data 50+0 soon 0+0 | ${none}`,
  },
  {
    title: "event does not touch what a session holds",
    given: [topUp("data", 110), initiate(0, [10, 0, null])],
    when: event("e", [11, 20]),
    code: "SUCCESS",
    // Free of charge: what the allowance does not cover, money of price 0 does.
    state: "main 0+0 data 0+100 soon 0+0 | octets 20 spent 0 | s#0 {10: data 100}",
  },
  {
    title: "event of the same id with another body is a conflict",
    given: [topUp("data", 50), event("e", [10, 20])],
    when: event("e", [10, 21]),
    code: "REQUEST_CONFLICT",
    state: "main 0+0 data 30+0 soon 0+0 | octets 20 spent 0",
  },
  {
    title: "top-up fills a bucket to the last unit",
    given: [topUp("data", 100), initiate(0, [10, 0, null])],
    when: topUp("data", most - 100),
    code: "SUCCESS",
    state: `main 0+0 data ${most - 100}+100 soon 0+0 | ${none} | s#0 {10: data 100}`,
  },
  {
    title: "top-up beyond 2^53 - 1 is refused, what is reserved counted",
    given: [topUp("data", 100), initiate(0, [10, 0, null])],
    when: topUp("data", most - 99),
    code: "AMOUNT_TOO_LARGE",
    state: `main 0+0 data 0+100 soon 0+0 | ${none} | s#0 {10: data 100}`,
  },
  {
    title: "top-up of a bucket that the account does not have is refused",
    given: [],
    when: topUp("other", 1),
    code: "UNKNOWN_BUCKET",
    state: `main 0+0 data 0+0 soon 0+0 | ${none}`,
  },
];

const told = ["CREDIT_LIMIT_REACHED", "RATING_FAILED"];

test.each(rows)("$title", async ({ given, when, code, state }) => {
  for (const one of given) expect((await handle(one)).code).toBe("SUCCESS");
  const before = await redis.client.getBuffer(keys.account(0, "anna"));
  const entries = await redis.client.xlen(keys.journal(0));
  const first = await handle(when);
  expect(first.code).toBe(code);
  expect(await readState()).toBe(state);
  const after = await redis.client.getBuffer(keys.account(0, "anna"));
  // Why an event was refused that was asked for in order, somebody will want to know.
  const isTold = code === "SUCCESS" || (when.operation === "event" && told.includes(code));
  const entriesAfter = await redis.client.xlen(keys.journal(0));
  expect(entriesAfter).toBe(entries + (isTold ? 1 : 0));
  if (code !== "SUCCESS") expect(after).toEqual(before);
  // Once more: the same answer, and nothing happens.
  expect(await handle(when)).toEqual(first);
  expect(await redis.client.xlen(keys.journal(0))).toBe(entriesAfter);
  expect(await redis.client.getBuffer(keys.account(0, "anna"))).toEqual(after);
});

test("an expired bucket pays for the grant it made, and for nothing else", async () => {
  for (const one of [topUp("soon", 150), topUp("data", 500)]) await handle(one);
  await handle(initiate(0, [10, 100, null]));
  expect(await readState()).toContain("data 500+0 soon 50+100");
  // A report of the very moment is about use up to it (store/tell-as-before.ts).
  clock.now = soon + 1;
  await handle(update(1, [10, 100, 120]));
  expect(await readState()).toBe(
    "main 0+0 data 380+100 soon 0+0 | octets 120 spent 0 | s#1 {10: data 100}",
  );
});

test("an account has at most 64 open sessions", async () => {
  const open = (session: number) => {
    const one = initiate(0) as Extract<AnyRequest, { operation: "initiate" }>;
    return { ...one, request: { ...one.request, sessionId: `s${session}` } };
  };
  for (let session = 0; session < 64; session++) {
    expect((await handle(open(session))).code).toBe("SUCCESS");
  }
  expect((await handle(open(64))).code).toBe("TOO_MANY_SESSIONS");
  expect((await handle(open(0))).code).toBe("SUCCESS");
});

test("a session has at most 32 rating groups, and goes on with them", async () => {
  const groups = (from: number, count: number, used: number | null) =>
    Array.from({ length: count }, (_, index): Use => [1_000 + from + index, null, used]);
  expect((await handle(initiate(0, ...groups(0, 16, null)))).code).toBe("SUCCESS");
  expect((await handle(update(1, ...groups(16, 16, null)))).code).toBe("SUCCESS");
  const before = await readState();
  expect((await handle(update(2, ...groups(31, 2, 1)))).code).toBe("INVALID_VALUE");
  expect(await readState()).toBe(before);
  expect((await handle(update(2, ...groups(16, 16, 1)))).code).toBe("SUCCESS");
  expect((await handle(terminate(3, ...groups(0, 16, 1)))).code).toBe("SUCCESS");
});

test("many on one account in one batch go in order, and a refused one disturbs none", async () => {
  await handle(topUp("data", 1_000));
  const completions = await engine.handle([
    initiate(0, [10, 100, null]),
    event("a", [10, 10]),
    event("b", [10, 5_000]),
    initiate(0, [10, 100, null]),
    event("a", [10, 10]),
    event("a", [10, 11]),
    topUp("data", 7),
    update(5),
  ]);
  const codes = completions.map(({ index, octets }) => {
    const frame = decodeFrame(octets);
    const read = readServerMessage(frame.isOk ? frame.value[0] : undefined);
    return [index, read.kind === "refusal" ? read.refusal.code : read.kind];
  });
  // What goes on is served before what begins: the update comes before its session.
  expect(codes).toEqual([
    [6, "answer"],
    [7, "UNKNOWN_SESSION_ID"],
    [0, "answer"],
    [1, "answer"],
    [2, "CREDIT_LIMIT_REACHED"],
    [3, "answer"],
    [4, "answer"],
    [5, "REQUEST_CONFLICT"],
  ]);
  expect(await readState()).toBe(
    "main 0+0 data 897+100 soon 0+0 | octets 10 spent 0 | s#0 {10: data 100}",
  );
});

test("an event and a top-up may bear the same id, in one batch and in two", async () => {
  await handle(topUp("data", 100));
  const credit = (await handle({
    operation: "topUp",
    request: { requestId: "same", accountId: "anna", bucketId: "data", amount: 50 },
  })) as unknown;
  expect(credit).toMatchObject({ code: "SUCCESS" });
  expect(await handle(event("same", [10, 10]))).toMatchObject({ code: "SUCCESS" });
  const again = await engine.handle([
    event("same", [10, 10]),
    {
      operation: "topUp",
      request: { requestId: "same", accountId: "anna", bucketId: "data", amount: 50 },
    },
  ]);
  expect(again).toHaveLength(2);
  expect(await readState()).toBe("main 0+0 data 140+0 soon 0+0 | octets 10 spent 0");
});

test("a counter stops at 2^53 - 1", async () => {
  for (let i = 0; i < 2; i++) {
    await handle(topUp("data", most));
    await handle(event(`e${i}`, [10, most]));
  }
  expect(await readState()).toBe(`main 0+0 data 0+0 soon 0+0 | octets ${most} spent 0`);
});
