// More than the engine can take. What is refused hears so at once, questions first, then what opens
// something; what goes on is served; what was admitted is answered; and nothing grows without
// bound.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  businessClient,
  createCleanUp,
  type EngineUnderTest,
  networkClient,
  readMetric,
  startEngineHere,
} from "../../scripts/testing/engine.ts";
import { openRawPeer, type RawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import { type RunningRedis, startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  cent,
  mebi,
  openAccount,
  sessionMessage,
  tariffDocument,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import type { WireMessage } from "../protocol/messages.ts";

const cleanUp = createCleanUp();
afterAll(cleanUp.run);
let redis: RunningRedis;
let engine: EngineUnderTest;
let network: Client;

const id = "busy";
/** What left the queue before Redis was found not to answer. */
const inBatches = limits.batchesInFlightPerShardMax * limits.batchOperationsMax;
const queue = limits.queueOperationsMax;

beforeAll(async () => {
  redis = cleanUp.add(await startRedis());
  engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  network = cleanUp.add(networkClient([engine]));
  const business = cleanUp.add(businessClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
  await openAccount(business, accountOf(id), { main: 10_000 * cent });
  answered(await network.initiate(sessionMessage(id, "open", 0, usageOf(web, 0))));
});

// All of a kind are repetitions of one message: each is a request of its own to the queue.
const question = wireOf("queryBalance", { subscriberIdentifier: `msisdn-${id}` });
const opening = wireOf("initiate", sessionMessage(id, "new", 0, usageOf(web, mebi)));
const report = wireOf("update", sessionMessage(id, "open", 1, usageOf(web, 0, mebi)));

let lastCorrelation = 1_000_000;
const copies = (wire: WireMessage, count: number): WireMessage[] =>
  Array.from({ length: count }, () => wire.with(1, ++lastCorrelation));

const count = (answers: readonly WireMessage[], result: string): number =>
  answers.filter((answer) => resultOf(answer) === result).length;

const busyOf = (peer: RawPeer): readonly WireMessage[] =>
  peer.frames.flat().filter((answer) => resultOf(answer) === "TOO_BUSY");

/**
 * Everything in `messages` over one connection, in frames as large as they may be; resolves when
 * the engine has read it all, which the refusal of a message at the end of each frame tells.
 */
const burst = async (messages: readonly WireMessage[]) => {
  const peer = cleanUp.add(await openRawPeer(engine));
  const answers: Promise<readonly WireMessage[]>[] = [];
  const read: Promise<unknown>[] = [];
  const perFrame = limits.frameMessagesMax - 1;
  for (let at = 0; at < messages.length; at += perFrame) {
    answers.push(peer.ask(...messages.slice(at, at + perFrame)));
    read.push(peer.ask([99, ++lastCorrelation]));
  }
  await Promise.all(read);
  return { peer, answers: Promise.all(answers).then((each) => each.flat()) };
};

/** While `during` runs, Redis does not. It has to be over before a hanging Redis is given up. */
const whileRedisStands = async <T>(during: () => Promise<T>): Promise<T> => {
  redis.process.kill("SIGSTOP");
  try {
    return await during();
  } finally {
    redis.process.kill("SIGCONT");
  }
};

test("refuses questions first, then what opens something, and what goes on last", async () => {
  const bursts = await whileRedisStands(async () => [
    await burst(copies(question, 2 * queue * 0.5)),
    await burst(copies(opening, queue * 0.5)),
    await burst(copies(report, queue * 0.5)),
    await burst(copies(question, 10)),
    await burst(copies(opening, 10)),
  ]);
  const [questions, openings, reports, ...late] = await Promise.all(
    bursts.map((each) => each.answers),
  );
  const admitted = [questions, openings, reports].map((answers) => count(answers!, "SUCCESS"));
  const refused = [questions, openings, reports].map((answers) => count(answers!, "TOO_BUSY"));
  // Each kind may fill its share, and what is in batches is no longer in the queue.
  expect(admitted[0]).toBeGreaterThanOrEqual(queue * 0.5);
  expect(admitted[0]).toBeLessThanOrEqual(queue * 0.5 + inBatches);
  expect(admitted[0]! + admitted[1]!).toBeGreaterThanOrEqual(queue * 0.75);
  expect(admitted[0]! + admitted[1]!).toBeLessThanOrEqual(queue * 0.75 + inBatches);
  expect(admitted[0]! + admitted[1]! + admitted[2]!).toBeGreaterThanOrEqual(queue);
  expect(admitted[0]! + admitted[1]! + admitted[2]!).toBeLessThanOrEqual(queue + inBatches);
  expect(admitted.map((sum, i) => sum + refused[i]!)).toEqual([queue, queue * 0.5, queue * 0.5]);
  expect(late.flat().map(resultOf)).toEqual(new Array(20).fill("TOO_BUSY"));
  for (const { peer } of bursts) {
    for (const answer of busyOf(peer)) expect(answer[4]).toBe(limits.retryAfterMs);
  }
});

test("lets no connection have more under way than it may, and the others go on", async () => {
  const most = limits.operationsInFlightPerConnectionMax;
  const { greedy, modest } = await whileRedisStands(async () => ({
    greedy: await burst(copies(report, most + 100)),
    modest: await burst(copies(report, 10)),
  }));
  const answers = await greedy.answers;
  expect([count(answers, "SUCCESS"), count(answers, "TOO_BUSY")]).toEqual([most, 100]);
  expect(busyOf(greedy.peer)[0]?.[3]).toContain(`${most} operations are under way here`);
  expect((await modest.answers).map(resultOf)).toEqual(new Array(10).fill("SUCCESS"));
  // It is not held against it later.
  const again = await burst(copies(report, 10));
  expect((await again.answers).map(resultOf)).toEqual(new Array(10).fill("SUCCESS"));
});

test("bounds what waits for accounts that are not in memory as well", async () => {
  const strangers = Array.from({ length: queue }, (_, i) =>
    question.with(1, ++lastCorrelation).with(2, `stranger-${i}`),
  );
  const { answers } = await whileRedisStands(() => burst(strangers));
  const seen = await answers;
  expect(count(seen, "USER_UNKNOWN")).toBe(queue * 0.5);
  expect(count(seen, "TOO_BUSY")).toBe(queue * 0.5);
});

const refusedUpdates = 'tollgate_operations_total{operation="update",result_code="TOO_BUSY"}';

/** Asks again as soon as it is answered, so that `outstanding` questions are always under way. */
const flood = async (outstanding: number) => {
  const peer = await openRawPeer(engine);
  const tally = { served: 0, refused: 0, isOver: false };
  const keepAsking = async () => {
    while (!tally.isOver) {
      for (const answer of await peer.ask(...copies(question, outstanding))) {
        if (resultOf(answer) === "TOO_BUSY") tally.refused++;
        else tally.served++;
      }
    }
  };
  return { tally, over: Promise.all([keepAsking(), keepAsking()]).then(() => peer.close()) };
};

test("charges on at twice what it can take, while questions are turned away", async () => {
  const refusedBefore = await readMetric(engine, refusedUpdates);
  const floods = await Promise.all([1, 2, 3, 4, 5].map(() => flood(limits.frameMessagesMax)));
  const depths: number[] = [];
  const delays: number[] = [];
  const until = performance.now() + 3_000;
  const charge = async (session: string) => {
    const start = { ...sessionMessage(id, session, 0, usageOf(web, mebi)) };
    answered(await network.initiate(start));
    for (let sequence = 1; performance.now() < until; sequence++) {
      const askedAt = performance.now();
      const update = sessionMessage(id, session, sequence, usageOf(web, mebi, 0));
      answered(await network.update(update));
      delays.push(performance.now() - askedAt);
    }
  };
  const watch = async () => {
    while (performance.now() < until) {
      depths.push(await readMetric(engine, 'tollgate_queue_operations{priority="asking"}'));
      await sleep(100);
    }
  };
  await Promise.all([...Array.from({ length: 20 }, (_, i) => charge(`s-${i}`)), watch()]);
  for (const { tally } of floods) tally.isOver = true;
  await Promise.all(floods.map(({ over }) => over));

  const sum = (of: "served" | "refused") => floods.reduce((all, { tally }) => all + tally[of], 0);
  expect(sum("refused")).toBeGreaterThan(0);
  expect(sum("served")).toBeGreaterThan(0);
  expect(Math.max(...depths)).toBeLessThanOrEqual(queue * 0.5);
  expect(delays.length).toBeGreaterThan(200);
  expect(Math.max(...delays)).toBeLessThan(2_000);
  expect(await readMetric(engine, refusedUpdates)).toBe(refusedBefore);
});
