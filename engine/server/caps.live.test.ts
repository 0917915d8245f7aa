// What is said where a cap leaves something, but too little: QUOTA_LIMIT_REACHED where the account
// could pay but for its cap, CREDIT_LIMIT_REACHED where it could not. A MiB of web is a cent.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type DirectClient, directClient } from "../../scripts/testing/direct-client.ts";
import { expectExplained } from "../../scripts/testing/explained.ts";
import {
  emptyRedisOfFile,
  engineOfTest,
  expectSound,
} from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  codeOf,
  future,
  mebi,
  openAccount,
  sessionMessage,
  tariffDocument,
  usageOf,
  video,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";

const now = Date.parse("2027-01-01T00:00:00Z");

const redis = emptyRedisOfFile();
let engine: DirectEngine;
let client: DirectClient;
beforeEach(async () => {
  engine = await engineOfTest(redis, { now });
  client = directClient(engine);
  answered(await client.publishTariff({ document: tariffDocument() }));
});
afterEach(async () => {
  await expectSound(engine);
  await expectExplained(engine.store, ["a"]);
});

/** Main alone pays; `cap` bounds what is spent. */
const openCapped = (main: number, cap: number, unit: "money" | "octets" = "money") =>
  openAccount(
    client,
    accountOf("a", {
      buckets: [bucketOf("main", "money")],
      counters: [{ counterId: "bounded", unit, ratingGroups: [], cap }],
    }),
    { main },
  );

const event = (requestId: string, ...usedUnits: { ratingGroup: number; usedUnit: number }[]) => {
  return { requestId, subscriberIdentifier: "msisdn-a", eventTimestamp: now, usedUnits };
};

const message = (sequence: number, ...usage: ReturnType<typeof usageOf>[]) => ({
  ...sessionMessage("a", "s", sequence, ...usage),
  eventTimestamp: now,
});

const codesOf = (answer: Awaited<ReturnType<DirectClient["update"]>>) =>
  answered(answer).multipleUnitInformation.map(({ resultCode, grantedUnit }) => [
    Object.entries(resultCodes).find(([, { number }]) => number === resultCode)![0],
    grantedUnit,
  ]);

test("a grant is refused by the cap that leaves less than a block", async () => {
  await openCapped(100 * cent, 2.5 * cent);
  expect(codesOf(await client.initiate(message(0, usageOf(web, 0))))).toEqual([
    ["SUCCESS", 2 * mebi],
  ]);
  expect(codesOf(await client.update(message(1, usageOf(web, 0, 2 * mebi))))).toEqual([
    ["QUOTA_LIMIT_REACHED", 0],
  ]);
});

test("a grant is refused for credit where the account has less than a block as well", async () => {
  await openCapped(2.5 * cent, 2.5 * cent);
  await client.initiate(message(0, usageOf(web, 0)));
  expect(codesOf(await client.update(message(1, usageOf(web, 0, 2 * mebi))))).toEqual([
    ["CREDIT_LIMIT_REACHED", 0],
  ]);
});

test("a cap that leaves nothing is the reason also where there is no credit", async () => {
  await openCapped(2 * cent, 2 * cent);
  await client.initiate(message(0, usageOf(web, 0)));
  expect(codesOf(await client.update(message(1, usageOf(web, 0, 2 * mebi))))).toEqual([
    ["QUOTA_LIMIT_REACHED", 0],
  ]);
});

test("what is paid ahead is granted whatever the cap leaves", async () => {
  await openCapped(100 * cent, 2.5 * cent);
  await client.initiate(message(0, usageOf(web, 0)));
  expect(codesOf(await client.update(message(1, usageOf(web, 0, 1.5 * mebi))))).toEqual([
    ["SUCCESS", mebi / 2],
  ]);
});

test.each([
  { unit: "money", cap: 7 * cent, main: 100 * cent, code: "QUOTA_LIMIT_REACHED" },
  { unit: "money", cap: 7 * cent, main: 9 * cent, code: "CREDIT_LIMIT_REACHED" },
  { unit: "octets", cap: 7 * mebi, main: 10 * cent, code: "QUOTA_LIMIT_REACHED" },
  { unit: "octets", cap: 7 * mebi, main: 9 * cent, code: "CREDIT_LIMIT_REACHED" },
] as const)("ten MiB at once, with a cap of $cap ($unit) and $main: $code", async (row) => {
  await openCapped(row.main, row.cap, row.unit);
  const used = { ratingGroup: web, usedUnit: 10 * mebi };
  expect(codeOf(await client.event(event("e", used)))).toBe(row.code);
  const enquiry = answered(await client.priceEnquiry(event("e", used)));
  expect(enquiry).toMatchObject({
    cost: 10 * cent,
    isCreditSufficient: false,
    ratingGroupCosts: [{ resultCode: resultCodes[row.code].number, coveredUnit: 7 * mebi }],
  });

  const opening = message(0, usageOf(web, 10 * mebi), usageOf(voice, 60));
  const told = codesOf(await client.initiate({ ...opening, isAllOrNothing: true }));
  expect(told[0]).toEqual([row.code, 0]);
});

test("where there is no cap, money that could pay if asked twice is no credit", async () => {
  const document = JSON.parse(tariffDocument());
  for (const group of document.ratingGroups) Object.assign(group, { setupFee: "0.07" });
  answered(await client.publishTariff({ document: JSON.stringify(document) }));
  const small = { ...bucketOf("small", "money"), priority: 1 };
  const main = { ...bucketOf("main", "money"), priority: 2 };
  const thresholds = [{ status: "some", reachedAt: cent, leftAt: cent }];
  const counters = [{ counterId: "told", unit: "money" as const, ratingGroups: [], thresholds }];
  const account = accountOf("a", { buckets: [small, main], counters });
  await openAccount(client, account, { small: 3 * cent, main: 12 * cent });
  // The fee and a MiB are too much for the first, the fee and six for the second.
  const used = { ratingGroup: web, usedUnit: 6 * mebi };
  const code = "CREDIT_LIMIT_REACHED";
  expect(codeOf(await client.event(event("e", used)))).toBe(code);
  expect(answered(await client.priceEnquiry(event("e", used))).ratingGroupCosts).toMatchObject([
    { resultCode: resultCodes[code].number, coveredUnit: 5 * mebi },
  ]);
});

test("what is wanted all together is short of credit where others hold their share", async () => {
  await openCapped(20 * cent, 90 * cent);
  answered(await client.initiate({ ...message(0, usageOf(web, 4 * mebi)), sessionId: "other" }));
  const opening = message(0, usageOf(video, 3 * mebi));
  expect(codesOf(await client.initiate({ ...opening, isAllOrNothing: true }))).toEqual([
    ["CREDIT_LIMIT_REACHED", 0],
  ]);
});

test("what is paid ahead counts once, however many buckets would pay the rest", async () => {
  const buckets = ["bonus", "main"].map((id) => bucketOf(id, "money"));
  const counters = [{ counterId: "spent", unit: "money", ratingGroups: [], cap: 3.5 * cent }];
  const amounts = { bonus: 2 * cent, main: cent };
  await openAccount(client, accountOf("a", { buckets, counters } as never), amounts);
  await client.initiate(message(0, usageOf(web, mebi)));
  // Half a MiB is paid ahead, and two more can be paid.
  const asked = message(1, usageOf(web, 3 * mebi, mebi / 2));
  expect(codesOf(await client.update({ ...asked, isAllOrNothing: true }))).toEqual([
    ["CREDIT_LIMIT_REACHED", 0],
  ]);
});

test("a grant that is withheld begins no validity, and none is told", async () => {
  const buckets = [
    { ...bucketOf("pass", "octets", [web]), ownValiditySeconds: 3_600 },
    bucketOf("main", "money"),
  ];
  await openAccount(client, accountOf("a", { buckets }), { pass: 20 * mebi, main: cent });
  const opening = message(0, usageOf(web, 0), usageOf(voice, 60));
  expect(codesOf(await client.initiate({ ...opening, isAllOrNothing: true }))).toEqual([
    ["GRANT_WITHHELD", 0],
    ["CREDIT_LIMIT_REACHED", 0],
  ]);
  const balance = await client.queryBalance({ subscriberIdentifier: "msisdn-a" });
  const [pass] = answered(balance).buckets;
  expect(pass).toMatchObject({ remaining: 20 * mebi, reserved: 0, validUntil: future });
});

test("fewer thresholds than were reached are reached, and nothing is in the way", async () => {
  const all = [1, 2, 3].map((n) => ({ status: `s${n}`, reachedAt: n * cent, leftAt: n * cent }));
  const accountWith = (thresholds: typeof all) =>
    accountOf("a", {
      buckets: [bucketOf("main", "money")],
      counters: [{ counterId: "told", unit: "money", ratingGroups: [], thresholds }],
    });
  const status = async () => {
    const balance = answered(await client.queryBalance({ subscriberIdentifier: "msisdn-a" }));
    return balance.counters[0]!.status;
  };
  await openAccount(client, accountWith(all), { main: 100 * cent });
  answered(await client.event(event("first", { ratingGroup: web, usedUnit: 3 * mebi })));
  expect(await status()).toBe("s3");
  answered(await client.putAccount(accountWith(all.slice(0, 1))));
  expect(await status()).toBe("s1");
  answered(await client.event(event("second", { ratingGroup: web, usedUnit: mebi })));
  expect(await status()).toBe("s1");
});
