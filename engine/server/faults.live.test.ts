// What breaks, broken on purpose under load: Redis killed, paused, full, loading; its connection
// cut between request and reply; an engine killed. Nothing is charged twice, nothing is lost, and
// nobody waits longer than the deadline to hear what is known.

import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startChargedWork } from "../../scripts/testing/charged-work.ts";
import {
  askOperations,
  businessToken,
  cleanUpOfTest,
  type EngineUnderTest,
  openClients,
  startEngineHere,
  startEngineProcess,
  startServing,
  until,
} from "../../scripts/testing/engine.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { openRawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import { type RedisOptions, startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  codeOf,
  eventOf,
  mebi,
  message,
  openAccount,
  readHoldings,
  sessionMessage,
  tariffDocument,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { startTcpProxy } from "../../scripts/testing/tcp-proxy.ts";
import { limits } from "../limits.ts";
import { keys } from "../store/keys.ts";

const accountsOfWork = Array.from({ length: 24 }, (_, i) => `work-${i}`);
/** Patient enough for a Redis that has to start again on a slow machine. */
const patience = { deadlineMs: 20_000 };

/** A Redis, an engine in this process and clients of it, for one test. */
const startBoth = (redis: RedisOptions = {}) =>
  startServing(cleanUpOfTest(), { redis, clients: patience });

/** With a proxy between engine and Redis, which can lose replies and cut connections. */
const startBehindProxy = async () => {
  const cleanUp = cleanUpOfTest();
  const redis = cleanUp.add(await startRedis());
  const proxy = cleanUp.add(await startTcpProxy(redis.port));
  const redisUrl = `redis://127.0.0.1:${proxy.port}`;
  const engine = cleanUp.add(await startEngineHere({ redisUrl }));
  return { redis, proxy, engine, ...(await openClients(cleanUp, [engine], patience)) };
};

const isReady = async (engine: EngineUnderTest) =>
  (await askOperations(engine, "/readyz")).status === 200;

test("Redis is killed and started again under load: nothing is charged twice", async () => {
  const { redis, engine, ...clients } = await startBoth({ appendOnly: true });
  const work = await startChargedWork(clients, accountsOfWork);
  for (let times = 0; times < 3; times++) {
    const before = work.answered();
    await until("work is done", () => work.answered() > before + 500);
    await redis.kill();
    await until("the engine is not ready", async () => !(await isReady(engine)));
    await redis.restart();
    await until("the engine is ready again", () => isReady(engine));
  }
  await work.settle();
  await expectNoDrift(redis.url);
});

test("a reply that is lost on its way is asked for again, with the same key", async () => {
  const { redis, proxy, network, business } = await startBehindProxy();
  await openAccount(business, accountOf("cut"), { main: 100 * cent });
  const direct = new Redis(redis.url);
  onTestFinished(() => direct.disconnect());
  answered(await network.initiate(sessionMessage("cut", "s", 0, usageOf(web, 0))));

  const requests = [
    () => network.update(sessionMessage("cut", "s", 1, usageOf(web, 0, mebi))),
    () => network.event(eventOf("cut", "e", { ratingGroup: message, usedUnit: 1 })),
    () => business.topUp({ requestId: "t", accountId: "cut", bucketId: "main", amount: cent }),
    () => network.terminate(sessionMessage("cut", "s", 2, usageOf(web, null, mebi))),
  ];
  for (const request of requests) {
    const journalled = await direct.xlen(keys.journal(0));
    proxy.swallowReplies();
    const answer = request();
    await until("Redis has carried it out", async () => {
      return (await direct.xlen(keys.journal(0))) > journalled;
    });
    proxy.cut();
    expect(await answer).toMatchObject({ isOk: true });
    expect(await direct.xlen(keys.journal(0))).toBe(journalled + 1);
  }
  expect((await readHoldings(network, "cut")).buckets["main"]).toEqual([90 * cent, 0]);
  await expectNoDrift(redis.url);
});

test("the connection to Redis is cut again and again under load: the books stay true", async () => {
  const { redis, proxy, ...clients } = await startBehindProxy();
  const work = await startChargedWork(clients, accountsOfWork);
  for (let times = 0; times < 12; times++) {
    const before = work.answered();
    await until("work is done", () => work.answered() > before + 100);
    if (times % 2 === 0) proxy.swallowReplies();
    await new Promise((resolve) => setTimeout(resolve, 5 * times));
    proxy.cut();
  }
  await work.settle();
  await expectNoDrift(redis.url);
});

test("the wire to Redis goes dead, and a new one too: it is well once a wire is", async () => {
  const { redis, proxy, engine, network, business } = await startBehindProxy();
  await openAccount(business, accountOf("dead"), { main: 100 * cent });
  const event = eventOf("dead", "e", { ratingGroup: message, usedUnit: 1 });
  proxy.silence();
  const answer = network.event(event);
  await until("the engine is not ready", async () => !(await isReady(engine)));
  // By then it has given up the connection that it had, and the next one is as dead.
  await new Promise((resolve) => setTimeout(resolve, 2 * limits.batchTimeoutMs));
  proxy.mend();
  await until("the engine is ready again", () => isReady(engine));
  expect(answered(await answer).cost).toBe(9 * cent);
  expect((await readHoldings(network, "dead")).buckets["main"]).toEqual([91 * cent, 0]);
  await expectNoDrift(redis.url);
});

test("Redis hangs: whoever asks hears in time what is known, and it goes on after", async () => {
  const { redis, engine, network, business } = await startBoth();
  await openAccount(business, accountOf("hung"), { main: 100 * cent });
  const peer = await openRawPeer(engine);
  const bss = await openRawPeer(engine, businessToken);
  onTestFinished(async () => {
    await peer.close();
    await bss.close();
  });
  await peer.ask(wireOf("queryBalance", { subscriberIdentifier: "msisdn-hung" }));
  const event = wireOf("event", eventOf("hung", "e", { ratingGroup: message, usedUnit: 1 }));

  redis.process.kill("SIGSTOP");
  onTestFinished(() => void redis.process.kill("SIGCONT"));
  const askedAt = performance.now();
  const [outcome, unknown, put, published] = await Promise.all([
    peer.ask(event),
    peer.ask(wireOf("queryBalance", { subscriberIdentifier: "not-cached" })),
    bss.ask(wireOf("putAccount", accountOf("other"))),
    bss.ask(wireOf("publishTariff", { document: tariffDocument("other") })),
  ]);
  // The deadline, and the second in which it is noticed that nothing comes.
  const boundMs = limits.operationDeadlineMs + 2 * limits.batchTimeoutMs;
  expect(performance.now() - askedAt).toBeLessThan(boundMs + 3_000);
  expect(outcome.map(resultOf)).toEqual(["OUTCOME_UNKNOWN"]);
  expect(unknown.map(resultOf)).toEqual(["STORE_UNAVAILABLE"]);
  expect([...put, ...published].map(resultOf)).toEqual(["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]);
  const { status, text } = await askOperations(engine, "/readyz");
  expect([status, text]).toEqual([503, expect.stringContaining('"redis","isOk":false')]);

  redis.process.kill("SIGCONT");
  await until("the engine is ready again", () => isReady(engine));
  expect((await peer.ask(event)).map(resultOf)).toEqual(["SUCCESS"]);
  expect((await peer.ask(event)).map(resultOf)).toEqual(["SUCCESS"]);
  expect((await readHoldings(network, "hung")).buckets["main"]).toEqual([91 * cent, 0]);
  await expectNoDrift(redis.url);
});

test("Redis hangs under load, longer than the deadline: the books stay true", async () => {
  const { redis, ...clients } = await startBoth();
  const work = await startChargedWork(clients, accountsOfWork);
  await until("work is done", () => work.answered() > 300);
  redis.process.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, limits.operationDeadlineMs + 2_000));
  redis.process.kill("SIGCONT");
  const before = work.answered();
  await until("work is done again", () => work.answered() > before + 300);
  await work.settle();
  await expectNoDrift(redis.url);
});

test("Redis is out of memory: every change is refused, nothing changes", async () => {
  const { redis, network, business } = await startBoth();
  await openAccount(business, accountOf("full"), { main: 100 * cent });
  answered(await network.initiate(sessionMessage("full", "s", 0, usageOf(web, 0))));
  const direct = new Redis(redis.url);
  onTestFinished(() => direct.disconnect());
  const written = async () => [
    await direct.getBuffer(keys.account(0, "full")),
    await direct.xlen(keys.journal(0)),
  ];
  const before = await written();
  await direct.config("SET", "maxmemory", "1mb");

  const soon = { deadlineMs: 300 };
  const event = eventOf("full", "e", { ratingGroup: message, usedUnit: 1 });
  const topUp = { requestId: "t", accountId: "full", bucketId: "main", amount: cent };
  const update = sessionMessage("full", "s", 1, usageOf(web, 0, mebi));
  const withGift = accountOf("full", {
    buckets: [...accountOf("full").buckets, bucketOf("gift", "money")],
  });
  const asks = [
    () => network.initiate(sessionMessage("full", "t", 0, usageOf(web, 0)), soon),
    () => network.update(update, soon),
    () => network.terminate(sessionMessage("full", "s", 1, usageOf(web, null, mebi)), soon),
    () => network.event(event, soon),
    () => business.topUp(topUp, soon),
    () => business.putAccount(withGift, soon),
    () => business.publishTariff({ document: tariffDocument("other") }, soon),
  ];
  const refused: unknown[] = [];
  for (const ask of asks) {
    let code = codeOf(await ask());
    // The client's own retry was under way at the deadline: asked again, as whoever hears so must.
    for (let again = 0; code === "OUTCOME_UNKNOWN" && again < 5; again++)
      code = codeOf(await ask());
    refused.push(code);
  }
  expect(refused).toEqual(asks.map(() => "STORE_FULL"));
  expect(await written()).toEqual(before);

  await direct.config("SET", "maxmemory", "0");
  expect(answered(await network.update(update)).cost).toBe(cent);
  expect(answered(await network.event(event)).cost).toBe(9 * cent);
  expect(answered(await business.topUp(topUp)).remaining).toBeGreaterThan(0);
  await expectNoDrift(redis.url);
});

test("Redis takes no writes: that is said at the deadline, nothing was done", async () => {
  const { redis, engine, network, business } = await startBoth();
  await openAccount(business, accountOf("read-only"), { main: 100 * cent });
  const before = await readHoldings(network, "read-only");
  const direct = new Redis(redis.url);
  onTestFinished(() => direct.disconnect());
  await direct.config("SET", "min-replicas-to-write", "1");
  const peer = await openRawPeer(engine);
  onTestFinished(async () => void (await peer.close()));
  const event = wireOf("event", eventOf("read-only", "e", { ratingGroup: message, usedUnit: 1 }));
  expect((await peer.ask(event)).map(resultOf)).toEqual(["STORE_UNAVAILABLE"]);
  await direct.config("SET", "min-replicas-to-write", "0");
  expect(await readHoldings(network, "read-only")).toEqual(before);
  expect((await peer.ask(event)).map(resultOf)).toEqual(["SUCCESS"]);
});

test("Redis forgets our library under load: it is told again, and nothing is lost", async () => {
  const { redis, engine, ...clients } = await startBoth();
  const work = await startChargedWork(clients, accountsOfWork);
  const direct = new Redis(redis.url);
  onTestFinished(() => direct.disconnect());
  for (let times = 0; times < 5; times++) {
    const before = work.answered();
    await until("work is done", () => work.answered() > before + 100);
    await direct.call("FUNCTION", "FLUSH");
  }
  await until("the engine is ready", () => isReady(engine));
  await work.settle();
  await expectNoDrift(redis.url);
});

test("Redis is still loading: requests wait or are refused", async () => {
  // A tenth of a millisecond for each command of its file: it takes more than a second to load.
  const options = { appendOnly: true, extra: ["--key-load-delay", "100"] };
  const { redis, engine, network, business } = await startBoth(options);
  await openAccount(business, accountOf("loading"), { main: 100 * cent });
  const direct = new Redis(redis.url);
  const filler = direct.pipeline();
  for (let i = 0; i < 10_000; i++) filler.set(`{0}:filler:${i}`, "x");
  await filler.exec();
  direct.disconnect();

  const restarted = redis.restart();
  await until("the engine is not ready", async () => !(await isReady(engine)));
  const early = await network.event(eventOf("loading", "early"), { deadlineMs: 200 });
  expect(["OUTCOME_UNKNOWN", "STORE_UNAVAILABLE"]).toContain(codeOf(early));
  const event = eventOf("loading", "e", { ratingGroup: message, usedUnit: 1 });
  const patient = network.event(event);
  await restarted;
  expect(answered(await patient).cost).toBe(9 * cent);
  expect(await network.event(event)).toEqual(await patient);
  await until("the engine is ready again", () => isReady(engine));
  expect((await readHoldings(network, "loading")).buckets["main"]).toEqual([91 * cent, 0]);
  await expectNoDrift(redis.url);
});

test("an engine is killed under load: its clients go on with the other one", async () => {
  const cleanUp = cleanUpOfTest();
  const redis = cleanUp.add(await startRedis());
  const redisUrl = redis.url;
  const engines = [await startEngineProcess({ redisUrl }), await startEngineProcess({ redisUrl })];
  for (const engine of engines) cleanUp.add(engine);
  const clients = await openClients(cleanUp, engines, patience);
  const work = await startChargedWork(clients, accountsOfWork);
  await until("work is done", () => work.answered() > 300);
  await engines[0]!.kill();
  const before = work.answered();
  await until("work is done again", () => work.answered() > before + 300);
  await work.settle();
  await expectNoDrift(redis.url);
  expect([...work.refusals.keys()].filter((code) => code !== "OUTCOME_UNKNOWN")).toEqual([]);
});
