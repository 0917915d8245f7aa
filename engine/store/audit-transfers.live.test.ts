// The audit against what may go wrong with transfers: it must tell a transfer whose entry in
// transit is lost, one that was credited twice, and one that nobody debited; and it must not cry
// wolf over what is under way.

import { beforeEach, expect, test } from "vitest";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { limits } from "../limits.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import { openMortalEngine } from "../simulation/mortal-engine.ts";
import { openings, topUp } from "../simulation/small-operator.ts";
import { audit } from "./audit.ts";
import { keys, shardOf } from "./keys.ts";

const shards = 3;
const [anna, bruno] = ["anna", "bruno"];
const home = shardOf(anna!, shards);
const away = shardOf(bruno!, shards);
const clock = { now: Date.parse("2027-01-01T00:00:00Z") };
const gift: AnyRequest = {
  operation: "transfer",
  request: {
    ...{ requestId: "gift", fromAccountId: "anna", fromBucketId: "data" },
    ...{ toAccountId: "bruno", toBucketId: "data", amount: 400, kind: "gift", fee: 5 },
  },
};

const redis = emptyRedisOfFile();
let engine: DirectEngine;

const options = () => ({ redisUrl: redis.url, shards, now: () => clock.now });
beforeEach(async () => {
  engine = await engineOfTest(redis, clock, { shards });
  await engine.handle(openings(["anna", "bruno"]));
  await engine.handle([topUp("anna", "t", "data", 1_000)]);
});

const report = async () => {
  const outcome = await audit(engine.store, shards, () => undefined);
  if (!outcome.isOk) throw new Error(outcome.error);
  const { drifted, totals } = outcome.value;
  const problems = Object.fromEntries(drifted.map((one) => [one.accountId, one.problems]));
  return { problems, octets: totals.get("octets")! };
};

/** Debited, and with a second batch credited; then the engine died. */
const beginOnly = async (requestId = "gift", batch = 0) => {
  const mortal = await openMortalEngine(options(), { batch, isCarriedOut: true });
  void mortal.handle([{ ...gift, request: { ...gift.request, requestId } } as AnyRequest]);
  await mortal.death;
  await mortal.close();
};

test("what is in transit is neither a drift nor a debit", async () => {
  await beginOnly();
  const { problems, octets } = await report();
  expect(problems).toEqual({});
  expect(octets).toMatchObject({ credited: 1_000n, remaining: 595n, debited: 0n, inTransit: 405n });
});

test("tells a transfer whose entry in transit is lost", async () => {
  await beginOnly();
  await redis.client.del(keys.transits(home));
  const problem = "transfer gift is debited, and neither over nor in transit";
  expect((await report()).problems).toEqual({ anna: [problem] });
});

test("tells a transfer that is in transit, and was never debited", async () => {
  await engine.handle([gift]);
  await beginOnly("other");
  const entry = (await redis.client.hgetBuffer(keys.transits(home), "anna other"))!;
  await redis.client.hset(keys.transits(away), "bruno x", entry);
  const { problems } = await report();
  expect(problems).toEqual({ anna: ["transfer other is in transit, but was not debited"] });
});

test("tells a transfer that was credited twice, while it is under way and after", async () => {
  await beginOnly("gift", 1);
  // The target forgets what it should know: the next engine credits again.
  await redis.client.del(keys.topUps(away));
  clock.now += limits.transferResumeMs;
  await engine.sweep();
  const { problems, octets } = await report();
  expect(problems).toEqual({
    bruno: [expect.stringMatching(/transfer .* was credited (twice|alone)$/)],
  });
  expect(octets.inTransit).toBe(-400n);
});

test("tells a credit that comes once more when the transfer is over", async () => {
  await beginOnly();
  const entry = (await redis.client.hgetBuffer(keys.transits(home), "anna gift"))!;
  clock.now += limits.transferResumeMs;
  await engine.sweep();
  await redis.client.del(keys.topUps(away), keys.topUpsPrevious(away));
  await redis.client.hset(keys.transits(home), "anna gift", entry);
  await engine.sweep();
  const { problems } = await report();
  expect(Object.keys(problems).sort()).toEqual(["anna", "bruno"]);
  expect(problems["bruno"]).toEqual([expect.stringMatching(/transfer .* was credited alone$/)]);
});
