// Top-ups with bonuses, adjustments and validities that they extend, on a real Redis.

import { afterEach, beforeEach, expect, test } from "vitest";
import { journalRecords } from "../../scripts/testing/journal-records.ts";
import {
  emptyRedisOfFile,
  engineOfTest,
  expectSound,
} from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { readServerMessage } from "../protocol/messages.ts";
import { decodeFrame } from "../protocol/wire.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import { accountRequest, sessionMessage, tariffDocument } from "../simulation/small-operator.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const day = 86_400;
const clock = { now: start };
const redis = emptyRedisOfFile();
let engine: DirectEngine;

const ask = async (...requests: AnyRequest[]): Promise<unknown> => {
  const completions = await engine.handle(requests);
  const frame = decodeFrame(completions.at(-1)!.octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  if (message.kind === "refusal") return message.refusal.code;
  return message.kind === "answer" ? message.answer : message;
};

type Rest = { readonly extendsValiditySeconds?: number; readonly requestedAt?: number };
const topUp = (requestId: string, bucketId: string, amount: number, rest: Rest = {}) =>
  ask({ operation: "topUp", request: { requestId, accountId: "anna", bucketId, amount, ...rest } });
const adjust = (requestId: string, bucketId: string, amount: number, rest: Rest = {}) => {
  const request = { requestId, accountId: "anna", bucketId, amount, reason: "goodwill", ...rest };
  return ask({ operation: "adjust", request });
};
const publish = (bonusRules: readonly object[]) => {
  const document = JSON.stringify({ ...JSON.parse(tariffDocument), bonusRules });
  return ask({ operation: "publishTariff", request: { document } });
};

beforeEach(async () => {
  clock.now = start;
  engine = await engineOfTest(redis, clock);
  await publish([]);
  const { buckets, ...account } = accountRequest("anna");
  const given = { creditLimit: 500, ownValiditySeconds: 30 * day };
  const put = buckets.map((one) => (one.bucketId === "main" ? { ...one, ...given } : one));
  await ask({ operation: "putAccount", request: { ...account, buckets: put } });
});
afterEach(() => expectSound(engine));

const rule = { ruleId: "double", bucketId: "data", bonusBucketId: "bonus", bonusPercent: 100 };

test("a bonus comes in the same step, and once, whatever the tariff says by then", async () => {
  await publish([{ ...rule, amountMin: 100 }]);
  const answer = {
    ...{ remaining: 100, reserved: 0, validUntil: expect.any(Number) },
    bonuses: [{ ruleId: "double", bucketId: "bonus", amount: 100 }],
  };
  expect(await topUp("t", "data", 100)).toEqual(answer);
  await publish([{ ...rule, ruleId: "triple", amountMin: 100, bonusPercent: 200 }]);
  expect(await topUp("t", "data", 100)).toEqual(answer);
  expect(await adjust("a", "bonus", 0)).toMatchObject({ remaining: 100 });
  const records = await journalRecords(engine.store);
  const credit = records.find((record) => record.verb === "topUp");
  expect(credit).toMatchObject({
    movement: { kind: "credit", amount: 100, bonuses: [{ slot: 1, amount: 100, publication: 2 }] },
  });
});

test("a bonus that its bucket cannot hold refuses the whole top-up", async () => {
  await publish([{ ...rule, amountMin: 100 }]);
  await adjust("a", "bonus", Number.MAX_SAFE_INTEGER);
  expect(await topUp("t", "data", 100)).toBe("AMOUNT_TOO_LARGE");
  expect(await adjust("b", "data", 0)).toMatchObject({ remaining: 0 });
});

test("a debit takes nothing reserved, and goes no further than the credit limit", async () => {
  await topUp("t", "data", 20_000_000);
  const first = { sessionId: "s", sequence: 0, at: clock.now };
  await ask(sessionMessage("initiate", "anna", first, [{ ratingGroup: 10, usedUnit: null }]));
  expect(await adjust("a", "data", -10_000_001)).toBe("CREDIT_LIMIT_REACHED");
  expect(await adjust("a", "data", -10_000_000)).toMatchObject({ remaining: 0, reserved: 1e7 });
  expect(await adjust("b", "main", -501)).toBe("CREDIT_LIMIT_REACHED");
  expect(await adjust("b", "main", -500)).toMatchObject({ remaining: -500 });
  expect(await adjust("b", "main", -500)).toMatchObject({ remaining: -500 });
  expect(await adjust("b", "main", -499)).toBe("REQUEST_CONFLICT");
});

test("one key is for one movement, of whatever kind", async () => {
  await topUp("same", "data", 5);
  expect(await adjust("same", "data", 5)).toBe("REQUEST_CONFLICT");
});

test("an extension moves the end on, from now where it is over or has not begun", async () => {
  const until = async (days: number) =>
    (await topUp(`t-${clock.now}-${days}`, "main", 1, { extendsValiditySeconds: days * day })) as {
      validUntil: number;
      remaining: number;
    };
  expect((await until(10)).validUntil).toBe(start + 10_000 * day);
  expect((await until(5)).validUntil).toBe(start + 15_000 * day);
  clock.now = start + 20_000 * day;
  // What was left had expired; the new unit has five days.
  expect(await until(5)).toMatchObject({ validUntil: start + 25_000 * day, remaining: 1 });
  expect(await topUp("x", "data", 1, { extendsValiditySeconds: 1 })).toBe("NO_OWN_VALIDITY");
  const tooLong = { extendsValiditySeconds: limits.ownValiditySecondsMax + 1 };
  expect(await topUp("x", "main", 1, tooLong)).toBe("INVALID_VALUE");
});

test("a repetition that says when it was first asked is never carried out twice", async () => {
  const said = { requestedAt: start };
  await topUp("t", "data", 5, said);
  clock.now = start + limits.movementRepeatMsMax;
  await engine.sweep();
  expect(await topUp("t", "data", 5, said)).toMatchObject({ remaining: 5 });
  clock.now++;
  expect(await topUp("t", "data", 5, said)).toBe("EVENT_TOO_OLD");
  const ahead = { requestedAt: clock.now + limits.eventAheadMsMax + 1 };
  expect(await adjust("a", "data", 5, ahead)).toBe("INVALID_VALUE");
});
