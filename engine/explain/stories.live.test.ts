// What a care agent reads, as stories: charged on a real Redis, then explained from its journal
// alone.

import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { plainBucket, plainCounter } from "../balance/profile.ts";
import type { RequestOf } from "../protocol/operations.ts";
import type { AnyRequest, DirectEngine } from "../simulation/direct-engine.ts";
import type { PutAccount } from "../simulation/model-account.ts";
import { readPageBack } from "../store/journal-account.ts";
import { createProfiles } from "../store/profiles.ts";
import { openTariffs } from "../store/tariffs.ts";
import { describe } from "./describe.ts";
import { explainRecord } from "./explain-record.ts";
import { explanationText } from "./explanation-text.ts";

/** README.md shows it too. */
const storyOfCall = readFileSync(new URL("./story-of-a-call.txt", import.meta.url), "utf8");

const clock = { now: Date.parse("2027-12-24T18:30:00+01:00") };
const always = { validFrom: 0, validUntil: Date.parse("2030-01-01T00:00:00Z") };

const redis = emptyRedisOfFile();
let engine: DirectEngine;
beforeEach(async () => {
  clock.now = Date.parse("2027-12-24T18:30:00+01:00");
  engine = await engineOfTest(redis, clock);
});

const document = {
  tariffId: "talk",
  currency: "EUR",
  effectiveFrom: "2027-01-01T00:00:00+01:00",
  timeZone: "Europe/Paris",
  timeBands: [{ timeBandId: "evening", days: ["friday"], from: "18:00", until: "22:00" }],
  zones: [{ zoneId: "france", prefixes: ["+33"] }],
  ratingGroups: [
    {
      ratingGroup: 100,
      unit: "seconds",
      prices: [
        {
          priceId: "evening-at-home",
          when: { zones: ["france"], timeBands: ["evening"] },
          setupFee: "0.05",
          tiers: {
            kind: "graduated",
            counterId: "talked",
            steps: [
              { upTo: 120, blockUnits: 60, blockPrice: "0.06" },
              { blockUnits: 1, blockPrice: "0.0005" },
            ],
          },
        },
      ],
      blockUnits: 60,
      blockPrice: "0.29",
      quotaUnits: 300,
      validityTimeSeconds: 3600,
    },
    {
      ratingGroup: 10,
      unit: "octets",
      blockUnits: 1048576,
      blockPrice: "0.01",
      quotaUnits: 10485760,
      validityTimeSeconds: 86400,
    },
  ],
};

const month = { unit: "month" as const, anchorDay: 1, count: 1 };
const bucket = (bucketId: string, unit: "money" | "octets") => {
  return { ...plainBucket, ...always, bucketId, unit, priority: 1, ratingGroups: [] as number[] };
};
const counter = (counterId: string, unit: "seconds" | "octets" | "money") => {
  return { ...plainCounter, counterId, unit, ratingGroups: [] as number[] };
};

const put = (parts: Partial<PutAccount>): AnyRequest => ({
  operation: "putAccount",
  request: {
    accountId: "anna",
    currency: "EUR",
    timeZone: "Europe/Paris",
    subscriberIdentifiers: ["33612345678"],
    products: [{ productId: "plan", tariffId: "talk", ...always }],
    buckets: [bucket("main", "money"), bucket("data", "octets")],
    counters: [counter("talked", "seconds")],
    ...parts,
  },
});
const topUp = (bucketId: string, amount: number): AnyRequest => ({
  operation: "topUp",
  request: { requestId: `top-up-${bucketId}`, accountId: "anna", bucketId, amount },
});

type Usage = RequestOf<"update">["multipleUnitUsage"];
const session = (
  operation: "initiate" | "update" | "terminate",
  sequence: number,
  multipleUnitUsage: Usage,
  more: Partial<RequestOf<"update">> = {},
): AnyRequest => ({
  operation,
  request: {
    sessionId: "call-1",
    sequence,
    subscriberIdentifier: "33612345678",
    eventTimestamp: clock.now,
    multipleUnitUsage,
    ...more,
  },
});
const toFrance = {
  serviceInformation: { calledPartyAddress: "+33687654321", servingNetwork: null },
};

const publish = (changes: object = {}) =>
  engine.handle([
    {
      operation: "publishTariff",
      request: { document: JSON.stringify({ ...document, ...changes }) },
    },
  ]);

const inTurn = async (...requests: readonly AnyRequest[]) => {
  for (const request of requests) await engine.handle([request]);
};

/** Of the latest operation, with the journal's id left out. */
const explained = async (entriesOfPage?: number): Promise<string> => {
  const page = await readPageBack(engine.store, 0, "anna", "+");
  if (!page.isOk) throw new Error(page.error);
  const { journalId, index } = page.value.records[0]!;
  const tariffs = await openTariffs({ ...engine.store, subscribe: async () => undefined });
  const outcome = await explainRecord(
    {
      readPage: (accountId, until) =>
        readPageBack(engine.store, 0, accountId, until, entriesOfPage),
      readProfile: createProfiles(engine.store, 1).read,
      get catalogue() {
        return tariffs.catalogue();
      },
      reach: tariffs.reach,
      entriesMax: 1_000,
      onProgress: () => undefined,
      pause: async () => undefined,
    },
    { accountId: "anna", journalId, index },
  );
  if (!outcome.isOk) throw new Error(outcome.error.detail);
  const lines = explanationText(describe(outcome.value));
  return `\n${lines.join("\n").replace(journalId, "ID")}\n`;
};

test("a call by zone and time band, over two tiers of a counter, beside an allowance", async () => {
  await publish();
  await inTurn(put({}), topUp("main", 5_000_000), topUp("data", 1_000_000));
  const wanted = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: null }];
  await inTurn(session("initiate", 0, wanted, toFrance));
  clock.now += 185_000;
  const used = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: 185 }];
  await inTurn(session("update", 1, used, toFrance));
  expect(await explained()).toBe(`\n${storyOfCall}`);
});

test("a grant that goes on across a change of the price, and tells of it", async () => {
  await publish();
  await inTurn(put({}), topUp("main", 5_000_000));
  clock.now = Date.parse("2027-12-24T21:50:00+01:00");
  const wanted = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: null }];
  await inTurn(session("initiate", 0, wanted, { ...toFrance, isTariffTimeChangeSupported: true }));
  expect(await explained()).toMatchInlineSnapshot(`
    "
    0.00 EUR: initiate 0 of session call-1
                account anna, named as 33612345678; friday 2027-12-24 21:50 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

    rating group 100: nothing used
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      called    +33687654321: zone france by the prefix 33
      time      friday 2027-12-24 21:50 in Europe/Paris, time band evening
                the same price and buckets until 2027-12-24 22:00
      price     evening-at-home, number 1 of the 2 that are tried
      grant     300 s (the tariff's quota)
      bucket    main holds 0.26 EUR of 5.00 EUR for 300 s
                  0.12: 120 s up to 120 s, 2 blocks of 60 s at 0.06
                  0.09: 180 s up to 300 s, 180 blocks of 1 s at 0.0005
                  0.05: setup fee
      validity  3600 s, as the tariff has it
                the price changes at 2027-12-24 22:00, which the grant tells
      bucket    data was not asked: it keeps octets

      balance   main: 5.00 EUR before, 4.74 EUR and 0.26 EUR held after
    "
  `);
});

test("what was used before and after such a change, each at its own price", async () => {
  await publish();
  await inTurn(put({}), topUp("main", 5_000_000));
  clock.now = Date.parse("2027-12-24T21:58:00+01:00");
  const aware = { ...toFrance, isTariffTimeChangeSupported: true };
  const wanted = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: null }];
  await inTurn(session("initiate", 0, wanted, aware));
  const until = Date.parse("2027-12-24T22:00:00+01:00");
  clock.now = until + 60_000;
  const usedBefore = [{ usedUnit: 120, until }];
  const used = [{ ratingGroup: 100, requestedUnit: null, usedUnit: 60, usedBefore }];
  await inTurn(session("terminate", 1, used, aware));
  expect(await explained()).toMatchInlineSnapshot(`
    "
    0.46 EUR: terminate 1 of session call-1
                account anna, named as 33612345678; friday 2027-12-24 22:01 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

    rating group 100: 120 s used, 0.17 EUR
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      called    +33687654321: zone france by the prefix 33
      time      friday 2027-12-24 21:59:59.999 in Europe/Paris, time band evening
                the same price and buckets until 2027-12-24 22:00
      price     evening-at-home, number 1 of the 2 that are tried
      bucket    main gave 0.17 EUR of 5.00 EUR for 120 s
                  0.12: 120 s up to 120 s, 2 blocks of 60 s at 0.06
                  0.05: setup fee
      counter   talked from 0 s to 120 s
      bucket    data was not asked: it keeps octets

    rating group 100: 60 s used, 0.29 EUR
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      called    +33687654321: zone france by the prefix 33
      time      friday 2027-12-24 22:01 in Europe/Paris
                the same price and buckets until 2027-12-31 18:00
      price     base, number 2 of the 2 that are tried
      bucket    main gave 0.29 EUR of 4.83 EUR for 60 s
                  0.29: 60 s, 1 block of 60 s at 0.29
      counter   talked from 120 s to 180 s
      bucket    data was not asked: it keeps octets

      balance   main: 4.74 EUR and 0.26 EUR held before, 4.54 EUR after
    "
  `);
});

test("a refusal at a cap, though there is money left", async () => {
  await publish();
  const spent = { ...counter("spent", "money"), period: month, cap: 20_000 };
  const thresholds = [{ status: "half", reachedAt: 10_000, leftAt: 10_000 }];
  await inTurn(put({ counters: [{ ...spent, thresholds }] }), topUp("main", 5_000_000));
  const wanted = [{ ratingGroup: 10, requestedUnit: 0, usedUnit: null }];
  await inTurn(session("initiate", 0, wanted));
  const used = [{ ratingGroup: 10, requestedUnit: 0, usedUnit: 2_097_152 }];
  await inTurn(session("update", 1, used));
  expect(await explained()).toMatchInlineSnapshot(`
    "
    0.02 EUR: update 1 of session call-1
                account anna, named as 33612345678; friday 2027-12-24 18:30 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

    rating group 10: 2 MiB used, 0.02 EUR
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      time      friday 2027-12-24 18:30 in Europe/Paris
                the same price and buckets until 2028-01-01 00:00
      price     base, the only one
      cap       spent may reach 0.02 EUR: 0.00 EUR counted, 0.00 EUR reserved, 0.02 EUR left
      bucket    data has 0 octets, which covers nothing
                main gave 0.02 EUR of 0.02 EUR that caps leave for 2 MiB
                  0.02: 2 MiB, 2 blocks of 1 MiB at 0.01
      counter   spent from 0.00 EUR to 0.02 EUR in its period 695; its status is now half
      grant     0 octets of 10 MiB wanted (the tariff's quota)
      cap       spent may reach 0.02 EUR: 0.02 EUR counted, 0.00 EUR reserved, 0.00 EUR left
      bucket    data has 0 octets, which covers nothing
                main has 0.00 EUR that caps leave, which covers nothing
      grant     7016 QUOTA_LIMIT_REACHED: A cap of the account is why (TS 32.291, 6.1.7.3).

      balance   main: 4.98 EUR and 0.02 EUR held before, 4.98 EUR after
    "
  `);
});

const callOf = (seconds: number, ...more: RequestOf<"event">["usedUnits"]): AnyRequest => ({
  operation: "event",
  request: {
    ...{ requestId: "call-7", subscriberIdentifier: "33612345678", eventTimestamp: clock.now },
    ...{ usedUnits: [{ ratingGroup: 100, usedUnit: seconds }, ...more], ...toFrance },
  },
});

test("an event that is refused for want of credit, though nothing changed", async () => {
  await publish();
  await inTurn(put({}), topUp("main", 250_000));
  await inTurn(callOf(300, { ratingGroup: 10, usedUnit: 7 }));
  expect(await explained()).toMatchInlineSnapshot(`
    "
    event call-7, refused with 4012 CREDIT_LIMIT_REACHED: What is left does not cover it.
                account anna, named as 33612345678; friday 2027-12-24 18:30 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

    rating group 100: 300 s asked for, nothing is charged
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      called    +33687654321: zone france by the prefix 33
      time      friday 2027-12-24 18:30 in Europe/Paris, time band evening
                the same price and buckets until 2027-12-24 22:00
      price     evening-at-home, number 1 of the 2 that are tried
      bucket    main would give 0.25 EUR of 0.25 EUR for 280 s
                  0.12: 120 s up to 120 s, 2 blocks of 60 s at 0.06
                  0.08: 160 s up to 280 s, 160 blocks of 1 s at 0.0005
                  0.05: setup fee
      bucket    none: 20 s more were asked for than anything is left for
      refusal   4012 CREDIT_LIMIT_REACHED: What is left does not cover it.
      bucket    data was not asked: it keeps octets

    rating group 10: not looked at any more
    "
  `);
});

test("a refusal tells what is due as not done, however little of the journal is read", async () => {
  await publish();
  const renewal = { period: month, amount: 1_000, rollover: null };
  const buckets = [{ ...bucket("data", "octets"), renewal }];
  await inTurn(put({ buckets, counters: [] }), topUp("data", 5_000));
  clock.now = Date.parse("2028-01-03T00:00:00+01:00");
  const request = {
    ...{ requestId: "pull", subscriberIdentifier: "33612345678", eventTimestamp: clock.now },
    usedUnits: [{ ratingGroup: 10, usedUnit: 3_000 }],
  };
  await inTurn({ operation: "event", request });
  const page = await explained(1);
  expect(page).toBe(await explained());
  expect(page).toMatchInlineSnapshot(`
    "
    event pull, refused with 4012 CREDIT_LIMIT_REACHED: What is left does not cover it.
                account anna, named as 33612345678; monday 2028-01-03 00:00 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

      due       not done yet, but by the next operation that succeeds:
                data is renewed, for its period 696 after 695
                6,000 octets of it expired
                data has 1,000 octets anew

    rating group 10: 3,000 octets asked for, nothing is charged
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      time      monday 2028-01-03 00:00 in Europe/Paris
                the same price and buckets until 2030-01-01 01:00
      price     base, the only one
      bucket    data would give 1,000 octets of 1,000 octets
                none: 2,000 octets more were asked for than anything is left for
      refusal   4012 CREDIT_LIMIT_REACHED: What is left does not cover it.
    "
  `);
});

test("a refund, by the event that it is of", async () => {
  await publish();
  const spentLately = { ruleId: "spree", mode: "shadow", windowSeconds: 3_600 } as const;
  const others = { destinationShare: null, simultaneousSessions: null, impossibleTravel: null };
  const rules = [{ ...spentLately, ...others, spendRate: { spentMax: 1_000_000 } }];
  await inTurn(put({ rules }), topUp("main", 5_000_000), callOf(185));
  clock.now += 60_000;
  const about = { requestId: "back-1", refundedRequestId: "call-7", eventTimestamp: clock.now };
  const usedUnits = [{ ratingGroup: 100, usedUnit: 65 }];
  const request = { ...about, subscriberIdentifier: "33612345678", usedUnits };
  await inTurn({ operation: "refund", request });
  expect(await explained()).toMatchInlineSnapshot(`
    "
    refund back-1 of event call-7
                account anna, named as 33612345678; friday 2027-12-24 17:31 in UTC
                journal ID/0, profile 1, publications up to 1
      movement  0.0325 EUR go back to where they were taken
                65 units of rating group 100 count as not used
                counter talked counts 65 s less
                rule spree counts 0.0325 EUR less

      balance   main: 4.7975 EUR before, 4.83 EUR after
    "
  `);
});

test("an expiry that nobody came by for", async () => {
  await publish();
  const buckets = [
    bucket("main", "money"),
    { ...bucket("data", "octets"), validUntil: clock.now + 1 },
  ];
  await inTurn(put({ buckets }), topUp("data", 1_000_000));
  const usedFrom = clock.now + 3_600_000;
  clock.now += 90_000_000;
  await inTurn({ operation: "settleDues", request: { accountId: "anna", usedFrom } });
  expect(await explained()).toMatchInlineSnapshot(`
    "
    what the account was due for, done without any use
                account anna; saturday 2027-12-25 18:30 in UTC
                journal ID/0, profile 1, publications up to 1
                what ended after 2027-12-24 18:30 stays, for use that is told late

      due       data: 1,000,000 octets expired, its time was over

      balance   data: 1,000,000 octets before, 0 octets after
    "
  `);
});

test("a renewal with what rolls over, before anything else is done", async () => {
  await publish();
  const rollover = { bucketId: "kept", amountMax: 8_000_000, lastsOnePeriod: false };
  const renewal = { period: month, amount: 5_000_000, rollover };
  const buckets = [
    { ...bucket("data", "octets"), renewal },
    { ...bucket("kept", "octets"), priority: 0 },
    bucket("main", "money"),
    { ...bucket("old", "octets"), validUntil: clock.now - 1 },
    { ...bucket("video", "octets"), ratingGroups: [20] },
  ];
  await inTurn(put({ buckets, counters: [] }), topUp("main", 1_000_000));
  await inTurn(session("initiate", 0, [{ ratingGroup: 10, requestedUnit: 0, usedUnit: null }]));
  await inTurn(
    session("terminate", 1, [{ ratingGroup: 10, requestedUnit: null, usedUnit: 1_000_000 }]),
  );
  clock.now = Date.parse("2028-01-01T00:00:10+01:00");
  const again = { sessionId: "call-2" };
  await inTurn(
    session("initiate", 0, [{ ratingGroup: 10, requestedUnit: 6_000_000, usedUnit: null }], again),
  );
  expect(await explained()).toMatchInlineSnapshot(`
    "
    0.00 EUR: initiate 0 of session call-2
                account anna, named as 33612345678; saturday 2028-01-01 00:00:10 in Europe/Paris
                journal ID/0, profile 1, publications up to 1

      due       data is renewed, for its period 696 after 695
                4,000,000 octets of it rolled over to kept
                data has 5,000,000 octets anew

    rating group 10: nothing used
      product   plan
      tariff    talk, publication 1, in effect since 2027-01-01 00:00
      time      saturday 2028-01-01 00:00:10 in Europe/Paris
                the same price and buckets until 2030-01-01 01:00
      price     base, the only one
      grant     6,000,000 octets (allowed are 1 octet to 10 MiB at a time)
      bucket    kept holds 4,000,000 octets of 4,000,000 octets
                data holds 2,000,000 octets of 5,000,000 octets
      validity  86400 s, as the tariff has it
      bucket    old was not asked: it is over since 2027-12-24 18:29:59.999
                main was not asked: what comes before it was enough, or a cap left no more
                video was not asked: it is for rating group 20

      balance   data: 4,000,000 octets before, 3,000,000 octets and 2,000,000 octets held after
                kept: 0 octets before, 0 octets and 4,000,000 octets held after
    "
  `);
});

test("a rule that the call hits, and what that refuses from then on", async () => {
  const none = { spendRate: null, simultaneousSessions: null, impossibleTravel: null };
  const destinationShare = { zones: ["france"], sharePercentMax: 50, spentMin: 100_000 };
  const rule = { ruleId: "to-france", mode: "enforcing" as const, windowSeconds: 3_600 };
  await publish();
  await inTurn(put({ rules: [{ ...rule, ...none, destinationShare }] }), topUp("main", 5_000_000));
  const wanted = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: null }];
  await inTurn(session("initiate", 0, wanted, toFrance));
  clock.now += 60_000;
  const used = [{ ratingGroup: 100, requestedUnit: 0, usedUnit: 60 }];
  await inTurn(session("update", 1, used, toFrance));
  const text = await explained();
  expect(text).toContain("grant     7031 RULE_HIT: An enforcing rule of the account was hit");
  expect(text).toContain("rule      to-france (destinationShare) was hit: until 2027-12-24 19:00 ");
});

test("a top-up with the rule of its bonus, and an adjustment with its reason", async () => {
  const bonusRules = [
    {
      ...{ ruleId: "data-for-five", bucketId: "main", amountMin: "5" },
      ...{ bonusBucketId: "data", bonusAmount: 1_048_576 },
    },
  ];
  await publish({ bonusRules });
  await inTurn(put({}), topUp("main", 5_000_000));
  expect(await explained()).toContain(
    `
  movement  5.00 EUR to main
            besides 1 MiB to data, by bonus rule data-for-five of talk, publication 1

  balance   main: 0.00 EUR before, 5.00 EUR after
`,
  );
  const reason = "charged-twice";
  const lowered = { requestId: "a-1", accountId: "anna", bucketId: "main", amount: -1_500_000 };
  await inTurn({ operation: "adjust", request: { ...lowered, reason } });
  expect(await explained()).toContain(`
  movement  1.50 EUR from main: charged-twice
`);
});

test("why nothing prices a rating group, of each product as far as it got", async () => {
  const [talk] = document.ratingGroups;
  await publish();
  await publish({ tariffId: "later", effectiveFrom: "2028-01-01T00:00:00Z" });
  await publish({ tariffId: "dollars", currency: "USD" });
  await publish({ tariffId: "voice", ratingGroups: [talk] });
  const product = (productId: string, tariffId: string) => ({ productId, tariffId, ...always });
  const soon = { ...product("f", "talk"), validFrom: Date.parse("2028-02-01T00:00:00Z") };
  const products = [
    product("a", "never"),
    product("b", "later"),
    product("c", "dollars"),
    product("d", "voice"),
    soon,
  ];
  await inTurn(put({ products }), topUp("main", 5_000_000));
  await inTurn(session("initiate", 0, [{ ratingGroup: 10, requestedUnit: 0, usedUnit: null }]));
  const text = await explained();
  expect(text.split("\n").filter((line) => line.includes("none by"))).toEqual([
    "  tariff    none by product a: its tariff never is not published",
    "            none by product b: its tariff later takes effect at 2028-01-01 00:00 UTC",
    "            none by product c: its tariff dollars is in USD, the account has none",
    "            none by product d: its tariff voice has no rating group 10",
    "            none by product f: it is valid from 2028-02-01 00:00 UTC on",
  ]);
});
