// What becomes of an open session when a tariff is published: with `openSessions` "keep" nothing,
// with "switch" it goes over at the moment from which that is in effect. Two engines, so that one
// has planned already what the other plans anew. A session says what is known of its use in each
// message anew, or it is priced without.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type DirectClient, directClient } from "../../scripts/testing/direct-client.ts";
import { expectExplained } from "../../scripts/testing/explained.ts";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  openAccount,
  web,
} from "../../scripts/testing/subscribers.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";
import type { Store } from "../store/connection.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const minute = 60_000;
const clock = { now: start };

const redis = emptyRedisOfFile();
let engines: readonly DirectEngine[];
let clients: readonly DirectClient[];
beforeEach(async () => {
  clock.now = start;
  engines = [await engineOfTest(redis, clock), await engineOfTest(redis, clock)];
  clients = engines.map(directClient);
  await publish("0.000001", start - minute);
  const account = accountOf("a", { buckets: [bucketOf("main", "money")], counters: [] });
  await openAccount(clients[0]!, account, { main: 1_000_000 });
});

// By what each message was planned, the journal tells, whatever was published later.
afterEach(() => expectExplained(engines[0]!.store, ["a"]));

type Changes = {
  readonly openSessions?: "keep" | "switch";
  readonly group?: object;
  readonly rateDeck?: string;
};

/** An octet costs what the price says; 100 are granted at a time. */
const publish = async (blockPrice: string, effectiveFrom: number, changes: Changes = {}) => {
  const { group = {}, openSessions = "keep", ...rest } = changes;
  const quota = { unit: "octets", blockUnits: 1, quotaUnits: 100, validityTimeSeconds: 3_600 };
  const document = JSON.stringify({
    tariffId: "standard",
    currency: "EUR",
    effectiveFrom: new Date(effectiveFrom).toISOString(),
    ...{ openSessions, ...rest },
    ratingGroups: [{ ratingGroup: web, blockPrice, ...quota, ...group }],
  });
  answered(await clients[0]!.publishTariff({ document }));
  for (const engine of engines) await engine.refresh();
};

const session = (sequence: number, usedUnit: number | null, rest: object = {}) => ({
  sessionId: "s",
  sequence,
  subscriberIdentifier: "msisdn-a",
  eventTimestamp: clock.now,
  multipleUnitUsage: [{ ratingGroup: web, requestedUnit: 0, usedUnit, ...rest }],
  isTariffTimeChangeSupported: "usedBefore" in rest,
});
const update = async (engine: number, ...message: Parameters<typeof session>) => {
  const answer = answered(await clients[engine]!.update(session(...message)));
  return { cost: answer.cost, ...answer.multipleUnitInformation[0]! };
};
const costsOf = async (...sequences: readonly number[]) => {
  const costs: number[] = [];
  for (const sequence of sequences) costs.push((await update(sequence % 2, sequence, 10)).cost);
  return costs;
};

test("a session that was open keeps its price through a publication that says keep", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publish("0.000007", start);
  expect(await costsOf(1, 2, 3)).toEqual([10, 10, 10]);
});

test("one that says switch holds from its moment on, for whichever engine goes on", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  expect(await costsOf(1, 2)).toEqual([10, 10]);
  await publish("0.000007", start + 10 * minute, { openSessions: "switch" });
  expect(await costsOf(3, 4)).toEqual([10, 10]);
  // What is reported within a second of the change was used before it.
  clock.now += 11 * minute;
  expect(await costsOf(5, 6, 7)).toEqual([70, 70, 70]);
});

test("what was published before it with keep, and takes effect later, stays unknown", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publish("0.000003", start + 20 * minute);
  await publish("0.000007", start + 10 * minute, { openSessions: "switch" });
  clock.now += 30 * minute;
  expect(await costsOf(1, 2)).toEqual([70, 70]);
  answered(await clients[0]!.initiate({ ...session(0, null), sessionId: "later" }));
  const last = answered(await clients[0]!.update({ ...session(1, 10), sessionId: "later" }));
  expect(last.cost).toBe(30);
});

test("a grant ends when the session goes over, unless use can be reported apart", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publish("0.000007", start + 10 * minute, { openSessions: "switch" });
  expect(await update(1, 1, 10)).toMatchObject({ validityTime: 600, tariffTimeChange: 0 });
  expect(await update(0, 2, 10, { usedBefore: [] })).toMatchObject({
    validityTime: 3_600,
    tariffTimeChange: start + 10 * minute,
  });
  clock.now += 11 * minute;
  const usedBefore = [{ usedUnit: 20, until: start + 10 * minute }];
  expect((await update(1, 3, 10, { usedBefore })).cost).toBe(20 + 70);
});

test("a message that comes late is priced by the tariff of its own moment", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publish("0.000007", start + 10 * minute, { openSessions: "switch" });
  clock.now += 12 * minute;
  const late = { ...session(1, 10), eventTimestamp: start + 9 * minute };
  expect(answered(await clients[1]!.update(late)).cost).toBe(10);
  expect(await costsOf(2)).toEqual([70]);
});

const publishDeck = async (uploadId: string, lines: string) => {
  const upload = { rateDeckId: "world", uploadId };
  answered(await clients[0]!.putRateDeckPart({ ...upload, part: 0, lines }));
  answered(await clients[0]!.publishRateDeck({ ...upload, parts: 1 }));
  for (const engine of engines) await engine.refresh();
};
/** A tariff to switch to, between the deck that it is published with and another one. */
const publishWithDecks = async () => {
  await publishDeck("first", "44,far\n");
  const far = { priceId: "far", when: { zones: ["far"] }, blockUnits: 1, blockPrice: "0.000009" };
  const changes = { openSessions: "switch", rateDeck: "world", group: { prices: [far] } } as const;
  await publish("0.000007", start, changes);
  await publishDeck("second", "49,far\n");
};
const calling = async (client: DirectClient, sequence: number, calledPartyAddress: string) => {
  const serviceInformation = { calledPartyAddress, servingNetwork: null };
  return answered(await client.update({ ...session(sequence, 10), serviceInformation })).cost;
};

test("one that says switch brings the rate deck that it was published with", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publishWithDecks();
  clock.now += minute;
  expect(await calling(clients[0]!, 1, "44123456")).toBe(90);
  expect(await calling(clients[1]!, 2, "49123456")).toBe(70);
});

test("its rate deck is there also for an engine that hears of all at once", async () => {
  const between = (store: Store): Store => ({ ...store, subscribe: async () => undefined });
  const deaf = await engineOfTest(redis, clock, { between });
  answered(await clients[0]!.initiate(session(0, null)));
  await publishWithDecks();
  await deaf.refresh();
  clock.now += minute;
  expect(await calling(directClient(deaf), 1, "44123456")).toBe(90);
});

test("of two that say switch, each message is explained by those of its own time", async () => {
  answered(await clients[0]!.initiate(session(0, null)));
  await publish("0.000007", start, { openSessions: "switch" });
  clock.now += minute;
  expect(await costsOf(1)).toEqual([70]);
  await publish("0.000008", start, { openSessions: "switch" });
  expect(await costsOf(2)).toEqual([80]);
});

test("what a message does not say of its use is not remembered from an earlier one", async () => {
  const roaming = [
    { priceId: "away", when: { dnns: ["away"] }, blockUnits: 1, blockPrice: "0.000007" },
  ];
  await publish("0.000001", start - minute, { group: { prices: roaming } });
  const away = { calledPartyAddress: null, servingNetwork: null, dataNetworkName: "away" };
  const opening = { ...session(0, null), sessionId: "t", serviceInformation: away };
  answered(await clients[0]!.initiate(opening));
  const costOf = async (sequence: number, serviceInformation: typeof away | null) => {
    const message = { ...session(sequence, 10), sessionId: "t", serviceInformation };
    return answered(await clients[0]!.update(message)).cost;
  };
  expect([await costOf(1, away), await costOf(2, null)]).toEqual([70, 10]);
});
