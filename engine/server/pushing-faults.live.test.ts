// Notices when something is in the way: no connection, an engine that dies with one in its hands, a
// network element that says nothing, a session that another one took over. A notice comes at least
// once, and what waits is never in the way of charging.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  businessToken,
  cleanUpOfTest,
  endpointOf,
  networkClient,
  otherNetworkClient,
  otherNetworkToken,
  readMetric,
  startEngineHere,
  startEngineProcess,
  startServing,
  until,
} from "../../scripts/testing/engine.ts";
import { listenToNotices } from "../../scripts/testing/network-element.ts";
import { openRawPeer, type RawPeer } from "../../scripts/testing/raw-peer.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  codeOf,
  mebi,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import { type Client, createClient } from "../protocol/client/client.ts";
import { notices } from "../protocol/operations.ts";
import { openStore } from "../store/connection.ts";
import { takeNotices } from "../store/notices.ts";

const { number: reauthorize } = notices.reauthorize;

/** A session that waits for credit; the number of the peer that it belongs to is 1. */
const stall = async (network: Client, business: Client, id: string) => {
  const account = accountOf(id, { buckets: [bucketOf("main", "money")] });
  await openAccount(business, account, { main: cent });
  answered(await network.initiate(sessionMessage(id, id, 0, usageOf(web, 0))));
  answered(await network.update(sessionMessage(id, id, 1, usageOf(web, 0, mebi))));
};
const topUp = async (business: Client, accountId: string, requestId = "more") =>
  answered(await business.topUp({ requestId, accountId, bucketId: "main", amount: 90 * cent }));
const waiting = (engine: { readonly operationsPort: number }) =>
  readMetric(engine, "tollgate_notices_waiting");
const outcomes = (engine: { readonly operationsPort: number }, outcome: string) =>
  readMetric(engine, `tollgate_notices_total{outcome="${outcome}"}`);
const pushesTo = (peer: RawPeer) => peer.frames.flat().filter(([number]) => number === reauthorize);

test("a notice outlives the engine that was to deliver it", async () => {
  const cleanUp = cleanUpOfTest();
  const { redis, engine, network, business } = await startServing(cleanUp);
  await network.close();
  const doomed = cleanUp.add(await startEngineProcess({ redisUrl: redis.url }));
  const element = cleanUp.add(networkClient([doomed, engine]));
  const onDoomed = cleanUp.add(networkClient([doomed]));
  const heard = listenToNotices(element);
  await stall(onDoomed, business, "killed");
  await element.close();
  // It has the only connection of the peer, and hears nothing any more.
  doomed.process.kill("SIGSTOP");
  await topUp(business, "killed");
  await doomed.kill();
  await until("it is seen to wait", async () => (await waiting(engine)) === 1);
  const back = listenToNotices(cleanUp.add(networkClient([engine])));
  await until("it is delivered", () => back.length === 1);
  await until("it is over", async () => (await waiting(engine)) === 0);
  expect([heard.length, back[0]!.sessionId]).toEqual([0, "killed"]);
});

test("a notice that an engine took and never sent comes after the pause", async () => {
  let now = Date.now();
  const cleanUp = cleanUpOfTest();
  const serving = await startServing(cleanUp, { now: () => now });
  const { redis, engine, network, business } = serving;
  await stall(network, business, "taken");
  await network.close();
  await topUp(business, "taken");
  const onError = () => undefined;
  const store = cleanUp.add(await openStore({ url: redis.url, isCluster: false, onError }));
  const taken = await takeNotices(store, 0, now, [1]);
  expect(taken.notices).toMatchObject([{ sessionId: "taken", sent: 1, ratingGroups: [web] }]);
  const heard = listenToNotices(cleanUp.add(networkClient([engine])));
  now += limits.noticePauseMsMin - 1;
  await sleep(2 * limits.sweepIntervalMs + 200);
  expect(heard).toEqual([]);
  now += 1;
  await until("it comes again", () => heard.length === 1);
  expect(heard[0]!.noticeId).toBe(taken.notices[0]!.noticeId);
});

test("a notice waits for a network element that is away, without an end of its own", async () => {
  let ahead = 0;
  const cleanUp = cleanUpOfTest();
  const serving = await startServing(cleanUp, { now: () => Date.now() + ahead });
  const { engine, network, business } = serving;
  await stall(network, business, "away");
  await network.close();
  await topUp(business, "away");
  await until("it is seen to wait", async () => (await waiting(engine)) === 1);
  for (let i = 0; i < 3; i++) {
    ahead += 5 * 60_000;
    await sleep(1_200);
  }
  expect(await waiting(engine)).toBe(1);
  const back = cleanUp.add(networkClient([engine]));
  const heard = listenToNotices(back);
  await until("it comes", () => heard.length === 1);
  const anew = { ...sessionMessage("away", "away", 2, usageOf(web, 0)) };
  const update = answered(await back.update({ ...anew, eventTimestamp: Date.now() + ahead }));
  expect(update.multipleUnitInformation).toMatchObject([{ grantedUnit: 10 * mebi }]);
});

test("one that is never acknowledged comes again ever more seldom, and is given up", async () => {
  let ahead = 0;
  const cleanUp = cleanUpOfTest();
  const serving = await startServing(cleanUp, { now: () => Date.now() + ahead });
  const { engine, network, business } = serving;
  await stall(network, business, "mute");
  await network.close();
  const givenUp = await outcomes(engine, "givenUp");
  const mute = cleanUp.add(await openRawPeer(engine));
  await topUp(business, "mute");
  const pauses: number[] = [];
  for (let sent = 1; sent <= limits.noticeSentMax; sent++) {
    await until(`number ${sent}`, () => pushesTo(mute).length === sent);
    const pause = Math.min(limits.noticePauseMsMin * 2 ** (sent - 1), limits.noticePauseMsMax);
    pauses.push(pause);
    // Not before its time, but for the second or so that a round may take.
    ahead += Math.max(0, pause - 3_000);
    await sleep(pause > 3_000 ? 1_100 : 0);
    expect(pushesTo(mute)).toHaveLength(sent);
    ahead += 3_000;
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map((seconds) => 1_000 * seconds));
  await until("it is given up", async () => (await outcomes(engine, "givenUp")) === givenUp + 1);
  expect(await waiting(engine)).toBe(0);
  expect(new Set(pushesTo(mute).map(([, , noticeId]) => noticeId)).size).toBe(1);
  expect(engine.lines.join("")).toContain("a network element did not acknowledge; given up");
  // All the while it was charged as ever.
  expect((await readHoldings(business, "mute")).buckets["main"]).toEqual([90 * cent, 0]);
});

test("of a session that is over nobody is told any more", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, network, business } = await startServing(cleanUp);
  await stall(network, business, "over");
  await network.close();
  await topUp(business, "over");
  const other = cleanUp.add(otherNetworkClient([engine]));
  const heard = listenToNotices(other);
  const ended = await outcomes(engine, "ended");
  answered(await other.terminate(sessionMessage("over", "over", 2, usageOf(web, null))));
  const back = listenToNotices(cleanUp.add(networkClient([engine])));
  await until("it is dropped", async () => (await outcomes(engine, "ended")) === ended + 1);
  expect([heard, back, await waiting(engine)]).toEqual([[], [], 0]);
});

test("what waits for one network element goes to the one that takes its session over", async () => {
  let ahead = 0;
  const cleanUp = cleanUpOfTest();
  const serving = await startServing(cleanUp, { now: () => Date.now() + ahead });
  const { engine, network, business } = serving;
  await stall(network, business, "moved");
  await network.close();
  const request = { requestId: "r", accountId: "moved", sessionId: null, reason: "fraud" };
  answered(await business.requestNotice({ ...request, kind: "abort" }));
  const other = cleanUp.add(otherNetworkClient([engine]));
  const heard = listenToNotices(other);
  answered(await other.update(sessionMessage("moved", "moved", 2, usageOf(web, 0))));
  ahead = limits.noticeLeftMs;
  await until("it moves", () => heard.length === 1);
  expect(heard).toMatchObject([{ kind: "abort", sessionId: "moved", reason: "fraud" }]);
  await until("it is over", async () => (await waiting(engine)) === 0);
});

test("only the network element that a notice is for can acknowledge it", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, network, business } = await startServing(cleanUp);
  await stall(network, business, "mine");
  await network.close();
  const [peer, stranger] = [
    cleanUp.add(await openRawPeer(engine)),
    cleanUp.add(otherNetworkClient([engine])),
  ];
  await topUp(business, "mine");
  await until("it comes", () => pushesTo(peer).length === 1);
  const acknowledgement = { noticeId: String(pushesTo(peer)[0]![2]), resultCode: 2001 };
  const strange = await stranger.acknowledgeNotice(acknowledgement);
  expect(answered(strange)).toEqual({ isWaiting: false });
  const back = cleanUp.add(networkClient([engine]));
  expect(answered(await back.acknowledgeNotice(acknowledgement))).toEqual({ isWaiting: true });
  expect(answered(await back.acknowledgeNotice(acknowledgement))).toEqual({ isWaiting: false });
});

test("one that is too busy to comply is told once more; one that cannot is not", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, network, business } = await startServing(cleanUp);
  await stall(network, business, "busy");
  const refused = await outcomes(engine, "refused");
  const postponed = await outcomes(engine, "postponed");
  const heard = listenToNotices(network, () => {
    if (heard.length === 1) return "TOO_BUSY";
    throw new Error("the session is not known here");
  });
  await topUp(business, "busy");
  await until("it is refused", async () => (await outcomes(engine, "refused")) === refused + 1);
  expect(heard.map(({ sessionId }) => sessionId)).toEqual(["busy", "busy"]);
  expect((await outcomes(engine, "postponed")) - postponed).toBe(1);
  await until("it is over", async () => (await waiting(engine)) === 0);
});

test("a connection that nobody listens on leaves it to another one of the peer", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, network, business } = await startServing(cleanUp);
  await stall(network, business, "deaf");
  const heard = listenToNotices(cleanUp.add(networkClient([engine])));
  await topUp(business, "deaf");
  await until("the other hears", () => heard.length === 1);
  await until("it is over", async () => (await waiting(engine)) === 0);
});

test("a network element that came with a new peers file hears like any other", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, business } = await startServing(cleanUp);
  const token = "z".repeat(43);
  engine.addNetworkPeer("smf-new", token);
  const endpoints = [endpointOf(engine)];
  const heard = listenToNotices(cleanUp.add(createClient({ endpoints, token })));
  const added = cleanUp.add(createClient({ endpoints, token }));
  await stall(added, business, "new");
  await topUp(business, "new");
  await until("it hears", () => heard.length === 1);
});

test("who keeps accounts never gets one, nor a network element without the session", async () => {
  const cleanUp = cleanUpOfTest();
  const { engine, network, business } = await startServing(cleanUp);
  const keeper = cleanUp.add(await openRawPeer(engine, businessToken));
  const other = cleanUp.add(await openRawPeer(engine, otherNetworkToken));
  const heard = listenToNotices(network);
  await stall(network, business, "private");
  await topUp(business, "private");
  await until("the one that it is for hears", () => heard.length === 1);
  await sleep(2 * limits.noticePauseMsMin);
  expect([keeper.frames, other.frames]).toEqual([[], []]);
  const acknowledged = await business.acknowledgeNotice({ noticeId: "0-1", resultCode: 2001 });
  expect(codeOf(acknowledged)).toBe("AUTHORIZATION_REJECTED");
});

test("an engine that drains leaves notices to the others", async () => {
  const cleanUp = cleanUpOfTest();
  const { redis, engine, network, business } = await startServing(cleanUp);
  const second = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const element = cleanUp.add(networkClient([second, engine]));
  const heard = listenToNotices(element);
  await stall(network, business, "drained");
  await network.close();
  await second.stop();
  await topUp(business, "drained");
  await until("it is delivered", () => heard.length === 1);
});
