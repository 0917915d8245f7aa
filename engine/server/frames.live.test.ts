// What travels in frames, seen without a client library: many messages in one, many of them at
// once, answers gathered, and never more under way than a connection may have.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  businessToken,
  createCleanUp,
  type EngineUnderTest,
  openClients,
  startEngineHere,
} from "../../scripts/testing/engine.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { openRawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
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
import { listenerKinds } from "../config.ts";
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import { encodeFrame } from "../protocol/wire.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
afterAll(cleanUp.run);

describe.each(listenerKinds)("over %s,", (listener) => {
  let engine: EngineUnderTest;
  let business: Client;
  const name = (text: string) => `${listener.slice(0, 3)}-${text}`;
  const accounts = Array.from({ length: 64 }, (_, i) => name(`many-${i}`));
  const query = (accountId: string) =>
    wireOf("queryBalance", { subscriberIdentifier: `msisdn-${accountId}` });
  const opened = async (token?: string) => cleanUp.add(await openRawPeer(engine, token));

  beforeAll(async () => {
    engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener }));
    ({ business } = await openClients(cleanUp, [engine]));
    for (const id of accounts) await openAccount(business, accountOf(id), { main: 100 * cent });
  });

  test("the messages of a session may share a frame, and are carried out in order", async () => {
    const id = name("frame");
    await openAccount(business, accountOf(id), { main: 100 * cent });
    const peer = await opened();
    // Not the first one: what goes on is served before what begins.
    await peer.ask(wireOf("initiate", sessionMessage(id, "s", 0, usageOf(web, 0))));
    const updates = Array.from({ length: 30 }, (_, i) =>
      wireOf("update", sessionMessage(id, "s", i + 1, usageOf(web, 0, mebi))),
    );
    const answers = await peer.ask(
      ...updates,
      wireOf("terminate", sessionMessage(id, "s", 31, usageOf(web, null, mebi))),
    );
    expect(answers.map(resultOf)).toEqual(answers.map(() => "SUCCESS"));
    expect(await readHoldings(business, id)).toEqual({
      buckets: { allowance: [0, 0], main: [69 * cent, 0] },
      counters: { "octets-used": 31 * mebi, "money-spent": 31 * cent },
      openSessions: 0,
    });
  });

  test("a refused message disturbs none of its neighbours in the frame", async () => {
    const id = name("neighbours");
    await openAccount(business, accountOf(id), { main: 100 * cent });
    const peer = await opened();
    await peer.ask(wireOf("initiate", sessionMessage(id, "s", 0, usageOf(web, 0))));
    const answers = await peer.ask(
      wireOf("update", sessionMessage(id, "s", 7, usageOf(web, 0, mebi))),
      wireOf("event", eventOf("no-one", "e")),
      wireOf("topUp", { requestId: "t", accountId: id, bucketId: "main", amount: 1 }),
      [99, 4_000_000_000],
      [2, 4_000_000_001, "s"],
      wireOf("event", eventOf(id, "e", { ratingGroup: message, usedUnit: 1 })),
      wireOf("event", eventOf(id, "e", { ratingGroup: message, usedUnit: 2 })),
      wireOf("update", sessionMessage(id, "s", 1, usageOf(web, null, mebi))),
    );
    expect(answers.map(resultOf)).toEqual([
      "SEQUENCE_GAP",
      "USER_UNKNOWN",
      "AUTHORIZATION_REJECTED",
      "UNKNOWN_OPERATION",
      "INVALID_VALUE",
      "SUCCESS",
      "REQUEST_CONFLICT",
      "SUCCESS",
    ]);
    expect((await readHoldings(business, id)).buckets["main"]).toEqual([90 * cent, 0]);
  });

  test("answers that are ready together leave together", async () => {
    const peer = await opened();
    // Once for the caches, then for good.
    await peer.ask(...accounts.map(query));
    const framesBefore = peer.frames.length;
    const answers = await peer.ask(...accounts.map(query));
    expect(answers.map(resultOf)).toEqual(accounts.map(() => "SUCCESS"));
    expect(peer.frames.length - framesBefore).toBeLessThanOrEqual(
      Math.ceil(accounts.length / limits.batchOperationsMax) + 1,
    );
  });

  test("a frame with as many messages as it may have is answered whole", async () => {
    const peer = await opened(businessToken);
    const messages = Array.from({ length: limits.frameMessagesMax }, (_, i) =>
      query(accounts[i % accounts.length]!),
    );
    const answers = await peer.ask(...messages);
    expect(answers.map(resultOf)).toEqual(messages.map(() => "SUCCESS"));
    expect(peer.frames.length).toBeLessThan(messages.length / 8);
  });

  test("a thousand frames at once over ten connections are all answered", async () => {
    const peers = await Promise.all(Array.from({ length: 10 }, () => opened()));
    const asked = peers.flatMap((peer) =>
      Array.from({ length: 100 }, (_, i) => peer.ask(query(accounts[i % accounts.length]!))),
    );
    const answers = (await Promise.all(asked)).flat();
    expect(answers.map(resultOf)).toEqual(answers.map(() => "SUCCESS"));
  });

  test("the answers to one connection never come over another", async () => {
    const [one, other] = [await opened(), await opened()];
    const same = query(accounts[0]!);
    const mine = query(accounts[1]!).with(1, same[1]);
    const [first, second] = await Promise.all([one.ask(same), other.ask(mine)]);
    expect([first[0]?.[2], second[0]?.[2]]).toEqual([accounts[0], accounts[1]]);
    expect([one.frames.length, other.frames.length]).toEqual([1, 1]);
  });

  test("a peer that leaves before its answer costs nobody else theirs", async () => {
    const id = name("gone");
    await openAccount(business, accountOf(id), { main: 100 * cent });
    const staying = await opened();
    for (let i = 0; i < 20; i++) {
      const leaving = await opened();
      const event = eventOf(id, `e-${i}`, { ratingGroup: message, usedUnit: 1 });
      leaving.send(encodeFrame([wireOf("event", event)]));
      leaving.socket.terminate();
      expect((await staying.ask(query(id))).map(resultOf)).toEqual(["SUCCESS"]);
    }
    // Carried out once or not at all: the same key tells, and settles it.
    const repeated = Array.from({ length: 10 }, (_, i) =>
      wireOf("event", eventOf(id, `f-${i}`, { ratingGroup: message, usedUnit: 1 })),
    );
    const [first, again] = [await staying.ask(...repeated), await staying.ask(...repeated)];
    expect(again).toEqual(first);
    const { buckets, counters } = await readHoldings(business, id);
    expect(buckets["main"]?.[0]).toBe(100 * cent - counters["money-spent"]!);
  });
});

test("all of it leaves not one unit of drift", async () => {
  await expectNoDrift(redis.url);
});
