// The same engine on a Redis Cluster of three primaries with sixteen shards: the same answers as on
// a single Redis, one by one; batches that never leave their shard; and a node that forgets the
// library, hangs or crashes while it is charging.

import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChargedWork } from "../../scripts/testing/charged-work.ts";
import {
  askOperations,
  businessClient,
  createCleanUp,
  type EngineUnderTest,
  networkClient,
  readMetric,
  startEngineHere,
  until,
} from "../../scripts/testing/engine.ts";
import { listenToNotices } from "../../scripts/testing/network-element.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import {
  type RunningRedisCluster,
  startRedisCluster,
} from "../../scripts/testing/redis-cluster.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  sessionMessage,
  tariffDocument,
  unpriced,
  usageOf,
  video,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import type { Client } from "../protocol/client/client.ts";
import { keys, shardOf } from "../store/keys.ts";

const shards = 16;
const patience = { deadlineMs: 20_000 };
const cleanUp = createCleanUp();
let cluster: RunningRedisCluster;
let engine: EngineUnderTest;
type Clients = { readonly network: Client; readonly business: Client };
let onCluster: Clients;
let onSingle: Clients;
let nodes: readonly Redis[];

const clientsOf = (of: EngineUnderTest): Clients => ({
  network: cleanUp.add(networkClient([of], patience)),
  business: cleanUp.add(businessClient([of], patience)),
});

beforeAll(async () => {
  cluster = cleanUp.add(await startRedisCluster({ primaries: 3, appendOnly: true }));
  const single = cleanUp.add(await startRedis());
  const redisUrl = cluster.urls[0]!;
  engine = cleanUp.add(await startEngineHere({ redisUrl, isRedisCluster: true, shards }));
  onCluster = clientsOf(engine);
  onSingle = clientsOf(cleanUp.add(await startEngineHere({ redisUrl: single.url })));
  nodes = cluster.urls.map((url) => new Redis(url));
  for (const node of nodes) {
    node.on("error", () => undefined);
    cleanUp.add({ close: async () => node.disconnect() });
  }
  for (const { business } of [onCluster, onSingle]) {
    answered(await business.publishTariff({ document: tariffDocument() }));
  }
});
afterAll(cleanUp.run);

/** Every answer and refusal of an eventful life, in the order asked; the same for the same id. */
const liveOn = async ({ network, business }: Clients, id: string, at: number) => {
  const seen: unknown[] = [];
  const note = async (answer: Promise<unknown>) => void seen.push(await answer);
  const session = (sequence: number, ...usage: readonly ReturnType<typeof usageOf>[]) => ({
    ...sessionMessage(id, "s", sequence, ...usage),
    eventTimestamp: at,
  });
  const event = (requestId: string, ratingGroup: number, usedUnit: number) => ({
    ...eventOf(id, requestId, { ratingGroup, usedUnit }),
    eventTimestamp: at,
  });
  const topUp = { requestId: "t", accountId: id, bucketId: "main", amount: 40 * cent };
  const account = accountOf(id);
  const query = () => network.queryBalance({ subscriberIdentifier: `imsi-${id}` });

  await note(query());
  await note(business.putAccount(account));
  await note(business.putAccount(account));
  await note(business.topUp({ ...topUp, requestId: "a", bucketId: "allowance", amount: 3 * mebi }));
  await note(business.topUp(topUp));
  await note(business.topUp(topUp));
  await note(business.topUp({ ...topUp, amount: 1 }));
  const opening = session(0, usageOf(web, 0), usageOf(video, 0), usageOf(unpriced, 0));
  await note(network.initiate(opening));
  await note(network.initiate(opening));
  await note(query());
  await note(network.update(session(2, usageOf(web, 0, mebi))));
  const report = session(1, usageOf(web, 0, 5 * mebi), usageOf(video, null, mebi + 1));
  await note(network.update(report));
  await note(network.update(report));
  await note(network.update(session(1, usageOf(web, 0, 6 * mebi))));
  await note(network.event(event("e", message, 1)));
  await note(network.event(event("e", message, 1)));
  await note(network.event(event("e", message, 2)));
  await note(network.event(event("f", message, 99)));
  await note(network.terminate(session(2, usageOf(web, null, mebi), usageOf(voice, null, 61))));
  await note(network.update(session(3, usageOf(web, 0))));
  await note(business.putAccount(accountOf(id, { buckets: [bucketOf("allowance", "octets")] })));
  await note(query());
  return seen;
};

test("gives the same answers as a single Redis, one by one, on every shard", async () => {
  const ids = Array.from({ length: 64 }, (_, i) => `life-${i}`);
  expect(new Set(ids.map((id) => shardOf(id, shards))).size).toBe(shards);
  const at = Date.now();
  const lives = await Promise.all(
    ids.flatMap((id) => [liveOn(onCluster, id, at), liveOn(onSingle, id, at)]),
  );
  for (let i = 0; i < lives.length; i += 2) expect(lives[i]).toEqual(lives[i + 1]);
});

test("takes in a rate deck as a single Redis does", async () => {
  const publishOn = async ({ business }: Clients) => {
    const name = { rateDeckId: "world", uploadId: "u" };
    return [
      await business.putRateDeckPart({ ...name, part: 0, lines: "33,FR\n" }),
      await business.publishRateDeck({ ...name, parts: 2 }),
      await business.putRateDeckPart({ ...name, part: 1, lines: "34,ES\n" }),
      await business.publishRateDeck({ ...name, parts: 2 }),
      await business.publishRateDeck({ ...name, parts: 2 }),
    ];
  };
  const answers = await publishOn(onCluster);
  expect(answers[3]).toMatchObject({ value: { deckVersion: 1, rows: 2, isChanged: true } });
  expect(answers).toEqual(await publishOn(onSingle));
});

test("tells network elements of their sessions on every shard", async () => {
  const { network, business } = onCluster;
  const ids = Array.from({ length: 96 }, (_, i) => `told-${i}`);
  expect(new Set(ids.map((id) => shardOf(id, shards))).size).toBe(shards);
  const heard = listenToNotices(network);
  const money = { buckets: [bucketOf("main", "money")] };
  for (const id of ids) {
    await openAccount(business, accountOf(id, money), { main: cent });
    answered(await network.initiate(sessionMessage(id, id, 0, usageOf(web, 0))));
    const topUp = { requestId: "more", accountId: id, bucketId: "main", amount: cent };
    answered(await business.topUp(topUp));
  }
  await until("all hear", () => heard.length >= ids.length);
  expect(heard.map(({ sessionId }) => sessionId).sort()).toEqual(ids.sort());
  const waiting = () => readMetric(engine, "tollgate_notices_waiting");
  await until("all is acknowledged", async () => (await waiting()) === 0);
});

test("puts every account, its profile and its journal where its shard is", async () => {
  const homes = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    for (const key of await node.keys("*")) {
      expect(homes.has(key)).toBe(false);
      homes.set(key, index);
    }
  }
  for (let i = 0; i < 64; i++) {
    const shard = shardOf(`life-${i}`, shards);
    const home = homes.get(keys.account(shard, `life-${i}`));
    expect(home).toBeDefined();
    expect(homes.get(keys.profile(shard, `life-${i}`))).toBe(home);
    expect(homes.get(keys.journal(shard))).toBe(home);
  }
  expect(new Set(homes.values()).size).toBe(nodes.length);
});

test("never asked a node for what another one has, nor for two slots at once", async () => {
  for (const node of nodes) {
    const errors = await node.info("errorstats");
    expect(errors).not.toMatch(/errorstat_(MOVED|CROSSSLOT|ASK|CLUSTERDOWN|TRYAGAIN)/);
  }
  expect(engine.lines.filter((line) => !line.includes('"level":"info"'))).toEqual([]);
});

const accountsOfWork = (name: string) => Array.from({ length: 24 }, (_, i) => `${name}-${i}`);
const isReady = async () => (await askOperations(engine, "/readyz")).status === 200;

test("tells a node that forgot the library again, in the middle of the work", async () => {
  const work = await startChargedWork(onCluster, accountsOfWork("flush"));
  for (let times = 0; times < 6; times++) {
    const before = work.answered();
    await until("work is done", () => work.answered() > before + 100);
    await nodes[times % nodes.length]!.call("FUNCTION", "FLUSH");
  }
  await until("the engine is ready", isReady);
  await work.settle();
});

test("serves the other shards while a node hangs, and all of them after", async () => {
  const work = await startChargedWork(onCluster, accountsOfWork("hung"));
  await until("work is done", () => work.answered() > 200);
  const hung = cluster.nodes[1]!.process;
  hung.kill("SIGSTOP");
  await until("the engine is not ready", async () => !(await isReady()));
  for (let times = 0; times < 3; times++) {
    const before = work.answered();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await until("the others are served", () => work.answered() > before + 100);
  }
  hung.kill("SIGCONT");
  await until("the engine is ready", isReady);
  await work.settle();
});

test("goes on after a node crashed and came back", async () => {
  const work = await startChargedWork(onCluster, accountsOfWork("crash"));
  await until("work is done", () => work.answered() > 200);
  await cluster.nodes[2]!.kill();
  await until("the engine is not ready", async () => !(await isReady()));
  await cluster.nodes[2]!.restart();
  await until("the engine is ready", isReady);
  const before = work.answered();
  await until("work is done again", () => work.answered() > before + 200);
  await work.settle();
});

test("has not one unit of drift after all that", async () => {
  await expectNoDrift(cluster.urls[0]!, { isCluster: true, shards });
});
