// Refunds where something has happened since the event: to its account, its counters, or to what is
// left of it. What a refund gives back otherwise is in charging-modes.live.test.ts, at random in
// store/refund.live.test.ts.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type DirectClient, directClient } from "../../scripts/testing/direct-client.ts";
import {
  emptyRedisOfFile,
  engineOfTest,
  expectSound,
} from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  codeOf,
  message,
  openAccount,
  tariffDocument,
  usageOf,
  voice,
} from "../../scripts/testing/subscribers.ts";
import { readServerMessage } from "../protocol/messages.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { decodeFrame } from "../protocol/wire.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";
import { amountMax } from "../values/units.ts";

const now = Date.parse("2027-01-01T00:00:00Z");
const redis = emptyRedisOfFile();
let engine: DirectEngine;
let client: DirectClient;

type Changes = Partial<RequestOf<"putAccount">>;
const sent: NonNullable<Changes["counters"]>[number] = {
  ...{ counterId: "sent", unit: "messages", ratingGroups: [] },
  thresholds: [{ status: "many", reachedAt: 3, leftAt: 2 }],
};
const account = (changes: Changes = {}) =>
  accountOf("a", { buckets: [bucketOf("texts", "messages")], counters: [sent], ...changes });

beforeEach(async () => {
  engine = await engineOfTest(redis, { now });
  client = directClient(engine);
  answered(await client.publishTariff({ document: tariffDocument() }));
  await openAccount(client, account(), { texts: 4 });
  answered(await client.event(event("e", of(message, 3))));
});
afterEach(() => expectSound(engine));

const of = (ratingGroup: number, usedUnit: number) => ({ ratingGroup, usedUnit });
const subscriberIdentifier = "msisdn-a";
const event = (requestId: string, ...usedUnits: ReturnType<typeof of>[]) => {
  return { requestId, subscriberIdentifier, eventTimestamp: now, usedUnits };
};
const refund = (requestId: string, ...usedUnits: ReturnType<typeof of>[]) => {
  return { ...event(requestId, ...usedUnits), refundedRequestId: "e" };
};
const standing = async () => {
  const answer = answered(await client.queryBalance({ subscriberIdentifier }));
  const [texts] = answer.buckets;
  const [counter] = answer.counters;
  return { texts: texts!.remaining, sent: counter!.value, status: counter!.status };
};

test("leaves a threshold of a counter when it falls below it", async () => {
  expect(await standing()).toEqual({ texts: 1, sent: 3, status: "many" });
  answered(await client.refund(refund("r1", of(message, 1))));
  expect(await standing()).toEqual({ texts: 2, sent: 2, status: "many" });
  answered(await client.refund(refund("r2", of(message, 1))));
  expect(await standing()).toEqual({ texts: 3, sent: 1, status: null });
});

test("gives nothing back where one rating group of several was not charged", async () => {
  const asked = refund("r", of(message, 1), of(voice, 1));
  expect(codeOf(await client.refund(asked))).toBe("REFUND_TOO_LARGE");
  expect(await standing()).toEqual({ texts: 1, sent: 3, status: "many" });
});

test("may have the request id of the event", async () => {
  answered(await client.refund(refund("e")));
  expect(await standing()).toEqual({ texts: 4, sent: 0, status: null });
});

test("of two at once, the second has what the first one left", async () => {
  const asked = ["r1", "r2"].map((id) => refund(id, of(message, 2)));
  const done = await engine.handle(asked.map((request) => ({ operation: "refund", request })));
  const kinds = done.map(({ octets }) => {
    const frame = decodeFrame(octets);
    const told = readServerMessage(frame.isOk ? frame.value[0] : undefined);
    return told.kind === "refusal" ? told.refusal.code : told.kind;
  });
  expect(kinds).toEqual(["answer", "REFUND_TOO_LARGE"]);
  expect(await standing()).toEqual({ texts: 3, sent: 1, status: null });
});

test("takes no more from a counter than one that began anew has counted", async () => {
  answered(await client.putAccount(account({ counters: [] })));
  answered(await client.putAccount(account()));
  answered(await client.event(event("e2", of(message, 1))));
  answered(await client.refund(refund("r")));
  expect(await standing()).toEqual({ texts: 3, sent: 0, status: null });
});

test("is refused where its bucket cannot hold it beside what it holds for sessions", async () => {
  const topUp = { requestId: "t", accountId: "a", bucketId: "texts", amount: amountMax - 1 };
  answered(await client.topUp(topUp));
  const opening = { ...event("", of(message, 0)), sessionId: "s", sequence: 0 };
  const { requestId: _, usedUnits: __, ...said } = opening;
  answered(await client.initiate({ ...said, multipleUnitUsage: [usageOf(message, 1)] }));
  expect(codeOf(await client.refund(refund("r", of(message, 1))))).toBe("AMOUNT_TOO_LARGE");
  expect(await standing()).toMatchObject({ texts: amountMax - 1 });
});
