// The whole engine as a network element and the business side see it: through the real client
// library, over both listeners, against a real Redis. Every amount is worked out by hand.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCleanUp, openClients, startEngineHere } from "../../scripts/testing/engine.ts";
import { expectNoDrift } from "../../scripts/testing/no-drift.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  codeOf,
  eventOf,
  future,
  mebi,
  message,
  openAccount,
  past,
  readHoldings,
  sessionMessage,
  tariffDocument,
  unpriced,
  usageOf,
  video,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import { listenerKinds } from "../config.ts";
import type { Client } from "../protocol/client/client.ts";
import { resultCodes } from "../protocol/result-codes.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
afterAll(cleanUp.run);

const success = resultCodes.SUCCESS.number;
const spent = resultCodes.CREDIT_LIMIT_REACHED.number;
/** An element of multipleUnitInformation. */
/** The last units of an account: the tariff says nothing else, so the service ends with them. */
const last = {
  finalUnitIndication: true,
  finalUnit: { finalUnitAction: "terminate", redirectServerAddress: null, filterIds: [] },
};
const grant = (ratingGroup: number, grantedUnit: number, changes: object = {}) => ({
  ratingGroup,
  resultCode: success,
  grantedUnit,
  validityTime: 600,
  finalUnitIndication: false,
  quotaThreshold: 0,
  quotaHoldingTime: 0,
  tariffTimeChange: 0,
  finalUnit: null,
  ...changes,
});
const none = { validityTime: 0 };

describe.each(listenerKinds)("over %s,", (listener) => {
  let network: Client;
  let business: Client;
  /** Accounts of one listener are not those of the other: they share the Redis. */
  const name = (text: string) => `${listener.slice(0, 3)}-${text}`;

  beforeAll(async () => {
    const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener }));
    ({ network, business } = await openClients(cleanUp, [engine]));
  });

  describe("a session", () => {
    test("is charged from the allowance, then from money, to the last begun block", async () => {
      const id = name("whole");
      await openAccount(business, accountOf(id), { allowance: 15 * mebi, main: 500 * cent });
      const message = (sequence: number, requested: number | null, used: number | null) =>
        sessionMessage(id, "s", sequence, usageOf(web, requested, used));

      expect(answered(await network.initiate(message(0, 0, null)))).toEqual({
        cost: 0,
        multipleUnitInformation: [grant(web, 10 * mebi)],
      });
      expect(await readHoldings(network, id)).toEqual({
        buckets: { allowance: [5 * mebi, 10 * mebi], main: [500 * cent, 0] },
        counters: { "octets-used": 0, "money-spent": 0 },
        openSessions: 1,
      });
      // 5 MiB of the next ten are left in the allowance, five blocks are held in money.
      expect(answered(await network.update(message(1, 0, 10 * mebi)))).toEqual({
        cost: 0,
        multipleUnitInformation: [grant(web, 10 * mebi)],
      });
      expect((await readHoldings(network, id)).buckets).toEqual({
        allowance: [0, 5 * mebi],
        main: [495 * cent, 5 * cent],
      });
      expect(answered(await network.update(message(2, null, 7 * mebi)))).toEqual({
        cost: 2 * cent,
        multipleUnitInformation: [grant(web, 0, none)],
      });
      expect(answered(await network.terminate(message(3, null, 512 * 1024)))).toEqual({
        cost: cent,
        multipleUnitInformation: [grant(web, 0, none)],
      });
      expect(await readHoldings(network, id)).toEqual({
        buckets: { allowance: [0, 0], main: [497 * cent, 0] },
        counters: { "octets-used": 17 * mebi + 512 * 1024, "money-spent": 3 * cent },
        openSessions: 0,
      });
    });

    test("pays a begun block once, however often it reports", async () => {
      const id = name("blocks");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      await network.initiate(sessionMessage(id, "s", 0, usageOf(web, 0)));
      const costs: number[] = [];
      for (let sequence = 1; sequence <= 8; sequence++) {
        const report = sessionMessage(id, "s", sequence, usageOf(web, 0, mebi / 4));
        costs.push(answered(await network.update(report)).cost);
      }
      expect(costs).toEqual([cent, 0, 0, 0, cent, 0, 0, 0]);
    });

    test("gets another outcome for each rating group, in one atomic step", async () => {
      const id = name("groups");
      await openAccount(business, accountOf(id), { main: 60 * cent });
      const opening = sessionMessage(
        id,
        "s",
        0,
        usageOf(web, 0),
        usageOf(video, 20 * mebi),
        usageOf(voice, 0),
        usageOf(unpriced, 0),
        usageOf(message, null),
      );
      const { multipleUnitInformation } = answered(await network.initiate(opening));
      expect(multipleUnitInformation).toEqual([
        grant(web, 10 * mebi),
        // 50 of 60 cents are left, and a MiB of it costs five.
        grant(video, 10 * mebi, last),
        grant(voice, 0, { resultCode: spent, finalUnitIndication: true, ...none }),
        grant(unpriced, 0, { resultCode: resultCodes.RATING_FAILED.number, ...none }),
        grant(message, 0, none),
      ]);
      expect((await readHoldings(network, id)).buckets["main"]).toEqual([0, 60 * cent]);
      const closing = sessionMessage(id, "s", 1, usageOf(web, null, mebi), usageOf(voice, null));
      expect(answered(await network.terminate(closing)).cost).toBe(cent);
      expect((await readHoldings(network, id)).buckets["main"]).toEqual([59 * cent, 0]);
    });

    test("ends where the credit ends: final units, then none, and never below zero", async () => {
      const id = name("poor");
      await openAccount(business, accountOf(id), { main: 3 * cent });
      const report = (sequence: number, used: number | null) =>
        sessionMessage(id, "s", sequence, usageOf(web, 10 * mebi, used));
      expect(answered(await network.initiate(report(0, null))).multipleUnitInformation).toEqual([
        grant(web, 3 * mebi, last),
      ]);
      // It used a MiB more than it was granted: what is left is taken, the rest is an overrun.
      expect(answered(await network.update(report(1, 4 * mebi)))).toEqual({
        cost: 3 * cent,
        multipleUnitInformation: [
          grant(web, 0, { resultCode: spent, finalUnitIndication: true, ...none }),
        ],
      });
      expect((await readHoldings(network, id)).buckets["main"]).toEqual([0, 0]);
      await business.topUp({ requestId: "more", accountId: id, bucketId: "main", amount: cent });
      expect(answered(await network.update(report(2, 0))).multipleUnitInformation).toEqual([
        grant(web, mebi, last),
      ]);
    });

    test("of a product that ends meanwhile pays what it used and gets no more", async () => {
      const id = name("ending");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      await network.initiate(sessionMessage(id, "s", 0, usageOf(web, 0)));
      const products = [
        { productId: "plan", tariffId: "standard", validFrom: past, validUntil: Date.now() },
      ];
      answered(await business.putAccount(accountOf(id, { products })));
      const report = sessionMessage(id, "s", 1, usageOf(web, 0, 4 * mebi));
      expect(answered(await network.update(report))).toEqual({
        cost: 4 * cent,
        multipleUnitInformation: [
          grant(web, 0, { resultCode: resultCodes.END_USER_SERVICE_DENIED.number, ...none }),
        ],
      });
      expect((await readHoldings(network, id)).buckets["main"]).toEqual([96 * cent, 0]);
    });

    test("goes on with as many rating groups as a message may have", async () => {
      const id = name("wide");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      const groups = (first: number, used: number | null) =>
        Array.from({ length: 16 }, (_, i) => usageOf(first + i, 0, used));
      answered(await network.initiate(sessionMessage(id, "s", 0, ...groups(0, null))));
      answered(await network.update(sessionMessage(id, "s", 1, ...groups(16, 0))));
      // 32 groups: no more, but those that it has go on and end.
      expect(codeOf(await network.update(sessionMessage(id, "s", 2, usageOf(32, 0))))).toBe(
        "INVALID_VALUE",
      );
      answered(await network.update(sessionMessage(id, "s", 2, ...groups(0, 1))));
      answered(await network.terminate(sessionMessage(id, "s", 3, ...groups(16, 1))));
      expect((await readHoldings(network, id)).openSessions).toBe(0);
    });
  });

  describe("an event", () => {
    test("is debited at once, from allowance and money, all of it", async () => {
      const id = name("event");
      await openAccount(business, accountOf(id), { allowance: mebi, main: 100 * cent });
      const used = [
        { ratingGroup: message, usedUnit: 2 },
        { ratingGroup: web, usedUnit: 2 * mebi },
      ];
      expect(answered(await network.event(eventOf(id, "e", ...used)))).toEqual({ cost: 19 * cent });
      expect(await readHoldings(network, id)).toEqual({
        buckets: { allowance: [0, 0], main: [81 * cent, 0] },
        counters: { "octets-used": 2 * mebi, "money-spent": 19 * cent },
        openSessions: 0,
      });
    });

    test("that is not covered, or has no price, takes nothing at all", async () => {
      const id = name("nothing");
      await openAccount(business, accountOf(id), { main: 10 * cent });
      const before = await readHoldings(network, id);
      const paid = { ratingGroup: message, usedUnit: 1 };
      const denied = eventOf(id, "e", paid, { ratingGroup: voice, usedUnit: 1 });
      expect(codeOf(await network.event(denied))).toBe("CREDIT_LIMIT_REACHED");
      const unknown = eventOf(id, "e", paid, { ratingGroup: unpriced, usedUnit: 1 });
      expect(codeOf(await network.event(unknown))).toBe("RATING_FAILED");
      expect(await readHoldings(network, id)).toEqual(before);
      // A refused event leaves no answer behind: its request id is still free.
      expect(answered(await network.event(eventOf(id, "e", paid)))).toEqual({ cost: 9 * cent });
    });
  });

  describe("the same again", () => {
    test("gets the identical answer at every step, and costs nothing", async () => {
      const id = name("again");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      const twice = async <R, A>(ask: (request: R) => Promise<A>, request: R) => {
        const first = await ask(request);
        expect(await ask(request)).toEqual(first);
        return first;
      };
      answered(await twice(network.initiate, sessionMessage(id, "s", 7, usageOf(web, 0))));
      const report = sessionMessage(id, "s", 8, usageOf(web, 0, mebi));
      expect(answered(await twice(network.update, report)).cost).toBe(cent);
      const closing = sessionMessage(id, "s", 9, usageOf(web, null, mebi));
      expect(answered(await twice(network.terminate, closing)).cost).toBe(cent);
      const text = eventOf(id, "e", { ratingGroup: message, usedUnit: 1 });
      answered(await twice(network.event, text));
      const topUp = { requestId: "t", accountId: id, bucketId: "main", amount: 50 * cent };
      answered(await twice(business.topUp, topUp));
      expect(await readHoldings(network, id)).toMatchObject({
        buckets: { main: [139 * cent, 0] },
        counters: { "octets-used": 2 * mebi, "money-spent": 11 * cent },
      });
    });

    test("with another body is a conflict, and changes nothing", async () => {
      const id = name("conflict");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      const message = (sequence: number, used: number | null) =>
        sessionMessage(id, "s", sequence, usageOf(web, 0, used));
      answered(await network.initiate(message(0, null)));
      answered(await network.update(message(1, mebi)));
      const event = (used: number) => eventOf(id, "e", { ratingGroup: voice, usedUnit: used });
      answered(await network.event(event(60)));
      const topUp = { requestId: "t", accountId: id, bucketId: "main", amount: cent };
      answered(await business.topUp(topUp));
      const before = await readHoldings(network, id);

      expect(codeOf(await network.update(message(1, 2 * mebi)))).toBe("REQUEST_CONFLICT");
      // The verb is part of the body: an update cannot be repeated as a terminate.
      const asTerminate = { ...message(1, mebi) };
      expect(codeOf(await network.terminate(asTerminate))).toBe("REQUEST_CONFLICT");
      expect(codeOf(await network.event(event(61)))).toBe("REQUEST_CONFLICT");
      expect(codeOf(await business.topUp({ ...topUp, amount: 2 * cent }))).toBe("REQUEST_CONFLICT");
      expect(await readHoldings(network, id)).toEqual(before);

      answered(await network.terminate(message(2, mebi)));
      expect(codeOf(await network.terminate(message(2, 2 * mebi)))).toBe("REQUEST_CONFLICT");
    });

    test("out of turn says whether it is too early or too late", async () => {
      const id = name("turn");
      await openAccount(business, accountOf(id), { main: 100 * cent });
      const message = (sequence: number) =>
        sessionMessage(id, "s", sequence, usageOf(web, 0, sequence === 5 ? null : mebi));
      const first = message(5);
      answered(await network.initiate(first));
      answered(await network.update(message(6)));
      const before = await readHoldings(network, id);
      expect(codeOf(await network.update(message(8)))).toBe("SEQUENCE_GAP");
      expect(codeOf(await network.terminate(message(9)))).toBe("SEQUENCE_GAP");
      expect(codeOf(await network.update(message(4)))).toBe("SEQUENCE_PASSED");
      expect(codeOf(await network.initiate(first))).toBe("SEQUENCE_PASSED");
      expect(await readHoldings(network, id)).toEqual(before);
      answered(await network.terminate(message(7)));
      expect(codeOf(await network.update(message(6)))).toBe("SEQUENCE_PASSED");
      expect(codeOf(await network.update(message(8)))).toBe("UNKNOWN_SESSION_ID");
    });
  });

  describe("an account", () => {
    test("keeps its balances when its profile changes, and counts its versions", async () => {
      const id = name("profile");
      const account = accountOf(id);
      expect(answered(await business.putAccount(account))).toEqual({
        profileVersion: 1,
        isChanged: true,
      });
      expect(answered(await business.putAccount(account))).toEqual({
        profileVersion: 1,
        isChanged: false,
      });
      await openAccount(business, account, { allowance: mebi, main: 7 * cent });
      const gift = bucketOf("gift", "money");
      // Another order, one more bucket, one more counter in the place of an old one.
      const changed = accountOf(id, {
        buckets: [gift, ...account.buckets.toReversed()],
        counters: [{ counterId: "messages", unit: "messages", ratingGroups: [] }],
      });
      await network.event(eventOf(id, "e", { ratingGroup: web, usedUnit: 1 }));
      expect(answered(await business.putAccount(changed))).toEqual({
        profileVersion: 2,
        isChanged: true,
      });
      expect(await readHoldings(network, id)).toEqual({
        buckets: { allowance: [mebi - 1, 0], main: [7 * cent, 0], gift: [0, 0] },
        counters: { messages: 0 },
        openSessions: 0,
      });
    });

    test("loses no bucket that still holds something, and no unit by a change of it", async () => {
      const id = name("not-empty");
      const account = accountOf(id);
      await openAccount(business, account, { main: cent });
      const [allowance, main] = account.buckets;
      const without = (bucket = allowance) => accountOf(id, { buckets: [bucket!] });
      expect(codeOf(await business.putAccount(without()))).toBe("BUCKET_NOT_EMPTY");
      const asOctets = accountOf(id, { buckets: [allowance!, { ...main!, unit: "octets" }] });
      expect(codeOf(await business.putAccount(asOctets))).toBe("BUCKET_NOT_EMPTY");
      // A hold is enough: nothing remains, everything is reserved.
      await network.initiate(sessionMessage(id, "s", 0, usageOf(web, mebi)));
      expect((await readHoldings(network, id)).buckets["main"]).toEqual([0, cent]);
      expect(codeOf(await business.putAccount(without()))).toBe("BUCKET_NOT_EMPTY");
      expect(answered(await business.putAccount(without(main))).isChanged).toBe(true);
      expect((await readHoldings(network, id)).buckets).toEqual({ main: [0, cent] });
    });

    test("has its identifiers for itself, until it gives them up", async () => {
      const [one, other] = [name("owner"), name("taker")];
      await openAccount(business, accountOf(one), { main: 10 * cent });
      const shared = { subscriberIdentifiers: [`msisdn-${other}`, `imsi-${one}`] };
      expect(codeOf(await business.putAccount(accountOf(other, shared)))).toBe("IDENTIFIER_TAKEN");
      answered(await network.queryBalance({ subscriberIdentifier: `imsi-${one}` }));
      answered(
        await business.putAccount(accountOf(one, { subscriberIdentifiers: [`msisdn-${one}`] })),
      );
      await readHoldings(network, one);
      const gone = await network.queryBalance({ subscriberIdentifier: `imsi-${one}` });
      expect(codeOf(gone)).toBe("USER_UNKNOWN");
      answered(await business.putAccount(accountOf(other, shared)));
      const taken = await network.queryBalance({ subscriberIdentifier: `imsi-${one}` });
      expect(answered(taken).accountId).toBe(other);
    });

    test.each([
      ["a currency that is none", { currency: "Euro" }, "currency"],
      ["an identifier twice", { subscriberIdentifiers: ["a", "a"] }, '"a" is there twice'],
      ["an identifier that names an account", { subscriberIdentifiers: ["account-1"] }, "names an"],
      ["a bucket twice", { buckets: [bucketOf("a", "money"), bucketOf("a", "octets")] }, "twice"],
      [
        "a product that ends before it begins",
        { products: [{ productId: "p", tariffId: "t", validFrom: future, validUntil: past }] },
        "validUntil",
      ],
    ])("is not opened with %s", async (_, changes, detail) => {
      const result = await business.putAccount(accountOf(name("refused"), changes));
      expect(result).toMatchObject({ isOk: false, error: { code: "INVALID_VALUE" } });
      expect(result.isOk || result.error.detail).toContain(detail);
    });
  });

  test("a top-up names a bucket that is there, of an account that is, and fits in it", async () => {
    const id = name("top-up");
    await openAccount(business, accountOf(id));
    const topUp = { requestId: "t", accountId: id, bucketId: "main", amount: cent };
    expect(answered(await business.topUp(topUp))).toMatchObject({ remaining: cent, reserved: 0 });
    const elsewhere = { ...topUp, bucketId: "gift" };
    expect(codeOf(await business.topUp(elsewhere))).toBe("REQUEST_CONFLICT");
    const unknown = { ...elsewhere, requestId: "v" };
    expect(codeOf(await business.topUp(unknown))).toBe("UNKNOWN_BUCKET");
    expect(codeOf(await business.topUp({ ...topUp, accountId: "no-one" }))).toBe("USER_UNKNOWN");
    const most = Number.MAX_SAFE_INTEGER;
    const tooMuch = { ...topUp, requestId: "u", amount: most - cent + 1 };
    expect(codeOf(await business.topUp(tooMuch))).toBe("AMOUNT_TOO_LARGE");
    const full = answered(await business.topUp({ ...tooMuch, amount: most - cent }));
    expect(full).toMatchObject({ remaining: most, reserved: 0 });
  });

  test("an account that is none is named as it was asked for", async () => {
    const topUp = { requestId: "t", accountId: "account-1", bucketId: "main", amount: cent };
    const refused = { isOk: false, error: { code: "USER_UNKNOWN", detail: "account-1" } };
    expect(await business.topUp(topUp)).toMatchObject(refused);
    const balance = await business.queryBalance({ subscriberIdentifier: "account-1" });
    expect(balance).toMatchObject(refused);
  });

  test("a tariff is published once; one with problems hears of all of them", async () => {
    const document = tariffDocument(name("tariff"));
    const { tariffVersion, isChanged } = answered(await business.publishTariff({ document }));
    expect([tariffVersion > 1, isChanged]).toEqual([true, true]);
    expect(answered(await business.publishTariff({ document }))).toEqual({
      tariffVersion,
      isChanged: false,
    });
    const wrong = { tariffId: "", currency: "euro", effectiveFrom: "soon", ratingGroups: [] };
    const refused = await business.publishTariff({ document: JSON.stringify(wrong) });
    expect(codeOf(refused)).toBe("TARIFF_INVALID");
    for (const problem of ["tariffId", "currency", "effectiveFrom", "ratingGroups"]) {
      expect(refused.isOk || refused.error.detail).toContain(problem);
    }
    const twice = document.replace('"currency":', '"currency":"USD","currency":');
    for (const text of ["{", twice]) {
      expect(codeOf(await business.publishTariff({ document: text }))).toBe("TARIFF_INVALID");
    }
  });

  test("each role does its own work only", async () => {
    const id = name("roles");
    await openAccount(business, accountOf(id), { main: 100 * cent });
    const opening = sessionMessage(id, "s", 0, usageOf(web, 0));
    const refused = [
      await business.initiate(opening),
      await business.update(opening),
      await business.terminate(opening),
      await business.event(eventOf(id, "e", { ratingGroup: message, usedUnit: 1 })),
      await network.topUp({ requestId: "t", accountId: id, bucketId: "main", amount: 1 }),
      await network.putAccount(accountOf(id, { currency: "USD" })),
      await network.publishTariff({ document: tariffDocument("other") }),
    ];
    expect(refused.map(codeOf)).toEqual(refused.map(() => "AUTHORIZATION_REJECTED"));
    const seen = [await readHoldings(network, id), await readHoldings(business, id)];
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.buckets["main"]).toEqual([100 * cent, 0]);
  });

  test("what nobody knows has its own number", async () => {
    const id = name("unknown");
    await openAccount(business, accountOf(id), { main: 100 * cent });
    const nobody = sessionMessage("no-one", "s", 0, usageOf(web, 0));
    expect(codeOf(await network.initiate(nobody))).toBe("USER_UNKNOWN");
    expect(codeOf(await network.event(eventOf("no-one", "e")))).toBe("USER_UNKNOWN");
    const noSession = sessionMessage(id, "none", 1, usageOf(web, 0, mebi));
    expect(codeOf(await network.update(noSession))).toBe("UNKNOWN_SESSION_ID");
    expect(codeOf(await network.terminate(noSession))).toBe("UNKNOWN_SESSION_ID");
    const old = { ...eventOf(id, "e"), eventTimestamp: Date.now() - 10 * 60_000 };
    expect(codeOf(await network.event(old))).toBe("EVENT_TOO_OLD");
  });
});

test("all of it leaves not one unit of drift", async () => {
  await expectNoDrift(redis.url);
});
