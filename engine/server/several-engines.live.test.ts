// Several engines on one Redis, none of them knowing of the others: what one changes, the others
// heed before they charge, whatever they remember.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createCleanUp,
  openClients,
  readMetric,
  startEngineHere,
  startEngineProcess,
  until,
} from "../../scripts/testing/engine.ts";
import { freePorts } from "../../scripts/testing/free-ports.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
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
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import { identifierPlace } from "../store/profiles.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
afterAll(cleanUp.run);

describe("two engines", () => {
  let network: readonly [Client, Client];
  let business: readonly [Client, Client];

  beforeAll(async () => {
    const one = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
    const other = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
    const ofOne = await openClients(cleanUp, [one]);
    const ofOther = await openClients(cleanUp, [other]);
    network = [ofOne.network, ofOther.network];
    business = [ofOne.business, ofOther.business];
  });

  test("share a session, and give the identical answer to a repetition", async () => {
    const id = "shared";
    await openAccount(business[0], accountOf(id), { main: 100 * cent });
    const messages = [0, 1, 2, 3].map((sequence) =>
      sessionMessage(id, "s", sequence, usageOf(web, 0, sequence === 0 ? null : mebi)),
    );
    const first = [
      await network[0].initiate(messages[0]!),
      await network[1].update(messages[1]!),
      await network[0].update(messages[2]!),
      await network[1].terminate(messages[3]!),
    ];
    expect(first.map((answer) => answered(answer).cost)).toEqual([0, cent, cent, cent]);
    expect(await network[0].terminate(messages[3]!)).toEqual(first[3]);
    const event = eventOf(id, "e", { ratingGroup: message, usedUnit: 1 });
    expect(await network[1].event(event)).toEqual(await network[0].event(event));
    expect((await readHoldings(network[0], id)).buckets["main"]).toEqual([88 * cent, 0]);
  });

  test("use a profile that was changed through the other at once", async () => {
    const id = "changed";
    const account = accountOf(id, { buckets: [bucketOf("main", "money")] });
    await openAccount(business[0], account, { main: 10 * cent });
    answered(await network[1].initiate(sessionMessage(id, "s", 0, usageOf(web, 40 * mebi))));
    const gift = { ...bucketOf("gift", "money"), priority: 0 };
    const buckets = [...account.buckets, gift];
    await openAccount(business[0], { ...account, buckets }, { gift: 30 * cent });
    const update = sessionMessage(id, "s", 1, usageOf(web, 40 * mebi, 5 * mebi));
    // The gift goes first: 5 of its 30 cents are used, 25 and 10 are held for the next 35 MiB.
    const { multipleUnitInformation } = answered(await network[1].update(update));
    expect(multipleUnitInformation[0]).toMatchObject({ grantedUnit: 35 * mebi });
    expect((await readHoldings(network[1], id)).buckets).toEqual({
      main: [0, 10 * cent],
      gift: [0, 25 * cent],
    });
  });

  test("charge whoever has the identifier now, not who had it", async () => {
    const [old, heir] = ["old-owner", "heir"];
    const identifiers = [`msisdn-${old}`, "imsi-moving"];
    const owner = accountOf(old, { subscriberIdentifiers: identifiers });
    await openAccount(business[0], owner, { main: 100 * cent });
    await openAccount(business[0], accountOf(heir), { main: 100 * cent });
    const moving = (requestId: string) => ({
      ...eventOf(old, requestId, { ratingGroup: message, usedUnit: 1 }),
      subscriberIdentifier: "imsi-moving",
    });
    // Both remember both identifiers of the first owner.
    for (const client of network) {
      answered(await client.event(moving(`e-${network.indexOf(client)}`)));
      await readHoldings(client, old);
    }
    const without = { subscriberIdentifiers: [`msisdn-${old}`] };
    answered(await business[0].putAccount(accountOf(old, without)));
    const withMore = { subscriberIdentifiers: [`msisdn-${heir}`, "imsi-moving"] };
    answered(await business[0].putAccount(accountOf(heir, withMore)));
    for (const client of network) {
      // By the other identifier they learn of the new profile, which does not name the moved one.
      await readHoldings(client, old);
      answered(await client.event(moving(`f-${network.indexOf(client)}`)));
    }
    expect((await readHoldings(network[0], old)).buckets["main"]).toEqual([82 * cent, 0]);
    expect((await readHoldings(network[0], heir)).buckets["main"]).toEqual([82 * cent, 0]);
  });

  test("never charge an account by an identifier that nobody has any more", async () => {
    const id = "withdrawn";
    await openAccount(business[0], accountOf(id), { main: 100 * cent });
    const event = { ...eventOf(id, "e"), subscriberIdentifier: `imsi-${id}` };
    for (const client of network) answered(await client.event(event));
    const without = { subscriberIdentifiers: [`msisdn-${id}`] };
    answered(await business[0].putAccount(accountOf(id, without)));
    for (const client of network) {
      expect(codeOf(await client.event({ ...event, requestId: "f" }))).toBe("USER_UNKNOWN");
    }
  });

  test("price a session by the tariff that it began with, a new one by the newest", async () => {
    const id = "tariffs";
    const products = [{ ...accountOf(id).products[0]!, tariffId: "rising" }];
    const publish = (webPrice: string) =>
      business[0].publishTariff({ document: tariffDocument("rising", webPrice) });
    answered(await publish("0.02"));
    await openAccount(business[0], accountOf(id, { products }), { main: 900 * cent });
    const opening = (session: string) => sessionMessage(id, session, 0, usageOf(web, 0));
    const report = (session: string, sequence: number) =>
      sessionMessage(id, session, sequence, usageOf(web, 0, mebi));
    answered(await network[0].initiate(opening("old")));
    expect(answered(await network[1].update(report("old", 1))).cost).toBe(2 * cent);
    answered(await publish("0.03"));
    expect(answered(await network[1].update(report("old", 2))).cost).toBe(2 * cent);
    answered(await network[0].initiate(opening("new")));
    expect(answered(await network[0].update(report("new", 1))).cost).toBe(3 * cent);
    expect(answered(await network[1].terminate(report("old", 3))).cost).toBe(2 * cent);
  });

  test("read a tariff that they have not heard of before they price by it", async () => {
    const id = "unheard";
    const products = [{ ...accountOf(id).products[0]!, tariffId: "unheard" }];
    const publish = (cents: number) =>
      business[0].publishTariff({ document: tariffDocument("unheard", `0.0${cents}`) });
    answered(await publish(1));
    await openAccount(business[0], accountOf(id, { products }), { main: 900 * cent });
    for (let cents = 2; cents <= 6; cents++) {
      // Nobody hears of the next version but the engine that publishes it.
      await redis.client.call("CLIENT", "KILL", "TYPE", "pubsub");
      answered(await publish(cents));
      const session = `s-${cents}`;
      answered(await network[0].initiate(sessionMessage(id, session, 0, usageOf(web, 0))));
      const report = sessionMessage(id, session, 1, usageOf(web, null, mebi));
      expect(answered(await network[1].update(report)).cost).toBe(cents * cent);
    }
  });

  test("let one of two at once have the identifier, and keep one profile of two", async () => {
    const rivals = Array.from({ length: 20 }, (_, i) =>
      business[i % 2 === 0 ? 0 : 1].putAccount(
        accountOf(`rival-${i}`, { subscriberIdentifiers: ["imsi-wanted"] }),
      ),
    );
    const outcomes = (await Promise.all(rivals)).map(codeOf);
    expect(outcomes.filter((outcome) => outcome === "IDENTIFIER_TAKEN")).toHaveLength(19);
    const winner = outcomes.findIndex((outcome) => outcome !== "IDENTIFIER_TAKEN");
    const seen = await network[0].queryBalance({ subscriberIdentifier: "imsi-wanted" });
    expect(answered(seen).accountId).toBe(`rival-${winner}`);

    const versions = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        business[i % 2 === 0 ? 0 : 1].putAccount(
          accountOf("busy", { buckets: [bucketOf(`b-${i}`, "money")] }),
        ),
      ),
    );
    const changes = versions.filter((result) => result.isOk).map((result) => answered(result));
    const profile = answered(
      await network[1].queryBalance({ subscriberIdentifier: "msisdn-busy" }),
    );
    expect(profile.profileVersion).toBe(changes.length);
  });

  test("take over an identifier whose claim was left behind by a crash", async () => {
    const { key, field } = identifierPlace("imsi-orphan", 1);
    await redis.client.hset(key, field, "never-written");
    const account = accountOf("finder", { subscriberIdentifiers: ["imsi-orphan"] });
    expect(answered(await business[0].putAccount(account)).isChanged).toBe(true);
    const seen = await network[1].queryBalance({ subscriberIdentifier: "imsi-orphan" });
    expect(answered(seen).accountId).toBe("finder");
  });
});

test("two engines sweep at once, and each silent session ends once", async () => {
  const own = cleanUp.add(await startRedis());
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const one = cleanUp.add(await startEngineHere({ redisUrl: own.url, now }));
  const other = cleanUp.add(await startEngineHere({ redisUrl: own.url, now }));
  const { network, business } = await openClients(cleanUp, [one, other]);
  const ids = Array.from({ length: 40 }, (_, i) => `silent-${i}`);
  const open = async (id: string) => {
    await openAccount(business, accountOf(id), { main: 900 * cent });
    for (let i = 0; i < 10; i++) {
      answered(await network.initiate(sessionMessage(id, `s-${i}`, 0, usageOf(web, 0))));
    }
  };
  await Promise.all(ids.map(open));
  const line = "tollgate_expired_sessions_total";
  const before = await readMetric(one, line);
  ahead = 2 * 600_000 + 2 * limits.deadlineIntervalMs;
  const openSessions = async () => {
    const holdings = await Promise.all(ids.map((id) => readHoldings(network, id)));
    return holdings.reduce((sum, { openSessions: of }) => sum + of, 0);
  };
  await until("all sessions are over", async () => (await openSessions()) === 0);
  // Both engines count into the same process, each when its round is over.
  const counted = async () => (await readMetric(one, line)) - before;
  await until("they are counted", async () => (await counted()) >= 10 * ids.length);
  // One more round, in which nothing is counted again.
  await sleep(limits.sweepIntervalMs);
  expect(await counted()).toBe(10 * ids.length);
  for (const id of ids) {
    expect((await readHoldings(network, id)).buckets["main"]).toEqual([900 * cent, 0]);
  }
  await expectNoDrift(own.url);
});

test("an engine that was told of another number of shards does not start", async () => {
  const wrong = startEngineHere({ redisUrl: redis.url, shards: 2 });
  await expect(wrong).rejects.toThrow("set up with shards 1, not 2: start with ENGINE_SHARDS=1");
  await expect(startEngineProcess({ redisUrl: redis.url, shards: 2 })).rejects.toThrow(
    "ENGINE_SHARDS=1",
  );
});

test("two processes share a port, and each serves its share of the connections", async () => {
  const [port = 0] = await freePorts(1);
  const options = { redisUrl: redis.url, port, listener: "uWebSockets.js" } as const;
  const processes = await Promise.all([startEngineProcess(options), startEngineProcess(options)]);
  for (const each of processes) cleanUp.add(each);
  const settings = { connectionsPerEndpoint: 32 };
  const { network, business } = await openClients(cleanUp, [{ port }], settings);
  await until("all connections", () => network.connectionsUp() + business.connectionsUp() === 64);

  const ids = Array.from({ length: 40 }, (_, i) => `port-${i}`);
  await Promise.all(ids.map((id) => openAccount(business, accountOf(id), { main: 10 * cent })));
  const costs = await Promise.all(
    ids.map((id) => network.event(eventOf(id, "e", { ratingGroup: message, usedUnit: 1 }))),
  );
  expect(costs.map((cost) => answered(cost).cost)).toEqual(ids.map(() => 9 * cent));
  for (const each of processes) {
    const connected = await readMetric(each, 'tollgate_connections{role="network"}');
    const line = 'tollgate_operations_total{operation="event",result_code="SUCCESS"}';
    expect(connected).toBeGreaterThan(0);
    expect(await readMetric(each, line)).toBeGreaterThan(0);
  }
});

test("all of it leaves not one unit of drift", async () => {
  await expectNoDrift(redis.url);
});
