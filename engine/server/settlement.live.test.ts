// Settlement, row by row as the table in engine/README.md has it: what becomes of use and holds
// when messages come late, twice, out of order, from elsewhere, or not at all. Amounts by hand.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DirectClient, directClient } from "../../scripts/testing/direct-client.ts";
import { journalRecords } from "../../scripts/testing/journal-records.ts";
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
  holdingsOf,
  mebi,
  message,
  openAccount,
  past,
  tariffDocument,
  usageOf,
  voice,
  web,
} from "../../scripts/testing/subscribers.ts";
import { remarks } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { RequestOf } from "../protocol/operations.ts";
import { type ResultCode, resultCodes } from "../protocol/result-codes.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const minute = 60_000;
const clock = { now: start };

const redis = emptyRedisOfFile();
let one: DirectEngine;
let other: DirectEngine;
let network: DirectClient;
/** The same Redis through another engine: another network element. */
let elsewhere: DirectClient;
beforeEach(async () => {
  clock.now = start;
  one = await engineOfTest(redis, clock);
  other = await engineOfTest(redis, clock);
  network = directClient(one);
  elsewhere = directClient(other);
  answered(await network.publishTariff({ document: tariffDocument() }));
  await other.refresh();
});
afterEach(() => expectSound(one, other));

const pass = async (ms: number) => {
  clock.now += ms;
  await one.sweep();
};

type Usage = RequestOf<"update">["multipleUnitUsage"][number];

const session = (sequence: number, ...multipleUnitUsage: readonly Usage[]) => ({
  sessionId: "s",
  sequence,
  subscriberIdentifier: "msisdn-a",
  eventTimestamp: clock.now,
  multipleUnitUsage,
});
/** Ten MiB are granted at a time. */
const asks = (used: number | null = null) => usageOf(web, 0, used);

const holdings = async () => {
  const answer = await network.queryBalance({ subscriberIdentifier: "msisdn-a" });
  const { buckets, openSessions } = holdingsOf(answered(answer));
  return { ...buckets, openSessions };
};

/** Of the answer of a session's message: cost, then code and grant of each rating group. */
const told = async (result: ReturnType<DirectClient["update"]>) => {
  const { cost, multipleUnitInformation } = answered(await result);
  const names = Object.entries(resultCodes);
  return [
    cost,
    ...multipleUnitInformation.map(({ resultCode, grantedUnit }) => {
      return [names.find(([, { number }]) => number === resultCode)![0] as ResultCode, grantedUnit];
    }),
  ];
};

const overruns = async () =>
  (await journalRecords(one.store)).flatMap((record) =>
    "usage" in record ? record.usage.filter(({ overrun }) => overrun > 0) : [],
  );

const open = async (amounts: Record<string, number>, changes: object = {}) => {
  await openAccount(network, accountOf("a", changes), amounts);
  await network.initiate(session(0, asks()));
};

describe("what was used", () => {
  test("beyond the grant is debited as far as there is anything, the rest is overrun", async () => {
    await open({ allowance: 12 * mebi });
    expect(await told(network.update(session(1, asks(15 * mebi))))).toEqual([
      ...[0, ["CREDIT_LIMIT_REACHED", 0]],
    ]);
    expect(await holdings()).toMatchObject({ allowance: [0, 0] });
    expect(await overruns()).toMatchObject([
      { ratingGroup: web, used: 15 * mebi, overrun: 3 * mebi },
    ]);
  });

  test("below the grant gives the rest of it back", async () => {
    await open({ allowance: 12 * mebi });
    await network.update(session(1, usageOf(web, null, 4 * mebi)));
    expect(await holdings()).toMatchObject({ allowance: [8 * mebi, 0] });
  });

  test("may all come with the terminate", async () => {
    await open({ allowance: 12 * mebi });
    expect(await told(network.terminate(session(1, usageOf(web, null, 9 * mebi))))).toEqual([
      ...[0, ["SUCCESS", 0]],
    ]);
    expect(await holdings()).toMatchObject({ allowance: [3 * mebi, 0], openSessions: 0 });
  });

  test("of a rating group that was never granted is charged like any other", async () => {
    await open({ main: 50 * cent });
    expect(await told(network.update(session(1, usageOf(voice, null, 61))))).toEqual([
      ...[18 * cent, ["SUCCESS", 0]],
    ]);
  });

  test("after its bucket has expired comes out of what that held for it, no more", async () => {
    const allowance = { ...bucketOf("allowance", "octets", [web]), validUntil: start + minute };
    await open({ allowance: 30 * mebi }, { buckets: [allowance, bucketOf("main", "money")] });
    clock.now += minute + 1;
    expect(await told(network.update(session(1, asks(12 * mebi))))).toEqual([
      ...[0, ["CREDIT_LIMIT_REACHED", 0]],
    ]);
    expect(await overruns()).toMatchObject([{ used: 12 * mebi, overrun: 2 * mebi }]);
  });

  test("before its bucket ended, told apart, is paid by it, also beyond what it held", async () => {
    const end = start + minute;
    const allowance = { ...bucketOf("allowance", "octets", [web]), validUntil: end };
    await open({ allowance: 30 * mebi }, { buckets: [allowance, bucketOf("main", "money")] });
    clock.now = end + 5_000;
    const before = { usedUnit: 15 * mebi, until: end };
    const usage = { ...usageOf(web, null, 12 * mebi), usedBefore: [before] };
    await network.update({ ...session(1, usage), isTariffTimeChangeSupported: true });
    // After its end it gave the ten that it held, though five more were there.
    expect(await overruns()).toMatchObject([{ used: 12 * mebi, overrun: 2 * mebi }]);
  });

  test("of what costs nothing is no expired bucket's where nothing was granted", async () => {
    answered(await network.publishTariff({ document: tariffDocument("free", "0") }));
    const products = [{ ...accountOf("a").products[0]!, tariffId: "free" }];
    const buckets = [{ ...bucketOf("main", "money"), validUntil: start + minute }];
    await openAccount(network, accountOf("a", { buckets, products }), { main: cent });
    await network.initiate(session(0, usageOf(voice, 0)));
    clock.now += minute + 1;
    await network.update(session(1, usageOf(web, null, mebi)));
    expect(await overruns()).toMatchObject([{ ratingGroup: web, overrun: mebi }]);
  });

  test("after the product has ended is priced by it, and nothing more is granted", async () => {
    const products = [
      { productId: "plan", tariffId: "standard", validFrom: past, validUntil: start + minute },
    ];
    await open({ main: 50 * cent }, { products });
    clock.now += minute + 1;
    expect(await told(network.update(session(1, asks(3 * mebi))))).toEqual([
      ...[3 * cent, ["END_USER_SERVICE_DENIED", 0]],
    ]);
  });
});

describe("a message", () => {
  test("that comes when the grant is over and the session not is charged as in time", async () => {
    await open({ allowance: 12 * mebi });
    await pass(19 * minute);
    expect(await told(network.update(session(1, asks(4 * mebi))))).toEqual([
      ...[0, ["SUCCESS", 8 * mebi]],
    ]);
  });

  test("before which another is missing waits for that one", async () => {
    await open({ allowance: 40 * mebi });
    const [first, second] = [session(1, asks(mebi)), session(2, asks(2 * mebi))];
    expect(codeOf(await network.update(second))).toBe("SEQUENCE_GAP");
    answered(await network.update(first));
    answered(await network.update(second));
    expect(await holdings()).toMatchObject({ allowance: [27 * mebi, 10 * mebi] });
  });

  test("that comes twice is answered as before, an older one is refused", async () => {
    await open({ allowance: 40 * mebi });
    const [first, second] = [session(1, asks(mebi)), session(2, asks(2 * mebi))];
    const answer = await network.update(first);
    expect(await network.update(first)).toEqual(answer);
    answered(await network.update(second));
    expect(codeOf(await network.update(first))).toBe("SEQUENCE_PASSED");
    expect(codeOf(await network.update({ ...second, eventTimestamp: clock.now - 1 }))).toBe(
      "REQUEST_CONFLICT",
    );
    expect(await holdings()).toMatchObject({ allowance: [27 * mebi, 10 * mebi] });
  });

  test("that ends a session twice ends it once", async () => {
    await open({ allowance: 12 * mebi });
    const last = session(1, usageOf(web, null, mebi));
    const answer = await network.terminate(last);
    expect(await network.terminate(last)).toEqual(answer);
    expect(codeOf(await network.update(session(2, asks(mebi))))).toBe("UNKNOWN_SESSION_ID");
    expect(await holdings()).toMatchObject({ allowance: [11 * mebi, 0] });
  });

  test("that opens a session again opens none", async () => {
    await open({ allowance: 40 * mebi });
    answered(await network.initiate(session(0, asks())));
    expect(codeOf(await network.initiate(session(0, usageOf(voice, 0))))).toBe("REQUEST_CONFLICT");
    answered(await network.update(session(1, asks(mebi))));
    expect(codeOf(await network.initiate(session(0, asks())))).toBe("SEQUENCE_PASSED");
    answered(await network.terminate(session(2)));
    expect(codeOf(await network.initiate(session(0, asks())))).toBe("SEQUENCE_PASSED");
    expect(await holdings()).toMatchObject({ openSessions: 0 });
  });

  test("of another network element goes on with the session if it is the next one", async () => {
    await open({ allowance: 40 * mebi });
    answered(await network.update(session(1, asks(mebi))));
    answered(await elsewhere.update(session(2, asks(2 * mebi))));
    expect(codeOf(await network.update(session(2, asks(3 * mebi))))).toBe("REQUEST_CONFLICT");
    answered(await elsewhere.terminate(session(3)));
    expect(await holdings()).toMatchObject({ allowance: [37 * mebi, 0], openSessions: 0 });
  });
});

describe("a session that has expired", () => {
  const expire = async () => {
    await open({ allowance: 12 * mebi });
    await pass(20 * minute + limits.deadlineIntervalMs);
    expect(await holdings()).toMatchObject({ allowance: [12 * mebi, 0], openSessions: 0 });
  };

  test("is charged for what is told late, once, and gets nothing", async () => {
    await expire();
    const late = session(1, asks(4 * mebi));
    expect(await told(network.update(late))).toEqual([0, ["UNKNOWN_SESSION_ID", 0]]);
    expect(await told(elsewhere.update(late))).toEqual([0, ["UNKNOWN_SESSION_ID", 0]]);
    expect(await holdings()).toMatchObject({ allowance: [8 * mebi, 0], openSessions: 0 });
  });

  test("ends with a late terminate, after which nothing more is charged", async () => {
    await expire();
    answered(await network.update(session(1, asks(mebi))));
    const last = session(2, usageOf(web, null, 2 * mebi));
    expect(await told(network.terminate(last))).toEqual([0, ["SUCCESS", 0]]);
    expect(await told(network.terminate(last))).toEqual([0, ["SUCCESS", 0]]);
    expect(codeOf(await network.update(session(3, asks(mebi))))).toBe("UNKNOWN_SESSION_ID");
    expect(await holdings()).toMatchObject({ allowance: [9 * mebi, 0], openSessions: 0 });
  });

  test("goes on paying a begun block, and the journal tells that it came late", async () => {
    await openAccount(network, accountOf("a"), { main: 50 * cent });
    await network.initiate(session(0, asks()));
    await network.update(session(1, asks(mebi / 2)));
    await pass(20 * minute + limits.deadlineIntervalMs);
    expect(await told(network.update(session(2, asks(mebi / 2))))).toEqual([
      ...[0, ["UNKNOWN_SESSION_ID", 0]],
    ]);
    expect(await told(network.terminate(session(3, usageOf(web, null, 1))))).toEqual([
      ...[cent, ["SUCCESS", 0]],
    ]);
    const kinds = (await journalRecords(one.store)).flatMap((record) => {
      return "remarks" in record ? record.remarks : [];
    });
    expect(kinds.map(({ kind, much }) => [kind, much])).toEqual([
      [remarks.late, start + 20 * minute],
      [remarks.late, start + 20 * minute],
    ]);
  });

  test("is not charged for a message before which another is missing", async () => {
    await expire();
    expect(codeOf(await network.update(session(2, asks(mebi))))).toBe("UNKNOWN_SESSION_ID");
    expect(await holdings()).toMatchObject({ allowance: [12 * mebi, 0] });
    expect(await told(network.update(session(1, asks(mebi))))).toEqual([
      ...[0, ["UNKNOWN_SESSION_ID", 0]],
    ]);
  });

  test("is unknown once it is forgotten", async () => {
    await expire();
    await pass(limits.answersKeptMs);
    await pass(limits.answersKeptMs);
    expect(codeOf(await network.update(session(1, asks(mebi))))).toBe("UNKNOWN_SESSION_ID");
    expect(await holdings()).toMatchObject({ allowance: [12 * mebi, 0] });
  });
});

describe("use of the period before an allowance was renewed", () => {
  const day = { unit: "day", anchorDay: 1, count: 1 } as const;
  const renewed = (rollover: object | null = null) => [
    { ...bucketOf("data", "octets"), renewal: { period: day, amount: 100 * mebi, rollover } },
    { ...bucketOf("kept", "octets"), priority: 2 },
  ];
  const beforeMidnight = start + 24 * 60 * minute - 5_000;
  const late = (used: number) => ({
    ...session(1, usageOf(web, null, used)),
    eventTimestamp: beforeMidnight,
  });
  /** Ten MiB are held when midnight comes, 90 are not. */
  const openBefore = async (rollover: object | null = null) => {
    clock.now = beforeMidnight - minute;
    await open({}, { buckets: renewed(rollover) as never });
    expect(await holdings()).toMatchObject({ data: [90 * mebi, 10 * mebi] });
    clock.now = beforeMidnight + 10_000;
  };

  test("is paid by what was held for it, and the renewed allowance is whole", async () => {
    await openBefore();
    expect(await told(network.update(late(10 * mebi)))).toEqual([0, ["SUCCESS", 0]]);
    expect(await holdings()).toMatchObject({ data: [100 * mebi, 0], kept: [0, 0] });
  });

  test("is paid by the renewed allowance beyond that, for what nobody held is gone", async () => {
    await openBefore();
    await network.update(late(12 * mebi));
    expect(await holdings()).toMatchObject({ data: [98 * mebi, 0] });
  });

  test("leaves what was held and not used to the new period", async () => {
    await openBefore();
    await network.update(late(4 * mebi));
    expect(await holdings()).toMatchObject({ data: [106 * mebi, 0] });
  });

  test("is paid by what was held also where the rest has rolled over", async () => {
    await openBefore({ bucketId: "kept", amountMax: 1_000 * mebi, lastsOnePeriod: false });
    await network.update(late(10 * mebi));
    expect(await holdings()).toMatchObject({ data: [100 * mebi, 0], kept: [90 * mebi, 0] });
  });

  test("is paid by the renewed allowance where a session held nothing any more", async () => {
    await openBefore();
    // Its hold went back at its deadline, a quarter of an hour after midnight.
    await pass(25 * minute);
    await network.update({ ...late(10 * mebi), eventTimestamp: clock.now });
    expect(await holdings()).toMatchObject({ data: [90 * mebi, 0], openSessions: 0 });
  });

  test("of an event is paid by the renewed allowance, as nothing is held for one", async () => {
    await openBefore();
    const event = { requestId: "e", subscriberIdentifier: "msisdn-a", eventTimestamp: clock.now };
    const usedUnits = [{ ratingGroup: web, usedUnit: 3 * mebi }];
    answered(await network.event({ ...event, eventTimestamp: beforeMidnight, usedUnits }));
    expect(await holdings()).toMatchObject({ data: [97 * mebi, 10 * mebi] });
  });
});

describe("when all grants are wanted or none", () => {
  const both = (sequence: number, used: number | null, asked: number) => ({
    ...session(sequence, usageOf(web, 0, used), usageOf(voice, asked)),
    isAllOrNothing: true,
  });

  test("one that is short withholds the others, and use is settled all the same", async () => {
    await openAccount(network, accountOf("a"), { allowance: 30 * mebi, main: 20 * cent });
    expect(await told(network.initiate(both(0, null, 120)))).toEqual([
      ...[0, ["SUCCESS", 10 * mebi], ["SUCCESS", 120]],
    ]);
    expect(await told(network.update(both(1, 4 * mebi, 180)))).toEqual([
      ...[0, ["GRANT_WITHHELD", 0], ["CREDIT_LIMIT_REACHED", 0]],
    ]);
    expect(await holdings()).toMatchObject({ allowance: [26 * mebi, 0], main: [20 * cent, 0] });
  });

  test("one that no tariff prices withholds the others too", async () => {
    await openAccount(network, accountOf("a"), { allowance: 30 * mebi });
    const opening = { ...session(0, asks(), usageOf(999, 0)), isAllOrNothing: true };
    expect(await told(network.initiate(opening))).toEqual([
      ...[0, ["GRANT_WITHHELD", 0], ["RATING_FAILED", 0]],
    ]);
    expect(await holdings()).toMatchObject({ allowance: [30 * mebi, 0], openSessions: 1 });
  });

  test("one that asks for nothing is withheld nothing", async () => {
    await openAccount(network, accountOf("a"), { main: cent });
    const opening = session(0, usageOf(voice, 180), usageOf(message, null));
    expect(await told(network.initiate({ ...opening, isAllOrNothing: true }))).toEqual([
      ...[0, ["CREDIT_LIMIT_REACHED", 0], ["SUCCESS", 0]],
    ]);
  });

  test("one that asks for nothing stands in nobody's way", async () => {
    await openAccount(network, accountOf("a"), { allowance: 30 * mebi });
    const opening = { ...session(0, asks(), usageOf(message, null)), isAllOrNothing: true };
    expect(await told(network.initiate(opening))).toEqual([
      ...[0, ["SUCCESS", 10 * mebi], ["SUCCESS", 0]],
    ]);
  });
});
