// What an operator sees of a running engine: that it lives, whether it is ready and why not, and
// what it counts; and that time does its work: what is silent for too long ends.

import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  askOperations,
  businessClient,
  businessToken,
  cleanUpOfTest,
  createCleanUp,
  type EngineUnderTest,
  readMetric,
  startEngineHere,
  startServing,
  until,
} from "../../scripts/testing/engine.ts";
import { dial } from "../../scripts/testing/listener.ts";
import { openRawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import type { RunningRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { encodeFrame } from "../protocol/wire.ts";

const cleanUp = createCleanUp();
afterAll(cleanUp.run);
let redis: RunningRedis;
let engine: EngineUnderTest;
beforeAll(async () => {
  const started = await startServing(cleanUp);
  ({ redis, engine } = started);
  await openAccount(started.business, accountOf("seen"), { main: 100 * cent });
});

type Readiness = {
  readonly isReady: boolean;
  readonly checks: readonly { name: string; isOk: boolean; detail: string }[];
};
const readinessOf = async (of: EngineUnderTest) => {
  const { status, text } = await askOperations(of, "/readyz");
  const readiness = JSON.parse(text) as Readiness;
  const failing = readiness.checks.filter((check) => !check.isOk);
  return { status, ...readiness, failing: failing.map((check) => check.name) };
};

test("is alive and ready, and says what was looked at", async () => {
  expect(await askOperations(engine, "/livez")).toEqual({ status: 200, text: "alive\n" });
  await until("ready", async () => (await readinessOf(engine)).isReady);
  const { status, checks } = await readinessOf(engine);
  expect(status).toBe(200);
  expect(checks.map((check) => check.name)).toEqual(["draining", "redis", "scripts", "clock"]);
});

/** By how much each line of /metrics rises while something happens. */
const risesOf = async (lines: readonly string[], during: () => Promise<unknown>) => {
  const read = () => Promise.all(lines.map((line) => readMetric(engine, line)));
  const before = await read();
  await during();
  return (await read()).map((value, i) => value - before[i]!);
};
const operation = (name: string, code: string) =>
  `tollgate_operations_total{operation="${name}",result_code="${code}"}`;

test("counts every answer once, by its operation and its code", async () => {
  const peer = await openRawPeer(engine);
  const seconds = "tollgate_operation_duration_seconds_count";
  const rises = await risesOf(
    [
      operation("initiate", "SUCCESS"),
      operation("update", "SUCCESS"),
      operation("update", "SEQUENCE_GAP"),
      operation("event", "USER_UNKNOWN"),
      operation("topUp", "AUTHORIZATION_REJECTED"),
      'tollgate_frames_total{direction="received"}',
      'tollgate_frames_total{direction="sent"}',
      seconds,
    ],
    async () => {
      await peer.ask(wireOf("initiate", sessionMessage("seen", "s", 0, usageOf(web, 0))));
      await peer.ask(wireOf("update", sessionMessage("seen", "s", 1, usageOf(web, 0, mebi))));
      await peer.ask(wireOf("update", sessionMessage("seen", "s", 3, usageOf(web, 0, mebi))));
      await peer.ask(wireOf("event", eventOf("no-one", "e")));
      const amount = 1;
      const topUp = { requestId: "t", accountId: "seen", bucketId: "main", amount };
      await peer.ask(wireOf("topUp", topUp));
    },
  );
  await peer.close();
  expect(rises).toEqual([1, 1, 1, 1, 1, 5, 5, 4]);
});

test("counts what is no message, who was not let in and who was hung up on", async () => {
  const peer = await openRawPeer(engine, businessToken);
  const connected = 'tollgate_connections{role="business"}';
  const before = await readMetric(engine, connected);
  const rises = await risesOf(
    [
      "tollgate_garbage_frames_total",
      'tollgate_refused_upgrades_total{reason="unauthorized"}',
      'tollgate_closed_connections_total{reason="TEXT_FRAME"}',
    ],
    async () => {
      peer.send(Uint8Array.from([7]));
      await peer.notice();
      await dial(engine.port, { token: "nobody" }).outcome;
      peer.socket.send("text");
      await peer.ended;
    },
  );
  expect(rises).toEqual([1, 1, 1]);
  await until("it is gone", async () => (await readMetric(engine, connected)) === before - 1);
});

test("shows batches, the round trip to Redis, the cache, the queue and the process", async () => {
  const peer = await openRawPeer(engine);
  const query = () => wireOf("queryBalance", { subscriberIdentifier: "msisdn-seen" });
  const rises = await risesOf(
    [
      "tollgate_batch_operations_sum",
      "tollgate_batch_operations_count",
      "tollgate_redis_round_trip_seconds_count",
      'tollgate_profile_cache_lookups_total{outcome="hit"}',
    ],
    () => peer.ask(...Array.from({ length: 32 }, query)),
  );
  await peer.close();
  expect(rises).toEqual([32, 1, 1, 32]);
  const { text } = await askOperations(engine, "/metrics");
  for (const line of [
    'tollgate_queue_operations{priority="continuing"} 0',
    'tollgate_queue_operations{priority="opening"} 0',
    'tollgate_queue_operations{priority="asking"} 0',
    "tollgate_batches_in_flight 0",
    "tollgate_stale_plans_total ",
    'tollgate_profile_cache_lookups_total{outcome="miss"} ',
    "process_cpu_seconds_total ",
    "process_resident_memory_bytes ",
    "nodejs_eventloop_lag_p99_seconds ",
  ]) {
    expect(text).toContain(`\n${line}`);
  }
  // Nothing of a subscriber, an account or a credential.
  expect(text).not.toMatch(/seen|msisdn|smf-1|bss-1|nnnn|bbbb/);
});

test("counts a plan that was made from a profile that had changed", async () => {
  const other = await startEngineHere({ redisUrl: redis.url });
  const elsewhere = businessClient([other]);
  const peer = await openRawPeer(engine);
  onTestFinished(async () => {
    await peer.close();
    await elsewhere.close();
    await other.stop();
  });
  const query = () => peer.ask(wireOf("queryBalance", { subscriberIdentifier: "msisdn-seen" }));
  await query();
  const [stale] = await risesOf(["tollgate_stale_plans_total"], async () => {
    const identifiers = { subscriberIdentifiers: ["msisdn-seen", "imsi-new"] };
    answered(await elsewhere.putAccount(accountOf("seen", identifiers)));
    expect((await query()).map(resultOf)).toEqual(["SUCCESS"]);
  });
  expect(stale).toBe(1);
});

test("is not ready while Redis does not answer, and is again by itself", async () => {
  redis.process.kill("SIGSTOP");
  onTestFinished(() => void redis.process.kill("SIGCONT"));
  await until("not ready", async () => {
    const { status, failing } = await readinessOf(engine);
    return status === 503 && failing.includes("redis");
  });
  expect((await askOperations(engine, "/livez")).status).toBe(200);
  redis.process.kill("SIGCONT");
  await until("ready", async () => (await readinessOf(engine)).isReady);
});

test("is not ready while Redis does not know the library, which it is told again", async () => {
  const direct = new Redis(redis.url);
  onTestFinished(() => direct.disconnect());
  // The engine may have told it again before it is asked.
  await until("not ready", async () => {
    await direct.call("FUNCTION", "FLUSH");
    const { status, failing } = await readinessOf(engine);
    return status === 503 && failing.includes("scripts");
  });
  await until("ready", async () => (await readinessOf(engine)).isReady);
});

test("is not ready with a clock that is not the one of Redis", async () => {
  const fast = cleanUp.add(
    await startEngineHere({
      redisUrl: redis.url,
      now: () => Date.now() + limits.clockSkewMsMax + 2_000,
    }),
  );
  const { status, failing, checks } = await readinessOf(fast);
  expect(status).toBe(503);
  expect(failing).toContain("clock");
  expect(checks.at(-1)?.detail).toMatch(/^\d+ ms between this machine and Redis$/);
});

test("a session silent for too long ends: its holds go back, and it is counted", async () => {
  let ahead = 0;
  const moving = await startServing(cleanUpOfTest(), { now: () => Date.now() + ahead });
  const { network } = moving;
  await openAccount(moving.business, accountOf("silent"), { main: 100 * cent });
  const opening = sessionMessage("silent", "s", 0, usageOf(web, 0));
  answered(await network.initiate(opening));
  const report = sessionMessage("silent", "s", 1, usageOf(web, 0, mebi));
  const cost = answered(await network.update(report));
  expect((await readHoldings(network, "silent")).buckets["main"]).toEqual([89 * cent, 10 * cent]);

  const line = "tollgate_expired_sessions_total";
  const before = await readMetric(moving.engine, line);
  // Twice its validity time, and the interval in which the list of deadlines is kept.
  ahead = 2 * 600_000 + 2 * limits.deadlineIntervalMs;
  // The engine counts when a round is over, some time after Redis has closed the session. Once it
  // is counted there is nothing left to wait for.
  await until("it is counted", async () => (await readMetric(moving.engine, line)) > before);
  expect(await readMetric(moving.engine, line)).toBe(before + 1);
  const after = await readHoldings(network, "silent");
  expect([after.openSessions, after.buckets["main"]]).toEqual([0, [99 * cent, 0]]);
  // Its last answer is still the answer; use that is told later is settled, and nothing granted.
  expect(answered(await network.update(report))).toEqual(cost);
  const late = sessionMessage("silent", "s", 2, usageOf(web, 0, mebi));
  const settled = await network.update({ ...late, eventTimestamp: late.eventTimestamp + ahead });
  const information = [{ resultCode: resultCodes.UNKNOWN_SESSION_ID.number, grantedUnit: 0 }];
  expect(settled).toMatchObject({ isOk: true, value: { multipleUnitInformation: information } });
  expect((await readHoldings(network, "silent")).openSessions).toBe(0);
});

test("logs who comes and goes and what is refused, and nothing of subscribers", async () => {
  const peer = await openRawPeer(engine);
  await peer.ask(wireOf("event", eventOf("seen", "log", { ratingGroup: message, usedUnit: 1 })));
  peer.send(encodeFrame([]));
  await peer.close();
  await until("the log says so", () => engine.lines.at(-1)?.includes("connection closed") === true);
  const log = engine.lines.join("\n");
  expect(log).toContain('"peer":"smf-1"');
  expect(log).toContain("upgrade refused");
  expect(log).not.toMatch(/msisdn|imsi|nnnn|bbbb|nobody/);
});
