// The bounds against each other: a bound that another one makes meaningless, or that a layout of
// octets cannot hold, is a defect that no single test would find.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bucketCell, counterCell } from "./balance/profile.ts";
import { limits } from "./limits.ts";
import { answerMessage, requestMessage } from "./protocol/messages.ts";
import type { AnswerOf, RequestOf } from "./protocol/operations.ts";
import { encodeFrame } from "./protocol/wire.ts";
import { prefixDigitsMax } from "./rating/prefix-digits.ts";
import { writeRateDeckParts } from "./rating/rate-deck-lines.ts";
import { batchBytesMax } from "./store/batch-bytes-max.ts";
import { luaConstants } from "./store/lua-constants.ts";
import { amountMax } from "./values/units.ts";

const u8Max = 0xff;
const u16Max = 0xffff;
/** Lua's `unpack` puts a table on its stack, which holds 8,000 values. */
const luaStackMax = 7_900;
const changeOctets = 33;
const holdOctets = 9;

test("every bound bounds something", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const text = ["engine", "scripts", "bench"]
    .flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.endsWith("limits.test.ts"))
        .map((file) => readFileSync(`${root}${folder}/${file}`, "utf8")),
    )
    .join("\n");
  const used = new Set(Array.from(text.matchAll(/\blimits\.(\w+)/g), ([, name]) => name));
  expect(Object.keys(limits).filter((name) => !used.has(name))).toEqual([]);
});

test("nothing expires in the walk that late use may still pay with", () => {
  const { eventAgeMsMax, clockSkewMsMax, lateUseMsMax, operationDeadlineMs } = limits;
  expect(lateUseMsMax).toBeGreaterThan(
    2 * eventAgeMsMax + 2 * clockSkewMsMax + operationDeadlineMs,
  );
});

test("a clock on its way keeps its turn, is heard of, and passes over no period", () => {
  const { batchTimeoutMs, clockHeardMsMax, clockUnreadMsMax, sweepIntervalMs } = limits;
  expect(clockHeardMsMax).toBeGreaterThan(batchTimeoutMs + sweepIntervalMs);
  expect(clockUnreadMsMax).toBeGreaterThan(2 * sweepIntervalMs);
  expect(limits.journeyTurnMs).toBeGreaterThan(clockHeardMsMax + batchTimeoutMs);
  const hour = 3_600_000;
  expect(limits.journeyLegMs / limits.journeyStationsPerLegMax).toBeLessThan(hour);
});

test("every bound is a whole number above zero", () => {
  for (const [name, bound] of Object.entries(limits)) {
    expect([name, Number.isSafeInteger(bound) && bound > 0]).toEqual([name, true]);
  }
});

describe("frames", () => {
  const id = (i: number) => `${"x".repeat(limits.identifierLengthMax - 4)}${1_000 + i}`;
  const many = <T>(count: number, make: (i: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const groups = many(limits.ratingGroupsPerRequestMax, (i) => 0xffff_0000 + i);
  const sessionRequest: RequestOf<"update"> = {
    sessionId: id(0),
    sequence: 0xffff_ffff,
    subscriberIdentifier: id(1),
    eventTimestamp: 8.64e15,
    multipleUnitUsage: groups.map((ratingGroup) => ({
      ratingGroup,
      requestedUnit: amountMax,
      usedUnit: amountMax,
    })),
    serviceInformation: { calledPartyAddress: id(2), servingNetwork: id(3) },
  };
  const account: RequestOf<"putAccount"> = {
    accountId: id(0),
    currency: "EUR",
    subscriberIdentifiers: many(limits.subscribersPerAccountMax, id),
    products: many(limits.productsPerAccountMax, (i) => ({
      productId: id(i),
      tariffId: id(i),
      validFrom: 0,
      validUntil: 8.64e15,
    })),
    buckets: many(limits.bucketsPerAccountMax, (i) => ({
      bucketId: id(i),
      unit: "octets",
      priority: 0xffff_ffff,
      validFrom: 0,
      validUntil: 8.64e15,
      ratingGroups: groups,
      creditLimit: amountMax,
    })),
    counters: many(limits.countersPerAccountMax, (i) => ({
      counterId: id(i),
      unit: "octets",
      ratingGroups: groups,
    })),
  };
  const balance: AnswerOf<"queryBalance"> = {
    accountId: id(0),
    currency: "EUR",
    profileVersion: 0xffff_ffff,
    buckets: account.buckets.map(({ bucketId, unit, validFrom, validUntil }) => ({
      ...{ bucketId, unit, validFrom, validUntil, currency: "EUR" },
      remaining: amountMax,
      reserved: amountMax,
    })),
    counters: account.counters.map(({ counterId, unit }) => ({
      counterId,
      unit,
      value: amountMax,
      status: counterId,
      reserved: amountMax,
    })),
    openSessions: limits.sessionsPerAccountMax,
  };
  const arraysIn = (value: unknown): number =>
    Array.isArray(value) ? value.reduce((sum: number, one) => sum + arraysIn(one), 1) : 0;
  const depthOf = (value: unknown): number =>
    Array.isArray(value) ? 1 + Math.max(0, ...value.map(depthOf)) : 0;

  test("hold the largest message of each kind, and a full one of charging messages", () => {
    const document = "x".repeat(limits.tariffDocumentLengthMax);
    const lines = "x".repeat(limits.rateDeckPartLengthMax);
    const part = { rateDeckId: id(0), uploadId: id(1), part: limits.rateDeckPartsMax - 1, lines };
    const longest = { topic: id(0), text: "x".repeat(limits.detailLengthMax) };
    const explanation = many(limits.explanationLinesMax, () => longest);
    const uploadedParts = many(limits.rateDeckPartsMax, (i) => i);
    for (const message of [
      requestMessage("update", 1, sessionRequest),
      requestMessage("putAccount", 1, account),
      requestMessage("publishTariff", 1, { document }),
      requestMessage("putRateDeckPart", 1, part),
      answerMessage("putRateDeckPart", 1, { isChanged: true, uploadedParts }),
      answerMessage("queryBalance", 1, balance),
      answerMessage("explain", 1, { isConclusive: true, explanation }),
    ]) {
      expect(encodeFrame([message]).length).toBeLessThan(limits.frameBytesMax);
      expect(depthOf([message])).toBeLessThan(limits.frameDepthMax);
    }
    const full = new Array(limits.frameMessagesMax).fill(
      requestMessage("update", 1, sessionRequest),
    );
    expect(arraysIn(full)).toBeLessThan(limits.frameArraysMax);
  });

  test("are refused before they are cut, and cut before they flood", () => {
    expect(limits.frameBytesMax).toBeLessThan(limits.frameBytesReadMax);
    expect(limits.frameBytesMax).toBeLessThan(limits.frameBytesPerTurnMax);
    expect(limits.frameBytesMax).toBeLessThan(limits.frameUnsentBytesMax);
    expect(limits.closeReasonBytesMax).toBeLessThanOrEqual(123);
  });

  test("bring a rate deck of as many rows as there may be, each as long as it may be", () => {
    const row = { prefix: "1".repeat(prefixDigitsMax), zoneId: "z".repeat(128) };
    const rows = many(Math.ceil(limits.rateDeckRowsMax / 100), () => row);
    const parts = 100 * writeRateDeckParts(rows).length;
    expect(parts).toBeLessThanOrEqual(limits.rateDeckPartsMax);
  });

  test("with a tariff of as many rating groups as there may be fit its document", () => {
    const group = {
      ratingGroup: 0xffff_ffff,
      unit: "messages",
      blockUnits: 2 ** 50,
      blockPrice: "999999999.999999",
      quotaUnits: amountMax,
      quotaUnitsMax: amountMax,
      validityTimeSeconds: limits.validityTimeSecondsMax,
    };
    const ratingGroups = many(limits.ratingGroupsPerTariffMax, () => group);
    expect(JSON.stringify({ ratingGroups }).length).toBeLessThan(limits.tariffDocumentLengthMax);
  });
});

describe("the octets of an account and a batch", () => {
  const cells = counterCell(limits.bucketsPerAccountMax, limits.countersPerAccountMax);

  test("number every cell with one octet", () => {
    expect(bucketCell(limits.bucketsPerAccountMax)).toBeLessThan(cells);
    expect(cells).toBeLessThanOrEqual(u8Max);
  });

  test("tell the length of the largest session, answer and identifier", () => {
    const group = 28 + holdOctets * limits.bucketsPerAccountMax;
    const session = 1 + limits.identifierLengthMax + 33 + limits.sessionGroupsMax * group;
    expect(session).toBeLessThanOrEqual(u16Max);
    expect(2 + 8 * cells).toBeLessThanOrEqual(u16Max);
    expect(limits.identifierLengthMax).toBeLessThanOrEqual(u8Max);
    expect(limits.sessionGroupsMax).toBeLessThanOrEqual(u8Max);
    expect(limits.sessionGroupsMax).toBeGreaterThanOrEqual(limits.ratingGroupsPerRequestMax);
  });

  test("count plans, keys and look-ups of a batch with two octets, changes with one", () => {
    const groups = limits.batchOperationsMax * limits.ratingGroupsPerRequestMax;
    expect(groups).toBeLessThanOrEqual(u16Max);
    // An account and a list of deadlines for each operation.
    expect(luaConstants["KEY_ACCOUNTS"]! + 2 * limits.batchOperationsMax).toBeLessThan(u16Max);
    expect(limits.bucketsPerAccountMax).toBeLessThanOrEqual(u8Max);
    // Changes and overruns share a number (lua/lib/reply.lua).
    expect(limits.ratingGroupsPerRequestMax).toBeLessThan(64);
    expect(changeOctets * limits.bucketsPerAccountMax).toBeLessThan(u16Max);
  });

  test("stay within Lua's stack wherever a table is spread", () => {
    expect(2 * limits.batchOperationsMax).toBeLessThan(luaStackMax);
    expect(2 * limits.sweepSessionsMax).toBeLessThan(luaStackMax);
    expect(5 * limits.bucketsPerAccountMax + 2 * limits.ratingGroupsPerRequestMax).toBeLessThan(
      luaStackMax,
    );
  });

  test("need no more memory for the buffers of a shard than some MB", () => {
    expect(batchBytesMax * limits.batchesInFlightPerShardMax).toBeLessThan(48 * 1024 * 1024);
  });
});

describe("work in flight", () => {
  test("fills a batch from one frame, and the queue from a few", () => {
    expect(limits.frameMessagesMax).toBeGreaterThanOrEqual(limits.batchOperationsMax);
    expect(limits.queueOperationsMax).toBeGreaterThan(
      limits.batchOperationsMax * limits.batchesInFlightPerShardMax,
    );
    expect(limits.operationsInFlightPerConnectionMax).toBeGreaterThanOrEqual(
      limits.frameMessagesMax,
    );
  });

  test("of the client library is never refused for being too much on its connection", () => {
    expect(limits.clientInFlightMax).toBeLessThanOrEqual(limits.operationsInFlightPerConnectionMax);
    // Nor, alone, as too much for the engine: a question may fill half of the queue.
    expect(limits.clientInFlightMax).toBeLessThanOrEqual(limits.queueOperationsMax / 2);
  });

  test("keeps fewer accounts busy than are remembered", () => {
    expect(limits.profilesCachedMax).toBeGreaterThan(limits.queueOperationsMax);
    expect(limits.plansSharedMax).toBeGreaterThan(
      limits.batchOperationsMax * limits.ratingGroupsPerRequestMax,
    );
    expect(limits.plansKeptPerProfileMax).toBeGreaterThanOrEqual(limits.sessionGroupsMax);
  });
});

describe("time", () => {
  /** How long a hanging Redis can go unnoticed, and its connection needs to be given up. */
  const noticedMs = limits.batchTimeoutMs + limits.sweepIntervalMs + limits.storeDisconnectMsMax;

  test("is left to try again before a deadline, at every level", () => {
    expect(limits.storeRetryMs * 10).toBeLessThan(limits.operationDeadlineMs);
    expect(limits.batchTimeoutMs).toBeLessThan(limits.operationDeadlineMs);
    expect(limits.retryAfterMs * 10).toBeLessThan(limits.clientDeadlineMs);
    expect(limits.clientRetryMsMax * 2).toBeLessThan(limits.clientDeadlineMs);
  });

  test("of a client lasts until the engine has said what it knows", () => {
    const told = Math.max(limits.operationDeadlineMs, noticedMs) + limits.storeRetryMs;
    expect(told).toBeLessThan(limits.clientDeadlineMs);
    expect(2 * limits.clientPingIntervalMs).toBeLessThan(limits.clientDeadlineMs);
    expect(limits.claimGraceMs).toBeLessThan(limits.clientDeadlineMs);
  });

  test("to drain is enough to answer what was taken on, and ends before a supervisor kills", () => {
    const left = limits.drainMsMax - limits.drainTakingMsMax;
    expect(left).toBeGreaterThanOrEqual(
      Math.max(limits.operationDeadlineMs, noticedMs) + limits.storeRetryMs,
    );
    expect(limits.drainMsMax + limits.closeFlushMsMax + limits.closeLingerMs).toBeLessThan(10_000);
  });

  test("of a stored answer is longer than its request can be repeated", () => {
    const latest =
      limits.eventRepeatMsMax +
      limits.eventAheadMsMax +
      limits.clockSkewMsMax +
      Math.max(limits.operationDeadlineMs, noticedMs);
    expect(limits.answersKeptMs).toBeGreaterThan(latest);
    expect(limits.topUpAnswersKeptMs).toBeGreaterThan(limits.answersKeptMs);
  });

  test("of a session is looked at late rather than never, whatever the clocks say", () => {
    const late = limits.clockSkewMsMax + limits.operationDeadlineMs + limits.batchTimeoutMs;
    expect(limits.deadlineIntervalsAgain * limits.deadlineIntervalMs).toBeGreaterThan(late);
    expect(limits.sweepIntervalMs).toBeLessThanOrEqual(limits.deadlineIntervalMs);
    // The first sweep looks back as far as a session can last.
    const back = luaConstants["DEADLINE_INTERVALS_MAX"]! * limits.deadlineIntervalMs;
    expect(back).toBeGreaterThanOrEqual(2_000 * limits.validityTimeSecondsMax);
    expect(back).toBeGreaterThanOrEqual(limits.sessionIdleMs);
    expect(limits.eventAgeMsMax).toBeGreaterThanOrEqual(limits.eventRepeatMsMax);
  });

  test("of a claim is over before it may be taken", () => {
    expect(limits.claimHeldMsMax + limits.clockSkewMsMax).toBeLessThanOrEqual(limits.claimGraceMs);
  });

  test("of a check is shorter than the patience of who asked for it", () => {
    expect(limits.readinessMsMax).toBeLessThan(limits.readinessCheckMsMax);
    expect(limits.readinessCheckMsMax).toBeLessThan(limits.operationsRequestMsMax);
    expect(limits.clientConnectMsMax / 1_000).toBeLessThanOrEqual(limits.upgradeSecondsMax);
    expect(limits.clientPingIntervalMs / 1_000).toBeLessThan(limits.connectionIdleSecondsMax);
    expect(limits.clientReconnectMsMin).toBeLessThan(limits.clientReconnectMsMax);
    expect(limits.clientRetryMsMin).toBeLessThan(limits.clientRetryMsMax);
  });
});
