// Transfers across shards on a real Redis, with engines that die between any two of their steps:
// nothing is lost, nothing is made, and whoever asks again hears what came of it.

import { beforeEach, expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { readServerMessage, type ServerMessage } from "../protocol/messages.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame } from "../protocol/wire.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import { type Death, openMortalEngine } from "../simulation/mortal-engine.ts";
import { accountRequest, openings, topUp } from "../simulation/small-operator.ts";
import { audit } from "../store/audit.ts";
import { shardOf } from "../store/keys.ts";
import { sweepShard } from "../store/sweep.ts";

const shards = 3;
/** Each on a shard of its own. */
const accountIds = ["anna", "bruno", "emil"] as const;
const [anna, bruno] = accountIds;
const clock = { now: 0 };

const redis = emptyRedisOfFile();
let engine: DirectEngine;

const options = () => ({ redisUrl: redis.url, shards, now: () => clock.now });

beforeEach(async () => {
  clock.now = Date.parse("2027-01-01T00:00:00Z");
  engine = await engineOfTest(redis, clock, { shards });
  await engine.handle(openings(accountIds));
});

const messageOf = (octets: Buffer): ServerMessage => {
  const frame = decodeFrame(octets);
  return readServerMessage(frame.isOk ? frame.value[0] : undefined);
};

/** The answer, or the name of the refusal. */
const ask = async (request: AnyRequest, one = engine): Promise<unknown> => {
  const [completion] = await one.handle([request]);
  const message = messageOf(completion!.octets);
  if (message.kind === "refusal") return message.refusal.code;
  return message.kind === "answer" ? message.answer : message;
};

const transfer = (given: Partial<RequestOf<"transfer">> = {}): AnyRequest => ({
  operation: "transfer",
  request: {
    requestId: "gift",
    fromAccountId: anna,
    fromBucketId: "data",
    toAccountId: bruno,
    toBucketId: "data",
    amount: 400,
    kind: "gift",
    fee: 5,
    ...given,
  },
});

const remainingOf = async (accountId: string, bucketId: string): Promise<number> => {
  const answer = await ask({
    operation: "queryBalance",
    request: { subscriberIdentifier: `account-${accountId}` },
  });
  const { buckets } = answer as { buckets: { bucketId: string; remaining: number }[] };
  return buckets.find((bucket) => bucket.bucketId === bucketId)!.remaining;
};

const report = async () => {
  const outcome = await audit(engine.store, shards, () => undefined);
  if (!outcome.isOk) throw new Error(outcome.error);
  return outcome.value;
};
const inTransit = async () => (await report()).totals.get("octets")?.inTransit;

/** One engine asks and dies; nobody else does anything. */
const askAndDie = async (request: AnyRequest, death: Death) => {
  const mortal = cleanUpOfTest().add(await openMortalEngine(options(), death));
  void mortal.handle([request]);
  await mortal.death;
};

/** Under way, waiting, in doubt, as the metrics have it. */
const states = async () => {
  const lines = (await metrics.text()).matchAll(/^tollgate_transfers_in_transit\{.*\} (\d+)$/gm);
  return [...lines].map(([, count]) => Number(count));
};

const later = async (ms: number = limits.transferResumeMs) => {
  clock.now += ms;
  await engine.sweep();
};

test("the accounts of these tests are on different shards", () => {
  expect(new Set(accountIds.map((id) => shardOf(id, shards))).size).toBe(shards);
});

test("moves units across shards; the same request again moves nothing", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  const answer = { resultCode: 2001, remaining: 595, reserved: 0 };
  expect(await ask(transfer())).toEqual(answer);
  expect(await ask(transfer())).toEqual(answer);
  expect([await remainingOf(anna, "data"), await remainingOf(bruno, "data")]).toEqual([595, 400]);
  expect(await ask(transfer({ amount: 1 }))).toBe("REQUEST_CONFLICT");
  const { drifted, totals } = await report();
  expect(drifted).toEqual([]);
  expect(totals.get("octets")).toMatchObject({ credited: 1_000n, debited: 5n, inTransit: 0n });
});

const deaths = [0, 1, 2].flatMap((batch) =>
  [false, true].map((isCarriedOut): Death => ({ batch, isCarriedOut })),
);
const steps = ["debit", "credit", "end"];

test.each(
  deaths.map(
    (death) => [death.isCarriedOut ? "after" : "before", steps[death.batch], death] as const,
  ),
)("an engine that dies %s the %s leaves a transfer that others finish", async (_, __, death) => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), death);
  const isBegun = death.batch > 0 || death.isCarriedOut;
  const isOver = death.batch === 2 && death.isCarriedOut;
  const hasArrived = death.batch === 2 || (death.batch === 1 && death.isCarriedOut);
  expect(await remainingOf(anna, "data")).toBe(isBegun ? 595 : 1_000);
  const moving = hasArrived ? 5n : 405n;
  expect(await inTransit()).toBe(isBegun && !isOver ? moving : 0n);
  await later();
  expect(await inTransit()).toBe(0n);
  expect(await remainingOf(bruno, "data")).toBe(isBegun ? 400 : 0);
  expect(await ask(transfer())).toEqual({ resultCode: 2001, remaining: 595, reserved: 0 });
  expect(await remainingOf(bruno, "data")).toBe(400);
  expect((await report()).drifted).toEqual([]);
});

test("the same request again goes on where the dead engine stopped, without waiting", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), { batch: 0, isCarriedOut: true });
  expect(await ask(transfer())).toEqual({ resultCode: 2001, remaining: 595, reserved: 0 });
  expect(await inTransit()).toBe(0n);
});

test("several engines that find the same transfer finish it once", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), { batch: 0, isCarriedOut: true });
  clock.now += limits.transferResumeMs;
  const others = await Promise.all(
    Array.from({ length: 3 }, () => engineOfTest(redis, clock, { shards })),
  );
  await Promise.all([...others.map((one) => one.sweep()), ask(transfer())]);
  expect([await remainingOf(anna, "data"), await remainingOf(bruno, "data")]).toEqual([595, 400]);
  expect((await report()).drifted).toEqual([]);
});

test("what cannot arrive goes back with its fee, and the answer says why", async () => {
  const full = Number.MAX_SAFE_INTEGER;
  await ask(topUp(anna, "t", "data", 1_000));
  await ask(topUp(bruno, "t", "data", full));
  expect(await ask(transfer())).toEqual({ resultCode: 7010, remaining: 1_000, reserved: 0 });
  await ask({
    operation: "adjust",
    request: { requestId: "a", accountId: bruno, bucketId: "data", amount: -full, reason: "r" },
  });
  // That it could not arrive was decided then.
  expect(await ask(transfer())).toEqual({ resultCode: 7010, remaining: 1_000, reserved: 0 });
  expect((await report()).totals.get("octets")).toMatchObject({ debited: BigInt(full) });
});

test("what can neither arrive nor go back waits until it can, and is counted", async () => {
  await ask(topUp(anna, "t", "data", 405));
  await askAndDie(transfer(), { batch: 0, isCarriedOut: true });
  await later(limits.transferResumeMs - 1);
  expect(await states()).toEqual([1, 0, 0]);
  const profiles = [anna, bruno].map((id) => accountRequest(id));
  const without = profiles.map(({ buckets, ...rest }) => {
    return { ...rest, buckets: buckets.filter(({ bucketId }) => bucketId !== "data") };
  });
  for (const request of without) await ask({ operation: "putAccount", request });
  await later(1);
  expect(await states()).toEqual([0, 1, 0]);
  for (const request of profiles) await ask({ operation: "putAccount", request });
  await later(0);
  expect(await states()).toEqual([0, 0, 0]);
  expect(await inTransit()).toBe(0n);
  expect(engine.faults.map(String)).toEqual([expect.stringContaining("UNKNOWN_BUCKET")]);
});

test("what is on its way goes back to a bucket of its unit alone", async () => {
  await ask(topUp(anna, "t", "data", 405));
  await askAndDie(transfer(), { batch: 1, isCarriedOut: false });
  const { buckets, ...rest } = accountRequest(anna);
  const put = (unit: "octets" | "money") => {
    const changed = buckets.map((one) => (one.bucketId === "data" ? { ...one, unit } : one));
    return ask({ operation: "putAccount", request: { ...rest, buckets: changed } });
  };
  await put("money");
  const { buckets: targets, ...target } = accountRequest(bruno);
  const without = targets.filter(({ bucketId }) => bucketId !== "data");
  await ask({ operation: "putAccount", request: { ...target, buckets: without } });
  await later();
  // Octets are no money: they wait for a bucket that can hold them.
  expect([await remainingOf(anna, "data"), await inTransit()]).toEqual([0, 405n]);
  await put("octets");
  await later();
  expect([await remainingOf(anna, "data"), await inTransit()]).toEqual([405, 0n]);
});

test("the fee of what has arrived is not told of a bucket that holds something else", async () => {
  await ask(topUp(anna, "t", "data", 405));
  await askAndDie(transfer(), { batch: 1, isCarriedOut: true });
  const { buckets, ...rest } = accountRequest(anna);
  const changed = buckets.map((one) =>
    one.bucketId === "data" ? { ...one, unit: "money" as const } : one,
  );
  await ask({ operation: "putAccount", request: { ...rest, buckets: changed } });
  await ask(topUp(anna, "t2", "data", 77));
  await later();
  expect([await remainingOf(anna, "data"), await inTransit()]).toEqual([77, 0n]);
  expect(await ask(transfer())).toEqual({ resultCode: 2001, remaining: 0, reserved: 0 });
  expect((await report()).drifted).toEqual([]);
});

test("a bucket that is taken away meanwhile gives back what was on its way to it", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), { batch: 0, isCarriedOut: true });
  const { buckets, ...profile } = accountRequest(bruno);
  const rest = buckets.filter(({ bucketId }) => bucketId !== "data");
  await ask({ operation: "putAccount", request: { ...profile, buckets: rest } });
  await later();
  expect(await ask(transfer())).toEqual({ resultCode: 7007, remaining: 1_000, reserved: 0 });
  expect((await report()).drifted).toEqual([]);
});

test.each([
  ["an unknown target", { toAccountId: "nobody" }, "USER_UNKNOWN"],
  ["an unknown bucket of it", { toBucketId: "none" }, "UNKNOWN_BUCKET"],
  ["an unknown source", { fromAccountId: "nobody" }, "USER_UNKNOWN"],
  ["another unit", { toBucketId: "main" }, "UNITS_DIFFER"],
  ["more than there is, with the fee", { amount: 996 }, "CREDIT_LIMIT_REACHED"],
  ["nothing", { amount: 0 }, "INVALID_VALUE"],
  ["the bucket itself", { toAccountId: anna }, "INVALID_VALUE"],
  ["amounts beyond all", { amount: 2 ** 52, fee: 2 ** 53 - 1 }, "INVALID_VALUE"],
])("%s is refused, and nothing is debited", async (_, wrong, code) => {
  await ask(topUp(anna, "t", "data", 1_000));
  expect(await ask(transfer(wrong))).toBe(code);
  expect(await remainingOf(anna, "data")).toBe(1_000);
  expect(await ask(transfer())).toMatchObject({ resultCode: 2001 });
});

/** The target's shard turns over what it knows of transfers, until nothing is left. */
const forget = async () => {
  for (let turn = 0; turn < 3; turn++) {
    clock.now += limits.topUpAnswersKeptMs;
    await sweepShard(engine.store, shardOf(bruno, shards), clock.now, () => undefined);
  }
};

test("a transfer that its target may have forgotten stays in transit", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), { batch: 1, isCarriedOut: true });
  await forget();
  await later();
  expect(await ask(transfer())).toBe("TRANSFER_IN_DOUBT");
  expect([await inTransit(), await remainingOf(bruno, "data")]).toEqual([5n, 400]);
  expect(engine.faults.map(String)).toEqual([expect.stringContaining("TRANSFER_IN_DOUBT")]);
  expect(await states()).toEqual([0, 0, 1]);
});

const settle = (hasArrived: boolean): AnyRequest => ({
  operation: "settleTransfer",
  request: { fromAccountId: anna, requestId: "gift", hasArrived },
});

const debited: Death = { batch: 0, isCarriedOut: true };
const credited: Death = { batch: 1, isCarriedOut: true };
const leftInDoubt = async (death: Death) => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), death);
  await forget();
  expect(await ask(transfer())).toBe("TRANSFER_IN_DOUBT");
};
const left = async () => [await remainingOf(anna, "data"), await remainingOf(bruno, "data")];

test.each([
  ["that never arrived goes back with its fee", debited, "TRANSFER_TAKEN_BACK", [1_000, 0]],
  ["that arrived is over", credited, "SUCCESS", [595, 400]],
] as const)("a transfer in doubt %s, when it is settled", async (_, death, code, balances) => {
  await leftInDoubt(death);
  const hasArrived = code === "SUCCESS";
  expect(await ask(settle(hasArrived))).toMatchObject({ resultCode: resultCodes[code].number });
  const { drifted, totals } = await report();
  expect([await left(), totals.get("octets")?.inTransit, drifted]).toEqual([balances, 0n, []]);
  expect(await ask(settle(hasArrived))).toBe("TRANSFER_UNKNOWN");
  expect(await left()).toEqual(balances);
});

test.each([
  ["arrived and did not", debited, true],
  ["did not arrive and had", credited, false],
] as const)("the audit finds one that is said to have %s", async (_, death, hasArrived) => {
  await leftInDoubt(death);
  await ask(settle(hasArrived));
  expect((await report()).drifted).not.toEqual([]);
});

test("what the target still knows is stronger than what is said", async () => {
  await ask(topUp(anna, "t", "data", 1_000));
  await askAndDie(transfer(), credited);
  expect(await ask(settle(false))).toMatchObject({ resultCode: 2001, remaining: 595 });
  expect([await left(), (await report()).drifted]).toEqual([[595, 400], []]);
});

test("once its answer is forgotten it is another transfer, unless it says when", async () => {
  const said = transfer({ requestId: "said", requestedAt: clock.now });
  await ask(topUp(anna, "t", "data", 10_000));
  for (const request of [transfer(), said]) await ask(request);
  for (let turn = 0; turn < 3; turn++) await later(limits.topUpAnswersKeptMs);
  expect(await ask(transfer())).toMatchObject({ resultCode: 2001, remaining: 10_000 - 3 * 405 });
  expect(await ask(said)).toBe("EVENT_TOO_OLD");
  expect(await remainingOf(bruno, "data")).toBe(3 * 400);
  expect((await report()).drifted).toEqual([]);
});
