// A rate deck on its way to the engines: uploaded in parts, published at one moment, charged by
// everywhere, kept for the sessions that began with it; and what is refused on the way.

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  businessClient,
  cleanUpOfTest,
  createCleanUp,
  type EngineUnderTest,
  networkClient,
  openClients,
  startEngineHere,
  startEngineProcess,
  until,
} from "../../scripts/testing/engine.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";
import {
  accountOf,
  answered,
  cent,
  codeOf,
  eventOf,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  voice,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import type { Refusal } from "../protocol/result-codes.ts";
import type { Result } from "../values/result.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
let engines: readonly [EngineUnderTest, EngineUnderTest];
let network: readonly [Client, Client];
let business: readonly [Client, Client];

beforeAll(async () => {
  const one = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const other = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  engines = [one, other];
  network = [cleanUp.add(networkClient([one])), cleanUp.add(networkClient([other]))];
  business = [cleanUp.add(businessClient([one])), cleanUp.add(businessClient([other]))];
});
afterAll(cleanUp.run);

/** A cent a minute, or what the zone costs; `centsByZone` in the order of the document. */
const tariffOf = (tariffId: string, rateDeck: string, centsByZone: Record<string, number>) =>
  JSON.stringify({
    ...{ tariffId, rateDeck, currency: "EUR", effectiveFrom: "2020-01-01T00:00:00Z" },
    ratingGroups: [
      {
        ...{ ratingGroup: voice, unit: "seconds", blockUnits: 60, blockPrice: "0.01" },
        ...{ quotaUnits: 600, validityTimeSeconds: 600 },
        prices: Object.entries(centsByZone).map(([zone, cents]) => ({
          ...{ priceId: zone, when: { zones: [zone] } },
          ...{ blockUnits: 60, blockPrice: (cents / 100).toFixed(2) },
        })),
      },
    ],
  });

const upload = async (client: Client, rateDeckId: string, uploadId: string, parts: string[]) => {
  for (const [part, lines] of parts.entries()) {
    answered(await client.putRateDeckPart({ rateDeckId, uploadId, part, lines }));
  }
};

const publish = async (client: Client, rateDeckId: string, uploadId: string, parts: string[]) => {
  await upload(client, rateDeckId, uploadId, parts);
  return client.publishRateDeck({ rateDeckId, uploadId, parts: parts.length });
};

const owner = async (accountId: string, tariffId: string) => {
  const products = [{ ...accountOf(accountId).products[0]!, tariffId }];
  await openAccount(business[0], accountOf(accountId, { products }), { main: 900 * cent });
};

const calling = (calledPartyAddress: string) => ({
  serviceInformation: { calledPartyAddress, servingNetwork: null },
});

/** What a minute to `number` costs, in cents. */
const minuteTo = async (client: Client, accountId: string, number: string) => {
  const requestId = `${number}-${Math.random()}`;
  const event = eventOf(accountId, requestId, { ratingGroup: voice, usedUnit: 60 });
  return answered(await client.event({ ...event, ...calling(number) })).cost / cent;
};

const detailOf = (result: Result<unknown, Refusal>) => (result.isOk ? "" : result.error.detail);

const versionsIn = async () => [
  await redis.client.get("{0}:tariffs:version"),
  (await redis.client.keys("{0}:rate-deck:*")).sort(),
];

test("a call is charged by the longest prefix, through every engine", async () => {
  const parts = ["33,FR\n336,FR-mobile\n", "3364,FR-special\n,elsewhere\n"];
  expect(answered(await publish(business[0], "calls", "u1", parts))).toMatchObject({
    ...{ deckVersion: 1, rows: 4, isChanged: true },
  });
  const document = tariffOf("calls", "calls", { FR: 10, "FR-mobile": 20, "FR-special": 90 });
  answered(await business[1].publishTariff({ document }));
  await owner("caller", "calls");
  for (const client of network) {
    expect(await minuteTo(client, "caller", "+33122334455")).toBe(10);
    expect(await minuteTo(client, "caller", "0033612345678")).toBe(20);
    expect(await minuteTo(client, "caller", "+33641234567")).toBe(90);
    expect(await minuteTo(client, "caller", "+4930123456")).toBe(1);
    expect(await minuteTo(client, "caller", "tel:+33-612345678")).toBe(20);
    expect(await minuteTo(client, "caller", "sip:+33641234567@example.com;user=phone")).toBe(90);
    expect(await minuteTo(client, "caller", "sip:anna@example.com")).toBe(1);
  }
});

test("a new deck is in effect for what begins then; what is open keeps its deck", async () => {
  answered(await publish(business[0], "moving", "u1", ["33,FR\n"]));
  const document = tariffOf("moving", "moving", { FR: 10 });
  const { tariffVersion } = answered(await business[0].publishTariff({ document }));
  await owner("mover", "moving");
  const session = (id: string, sequence: number, used: number | null) => ({
    ...sessionMessage("mover", id, sequence, usageOf(voice, 0, used)),
    ...calling("+3361234567"),
  });
  answered(await network[0].initiate(session("old", 0, null)));
  for (let round = 0; round < 3; round++) {
    // Nobody hears of it but the engine that publishes.
    await redis.client.call("CLIENT", "KILL", "TYPE", "pubsub");
    const zone = round % 2 === 0 ? "ES" : "FR";
    const parts = [`33,${zone}\n34,FR\n`, `35,z${round}\n`];
    const published = answered(await publish(business[0], "moving", `n${round}`, parts));
    expect(published).toMatchObject({ deckVersion: 2 + round, isChanged: true });
    expect(published.tariffVersion).toBe(tariffVersion + 1 + round);
    const id = `new-${round}`;
    answered(await network[0].initiate(session(id, 0, null)));
    const newCost = answered(await network[1].update(session(id, 1, 60))).cost / cent;
    expect(newCost).toBe(zone === "FR" ? 10 : 1);
    const oldCost = answered(await network[round % 2]!.update(session("old", 1 + round, 60))).cost;
    expect(oldCost / cent).toBe(10);
  }
  // An engine that starts now finds the deck of the old session again.
  const late = cleanUpOfTest().add(await startEngineHere({ redisUrl: redis.url }));
  const client = cleanUpOfTest().add(networkClient([late]));
  expect(answered(await client.update(session("new-2", 2, 60))).cost / cent).toBe(1);
  expect(answered(await client.terminate(session("old", 4, 60))).cost / cent).toBe(10);
});

test("an upload outlives the engine that took it; only a publication counts", async () => {
  const own = cleanUpOfTest();
  answered(await publish(business[0], "crashed", "u1", ["33,FR\n"]));
  const document = tariffOf("crashed", "crashed", { FR: 10 });
  answered(await business[0].publishTariff({ document }));
  await owner("crash", "crashed");
  const crashing = own.add(await startEngineProcess({ redisUrl: redis.url }));
  const client = own.add(businessClient([crashing]));
  await upload(client, "crashed", "u2", ["33,ES\n", "34,FR\n"]);
  await crashing.kill();
  expect(await minuteTo(network[0], "crash", "+33")).toBe(10);
  const again = { rateDeckId: "crashed", uploadId: "u2", part: 0, lines: "33,ES\n" };
  expect(answered(await business[1].putRateDeckPart(again))).toEqual({
    ...{ isChanged: false, uploadedParts: [0, 1] },
  });
  const request = { rateDeckId: "crashed", uploadId: "u2", parts: 2 };
  expect(answered(await business[1].publishRateDeck(request))).toMatchObject({ deckVersion: 2 });
  expect(await minuteTo(network[1], "crash", "+33")).toBe(1);
  expect(await minuteTo(network[1], "crash", "+34")).toBe(10);
});

describe("publishing", () => {
  test("the same twice is once: the request, the upload, and the rows cut otherwise", async () => {
    const first = answered(await publish(business[0], "same", "u1", ["33,FR\n34,ES\n"]));
    const request = { rateDeckId: "same", uploadId: "u1", parts: 1 };
    const before = await versionsIn();
    const unchanged = { ...first, isChanged: false };
    expect(answered(await business[1].publishRateDeck(request))).toEqual(unchanged);
    const again = await publish(business[1], "same", "u2", ["33,FR", "34,ES"]);
    expect(answered(again)).toEqual(unchanged);
    expect(await versionsIn()).toEqual(before);
    // After another deck the first one is a publication again, and its rows are not kept twice.
    answered(await publish(business[0], "same", "u3", ["33,DE\n"]));
    const back = answered(await publish(business[0], "same", "u4", ["33,FR\n34,ES\n"]));
    expect(back).toMatchObject({ deckVersion: 3, rows: 2, isChanged: true });
    expect(((await versionsIn())[1] as string[]).length).toBe((before[1] as string[]).length + 1);
  });

  test("of two at once through two engines both are versions, one after the other", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        publish(business[i % 2]!, "rivals", `u${i}`, [
          `33,FR\n3${i},z${i}\n`.replace("33,z3\n", ""),
        ]),
      ),
    );
    const versions = outcomes.map((outcome) => answered(outcome).deckVersion);
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("is refused with what is missing or too much", async () => {
    await upload(business[0], "gaps", "u", ["33,FR\n", "34,ES\n"]);
    const lines = "35,PT\n";
    const name = { rateDeckId: "gaps", uploadId: "u" };
    answered(await business[0].putRateDeckPart({ ...name, part: 5, lines }));
    const before = await versionsIn();
    const short = await business[0].publishRateDeck({ ...name, parts: 6 });
    expect([codeOf(short), detailOf(short)]).toEqual([
      "RATE_DECK_INVALID",
      "parts missing: 2, 3, 4",
    ]);
    const long = await business[0].publishRateDeck({ ...name, parts: 2 });
    expect(detailOf(long)).toBe("part 5 is there, but parts are 2");
    expect(await versionsIn()).toEqual(before);
  });

  test("is refused when a prefix is in two parts, and nothing is changed", async () => {
    const before = await versionsIn();
    const refused = await publish(business[0], "twice", "u", ["33,FR\n34,ES\n", "35,PT\n34,DE\n"]);
    expect([codeOf(refused), detailOf(refused)]).toEqual([
      "RATE_DECK_INVALID",
      'part 1, line 2: prefix "34" is in the deck already, in zone ES',
    ]);
    expect(await versionsIn()).toEqual(before);
  });

  test("an upload is gone a while after its last part", async () => {
    await upload(business[0], "forgotten", "u", ["33,FR\n"]);
    const ms = await redis.client.pttl("{0}:upload:forgotten u");
    expect(ms).toBeGreaterThan(limits.rateDeckUploadKeptMs - 10_000);
    expect(ms).toBeLessThanOrEqual(limits.rateDeckUploadKeptMs);
  });
});

describe("a tariff and its rate deck", () => {
  const problems = async (document: string) => {
    const refused = await business[0].publishTariff({ document });
    return [codeOf(refused), detailOf(refused).split("; ")];
  };

  test("a tariff is refused with every zone that its deck does not have", async () => {
    answered(await publish(business[1], "fitting", "u", ["33,FR\n"]));
    const document = tariffOf("fitting", "fitting", { FR: 1, MC: 2, GP: 3 });
    const places = [1, 2].map((price) => `ratingGroups[0].prices[${price}].when.zones[0]`);
    expect(await problems(document)).toEqual([
      "TARIFF_INVALID",
      [`${places[0]}: unknown zone "MC"`, `${places[1]}: unknown zone "GP"`],
    ]);
  });

  test("a tariff is refused when there is no such deck", async () => {
    const [code, reasons] = await problems(tariffOf("alone", "nowhere", {}));
    expect([code, reasons]).toEqual(["TARIFF_INVALID", ['rateDeck: unknown rate deck "nowhere"']]);
  });

  test("a deck is refused without a zone that a tariff of now or later asks for", async () => {
    answered(await publish(business[0], "needed", "u1", ["33,FR\n336,FR-mobile\n"]));
    const past = tariffOf("needed", "needed", { FR: 1, "FR-mobile": 2 });
    answered(await business[0].publishTariff({ document: past }));
    const before = await versionsIn();
    const refused = await publish(business[1], "needed", "u2", ["33,FR\n"]);
    expect([codeOf(refused), detailOf(refused)]).toEqual([
      "RATE_DECK_INVALID",
      'tariff needed: ratingGroups[0].prices[1].when.zones[0]: unknown zone "FR-mobile"',
    ]);
    expect(await versionsIn()).toEqual(before);
    // The tariff lets go of the zone, then the deck may.
    answered(
      await business[0].publishTariff({ document: tariffOf("needed", "needed", { FR: 1 }) }),
    );
    const request = { rateDeckId: "needed", uploadId: "u2", parts: 1 };
    expect(answered(await business[1].publishRateDeck(request))).toMatchObject({ deckVersion: 2 });
  });

  test("no tariff gets past a deck that is published at the same time", async () => {
    answered(await publish(business[0], "racing", "u", ["33,FR\n34,ES\n"]));
    for (let round = 0; round < 10; round++) {
      const id = `racing-${round}`;
      await upload(business[1], "racing", id, [`33,FR\n35,z${round}\n`]);
      await upload(business[1], "racing", `back-${id}`, [`33,FR\n34,ES\n36,z${round}\n`]);
      const [tariff, deck] = await Promise.all([
        business[0].publishTariff({ document: tariffOf(id, "racing", { ES: 1 }) }),
        business[1].publishRateDeck({ rateDeckId: "racing", uploadId: id, parts: 1 }),
      ]);
      expect([codeOf(tariff), codeOf(deck)]).toContain(
        tariff.isOk ? "RATE_DECK_INVALID" : "TARIFF_INVALID",
      );
      expect(tariff.isOk).not.toBe(deck.isOk);
      // The tariff lets go of the zone that the next deck lacks.
      if (tariff.isOk) {
        const document = tariffOf(id, "racing", {});
        answered(await business[0].publishTariff({ document }));
      }
      const back = { rateDeckId: "racing", uploadId: `back-${id}`, parts: 1 };
      answered(await business[1].publishRateDeck(back));
    }
  });
});

test("sessions end in time though a publication cannot be read", async () => {
  const own = cleanUpOfTest();
  const damaged = own.add(await startRedis());
  const client = new Redis(damaged.url);
  own.add({ close: async () => client.disconnect() });
  let ahead = 0;
  const engine = own.add(
    await startEngineHere({ redisUrl: damaged.url, now: () => Date.now() + ahead }),
  );
  const clients = await openClients(own, [engine]);
  await openAccount(clients.business, accountOf("anna"), { main: 900 * cent });
  answered(await clients.network.initiate(sessionMessage("anna", "s", 0, usageOf(voice, 0))));
  await client.incr("{0}:tariffs:version");
  await until("the engine says so", () => engine.lines.some((line) => line.includes("is missing")));
  const minute = { ratingGroup: voice, usedUnit: 60 };
  expect(answered(await clients.network.event(eventOf("anna", "e", minute))).cost).toBe(9 * cent);
  ahead = 2 * 600_000 + 2 * limits.deadlineIntervalMs;
  const isOver = async () => (await readHoldings(clients.network, "anna")).openSessions === 0;
  await until("the session is over", isOver);
});

test("the network may neither upload nor publish", async () => {
  const name = { rateDeckId: "calls", uploadId: "network" };
  expect([
    codeOf(await network[0].putRateDeckPart({ ...name, part: 0, lines: "33,FR\n" })),
    codeOf(await network[0].publishRateDeck({ ...name, parts: 1 })),
  ]).toEqual(["AUTHORIZATION_REJECTED", "AUTHORIZATION_REJECTED"]);
});

test("all of it leaves not one unit of drift, and no engine has anything to report", async () => {
  await expectNoDrift(redis.url);
  const lines = engines.flatMap((engine) => engine.lines).filter((line) => line.includes('"err"'));
  expect(lines).toEqual([]);
});
