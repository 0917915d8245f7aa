// What network elements are told of their open sessions, over real sockets and two engines that
// share nothing but Redis: who hears what, and when.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  businessClient,
  createCleanUp,
  openClients,
  otherNetworkClient,
  readMetric,
  startEngineHere,
  until,
} from "../../scripts/testing/engine.ts";
import { type Heard, listenToNotices, toldOf } from "../../scripts/testing/network-element.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  past,
  sessionMessage,
  usageOf,
  video,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import type { Client } from "../protocol/client/client.ts";
import { type ResultCode, resultCodes } from "../protocol/result-codes.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
let engine: Awaited<ReturnType<typeof startEngineHere>>;
/** Connected to the first engine; the network elements to the second. */
let business: Client;
let network: Client;
let other: Client;
let heard: Heard[];
let heardByOther: Heard[];
let comply: Parameters<typeof listenToNotices>[1];

beforeAll(async () => {
  engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const second = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  business = cleanUp.add(businessClient([engine]));
  ({ network } = await openClients(cleanUp, [second]));
  other = cleanUp.add(otherNetworkClient([second]));
  heard = listenToNotices(network, (one) => comply?.(one) ?? "SUCCESS");
  heardByOther = listenToNotices(other);
});
afterAll(cleanUp.run);

const moneyOnly = (id: string) => accountOf(id, { buckets: [bucketOf("main", "money")] });
const topUp = async (accountId: string, amount: number, requestId = "more") =>
  answered(
    await business.topUp({
      requestId: `${requestId}-${accountId}`,
      accountId,
      bucketId: "main",
      amount,
    }),
  );
const initiate = async (client: Client, id: string, session: string, ...groups: number[]) =>
  answered(
    await client.initiate(
      sessionMessage(id, session, 0, ...groups.map((ratingGroup) => usageOf(ratingGroup, 0))),
    ),
  );
/** Long enough for a notice to arrive that should not be there. */
const silence = () => sleep(1_500);
const hearing = (session: string, from = heard) =>
  toldOf(from.filter(({ sessionId }) => sessionId === session));
const waiting = () => readMetric(engine, "tollgate_notices_waiting");

describe("a top-up unblocks a stalled stream:", () => {
  const id = "streaming";

  test("it asks anew when it hears of the credit, and goes on", async () => {
    await openAccount(business, moneyOnly(id), { main: 5 * cent });
    const [grant] = (await initiate(network, id, "stream", web)).multipleUnitInformation;
    expect(grant).toMatchObject({ grantedUnit: 5 * mebi, finalUnitIndication: true });
    const report = sessionMessage(id, "stream", 1, usageOf(web, 0, 5 * mebi));
    const [stalled] = answered(await network.update(report)).multipleUnitInformation;
    expect(stalled).toMatchObject({
      resultCode: resultCodes.CREDIT_LIMIT_REACHED.number,
      grantedUnit: 0,
    });

    let resumed = 0;
    comply = async ({ sessionId }): Promise<ResultCode> => {
      const anew = sessionMessage(id, sessionId, 2, usageOf(web, 0));
      resumed = answered(await network.update(anew)).multipleUnitInformation[0]!.grantedUnit;
      return "SUCCESS";
    };
    await topUp(id, 40 * cent);
    await until("the stream goes on", () => resumed > 0);
    expect(resumed).toBe(10 * mebi);
    const ratingGroups = [web];
    const reason = "credit";
    const told = { kind: "reauthorize", sessionId: "stream", ratingGroups, reason };
    expect(hearing("stream")).toEqual([told]);
    comply = undefined;
  });

  test("nobody is told twice, and nothing waits any more", async () => {
    await until("it is acknowledged", async () => (await waiting()) === 0);
    await silence();
    expect(hearing("stream")).toHaveLength(1);
  });

  test("a top-up while it runs well tells nobody", async () => {
    await topUp(id, 40 * cent, "again");
    await silence();
    expect(hearing("stream")).toHaveLength(1);
  });
});

test("of a credit hear those that were refused, for these groups, and no others", async () => {
  const id = "family";
  const texts = bucketOf("texts", "messages", [message]);
  const account = accountOf(id, { buckets: [bucketOf("main", "money"), texts] });
  await openAccount(business, account, { main: 9 * cent, texts: 500 });
  await initiate(network, id, "f-texts", message);
  await initiate(network, id, "f-call", voice);
  await initiate(other, id, "f-both", web, message, video);
  await topUp(id, 900 * cent);
  await until("all hear", () => hearing("f-both", heardByOther).length > 0);
  await until("all hear", () => hearing("f-call").length > 0);
  const reason = "credit";
  const of = (sessionId: string, ...ratingGroups: number[]) => {
    return { kind: "reauthorize", sessionId, ratingGroups, reason };
  };
  // The call has all the money: its grant is the final one.
  expect(hearing("f-call")).toEqual([of("f-call", voice)]);
  expect(hearing("f-both", heardByOther)).toEqual([of("f-both", web, video)]);
  expect([hearing("f-texts"), hearing("f-both")]).toEqual([[], []]);
});

test("a session is told by whoever continued it last", async () => {
  const id = "roaming";
  await openAccount(business, moneyOnly(id), { main: cent });
  await initiate(network, id, "handover", web);
  answered(await other.update(sessionMessage(id, "handover", 1, usageOf(web, 0, mebi))));
  await topUp(id, 100 * cent);
  await until("the new one hears", () => hearing("handover", heardByOther).length > 0);
  expect(hearing("handover")).toEqual([]);
});

test("a threshold that one session crosses is told to the others of the account", async () => {
  const id = "shared-data";
  const [octets] = accountOf(id).counters;
  const thresholds = [{ status: "slow", reachedAt: 2 * mebi, leftAt: 2 * mebi }];
  const account = { ...moneyOnly(id), counters: [{ ...octets!, thresholds }] };
  await openAccount(business, account, { main: 900 * cent });
  for (const session of ["t-one", "t-two", "t-three"]) await initiate(network, id, session, web);
  answered(await network.update(sessionMessage(id, "t-two", 1, usageOf(web, 0, mebi))));
  await silence();
  expect(heard.filter(({ sessionId }) => sessionId.startsWith("t-"))).toEqual([]);
  answered(await network.update(sessionMessage(id, "t-two", 2, usageOf(web, 0, mebi))));
  await until("the others hear", () => hearing("t-three").length > 0);
  const told = { kind: "reauthorize", ratingGroups: [], reason: "threshold" };
  expect(toldOf(heard.filter(({ sessionId }) => sessionId.startsWith("t-")))).toEqual([
    { ...told, sessionId: "t-one" },
    { ...told, sessionId: "t-three" },
  ]);
});

test("a changed profile is told to every session; without a product it ends them", async () => {
  const id = "plan-change";
  await openAccount(business, moneyOnly(id), { main: 900 * cent });
  await initiate(network, id, "p-one", web);
  await initiate(other, id, "p-two", video);
  answered(await business.putAccount(moneyOnly(id)));
  await silence();
  expect([...hearing("p-one"), ...hearing("p-two", heardByOther)]).toEqual([]);

  answered(await business.putAccount(accountOf(id)));
  await until("both hear", () => hearing("p-two", heardByOther).length > 0);
  await until("both hear", () => hearing("p-one").length > 0);
  const changed = { kind: "reauthorize", ratingGroups: [], reason: "profile" };
  expect(hearing("p-one")).toEqual([{ ...changed, sessionId: "p-one" }]);
  expect(hearing("p-two", heardByOther)).toEqual([{ ...changed, sessionId: "p-two" }]);

  const over = accountOf(id).products.map((one) => ({ ...one, validUntil: past + 1 }));
  answered(await business.putAccount(accountOf(id, { products: over })));
  await until("both end", () => hearing("p-one").length + heardByOther.length > 2);
  await until("both end", () => hearing("p-two", heardByOther).length > 1);
  const ended = { kind: "abort", reason: "profile" };
  expect(hearing("p-one")[1]).toEqual({ ...ended, sessionId: "p-one" });
  expect(hearing("p-two", heardByOther)[1]).toEqual({ ...ended, sessionId: "p-two" });
});

test("what a session does itself, it is not told of", async () => {
  const id = "alone";
  const [octets] = accountOf(id).counters;
  const thresholds = [{ status: "slow", reachedAt: mebi, leftAt: mebi }];
  const account = { ...moneyOnly(id), counters: [{ ...octets!, thresholds }] };
  await openAccount(business, account, { main: 2 * cent });
  await initiate(network, id, "alone", web);
  answered(await network.update(sessionMessage(id, "alone", 1, usageOf(web, 0, 2 * mebi))));
  // Refused; its own event takes nothing that anybody waits for.
  await network.event(eventOf(id, "e", { ratingGroup: message, usedUnit: 1 }));
  await silence();
  expect(hearing("alone")).toEqual([]);
});

test("a thousand sessions hear at once, each of them once, and nothing is left", async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `crowd-${i}`);
  await Promise.all(
    ids.map(async (id) => {
      await openAccount(business, moneyOnly(id), { main: 9_000 * cent });
      for (let i = 0; i < 50; i++) await initiate(network, id, `${id}-s-${i}`, web);
    }),
  );
  const isOfCrowd = ({ sessionId }: Heard) => sessionId.startsWith("crowd-");
  await Promise.all(ids.map(async (id) => answered(await business.putAccount(accountOf(id)))));
  await until("all hear", () => heard.filter(isOfCrowd).length >= 1_000);
  await until("all is acknowledged", async () => (await waiting()) === 0);
  await silence();
  const sessions = heard.filter(isOfCrowd).map(({ sessionId }) => sessionId);
  expect([sessions.length, new Set(sessions).size]).toEqual([1_000, 1_000]);
});

test("all of it leaves not one unit of drift", async () => {
  await expectNoDrift(redis.url);
});
