// Explanations asked over the protocol: of what the journal has, of what would be now; and what is
// refused, with a code that says why.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  businessClient,
  createCleanUp,
  networkClient,
  startEngineHere,
} from "../../scripts/testing/engine.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  cent,
  codeOf,
  eventOf,
  message,
  openAccount,
  tariffDocument,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import { keys } from "../store/keys.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
let network: Client;
let business: Client;

beforeAll(async () => {
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  network = cleanUp.add(networkClient([engine]));
  business = cleanUp.add(businessClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
});
afterAll(cleanUp.run);

const latestId = async (): Promise<string> => {
  const [entry] = await redis.client.xrevrange(keys.journal(0), "+", "-", "COUNT", 1);
  return entry![0];
};
const open = (accountId: string) =>
  openAccount(business, accountOf(accountId), { main: 100 * cent });
const ask = (accountId: string, journalId: string | null, index = 0) =>
  business.explain({ accountId, journalId, index });

test("tells of an event what it cost and why, the money first", async () => {
  await open("anna");
  const event = eventOf("anna", "sms-1", { ratingGroup: message, usedUnit: 2 });
  const { cost } = answered(await network.event(event));
  expect(cost).toBeGreaterThan(0);
  const { isConclusive, explanation } = answered(await ask("anna", await latestId()));
  expect(isConclusive).toBe(true);
  expect(explanation[0]).toEqual({
    topic: "result",
    text: expect.stringContaining(`${cost / 1_000_000}`),
  });
  const topics = explanation.map(({ topic }) => topic);
  expect(topics).toEqual(expect.arrayContaining(["use", "tariff", "price", "bucket", "balance"]));
});

test("says so where the journal contradicts itself", async () => {
  await open("bruno");
  const event = eventOf("bruno", "sms-1", { ratingGroup: message, usedUnit: 2 });
  answered(await network.event(event));
  const [entry] = await redis.client.xrevrangeBuffer(keys.journal(0), "+", "-", "COUNT", 1);
  const fields = entry![1];
  const reply = fields[7]!;
  // The lowest octet of what remained.
  reply[6 + 17]! ^= 1;
  const forged = await redis.client.xadd(keys.journal(0), "*", ...fields);
  const { isConclusive, explanation } = answered(await ask("bruno", forged));
  expect(isConclusive).toBe(false);
  expect(explanation[0]?.topic).toBe("problem");
});

describe("asked about now,", () => {
  const question = { subscriberIdentifier: null, requestedUnit: 0, serviceInformation: null };
  const now = (accountId: string, ratingGroup: number) =>
    business.explain({
      ...{ accountId, journalId: null, index: 0 },
      question: { ...question, ratingGroup },
    });

  test("tells what would be granted, and changes nothing", async () => {
    await open("clara");
    const before = await redis.client.getBuffer(keys.account(0, "clara"));
    const { explanation } = answered(await now("clara", message));
    expect(explanation.map(({ topic }) => topic)).toContain("grant");
    expect(await redis.client.getBuffer(keys.account(0, "clara"))).toEqual(before);
  });

  test("tells why nothing would be: the tariff does not know the rating group", async () => {
    await open("dora");
    const { explanation } = answered(await now("dora", 4_711));
    const texts = explanation.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining("has no rating group 4711"));
    expect(texts).toContainEqual(expect.stringContaining("RATING_FAILED"));
  });

  test("refuses an account that there is not", async () => {
    expect(codeOf(await now("nobody", message))).toBe("USER_UNKNOWN");
  });
});

describe("refuses", () => {
  test("what the journal does not have of that account", async () => {
    await open("emil");
    const id = await latestId();
    expect(codeOf(await ask("emil", "1-0"))).toBe("JOURNAL_ENTRY_UNKNOWN");
    expect(codeOf(await ask("anna", id))).toBe("JOURNAL_ENTRY_UNKNOWN");
    expect(codeOf(await ask("emil", id, 9))).toBe("JOURNAL_ENTRY_UNKNOWN");
  });

  test("an id that is none, and neither an id nor a question", async () => {
    for (const journalId of ["x", "1", "-", "1-0-0", "+"]) {
      expect(codeOf(await ask("anna", journalId))).toBe("INVALID_VALUE");
    }
    expect(codeOf(await ask("anna", null))).toBe("INVALID_VALUE");
  });

  test("network elements", async () => {
    const asked = network.explain({ accountId: "anna", journalId: "1-0", index: 0 });
    expect(codeOf(await asked)).toBe("AUTHORIZATION_REJECTED");
  });

  test("more at a time than it has room for, and answers the others", async () => {
    const id = await latestId();
    const asked = Array.from({ length: limits.explanationsAtOnceMax + 3 }, () => ask("emil", id));
    const codes = (await Promise.all(asked)).map((one) => (one.isOk ? "SUCCESS" : one.error.code));
    expect(codes.filter((code) => code !== "SUCCESS" && code !== "TOO_BUSY")).toEqual([]);
    expect(codes).toContain("SUCCESS");
  });

  test("what depends on more than an engine reads, or on what has been cut off", async () => {
    await open("fritz");
    const client = redis.client.pipeline();
    for (let i = 0; i < limits.explanationEntriesMax + 200; i++) {
      client.xadd(keys.journal(0), "*", "p", "", "k", "somebody", "t", "0");
    }
    await client.exec();
    const main = { requestId: "late", accountId: "fritz", bucketId: "main", amount: 1 };
    await redis.client.del(keys.profile(0, "fritz"));
    answered(await business.topUp(main));
    const id = await latestId();
    expect(codeOf(await ask("fritz", id))).toBe("EXPLANATION_TOO_LONG");
    await redis.client.xtrim(keys.journal(0), "MAXLEN", 10);
    expect(codeOf(await ask("fritz", id))).toBe("JOURNAL_CUT");
  });
});
