// The modes of charging that standards name, each as a peer uses it: direct debit with its enquiry
// and refund (IEC), an event with reservation (ECUR), by units that the network knows or the tariff
// chooses, and afterwards. Sessions (SCUR) are in settlement.live.test.ts.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DirectClient, directClient } from "../../scripts/testing/direct-client.ts";
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
  message,
  openAccount,
  tariffDocument,
  voice,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import { chargeEvent } from "../protocol/client/charge-event.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";

const start = Date.parse("2027-01-01T00:00:00Z");
const clock = { now: start };
const now = () => clock.now;

const redis = emptyRedisOfFile();
let engine: DirectEngine;
let client: DirectClient;
beforeEach(async () => {
  clock.now = start;
  engine = await engineOfTest(redis, clock);
  client = directClient(engine);
  answered(await client.publishTariff({ document: tariffDocument() }));
  const buckets = [bucketOf("texts", "messages"), bucketOf("main", "money")];
  await openAccount(client, accountOf("a", { buckets }), { texts: 2, main: 40 * cent });
});
afterEach(() => expectSound(engine));

const subscriberIdentifier = "msisdn-a";
const of = (ratingGroup: number, usedUnit: number) => ({ ratingGroup, usedUnit });
const eventOf = (requestId: string, ...usedUnits: ReturnType<typeof of>[]) => {
  return { requestId, subscriberIdentifier, eventTimestamp: clock.now, usedUnits };
};
const refundOf = (requestId: string, event: string, ...usedUnits: ReturnType<typeof of>[]) => {
  return { ...eventOf(requestId, ...usedUnits), refundedRequestId: event };
};

const holdings = async () => {
  const answer = await client.queryBalance({ subscriberIdentifier });
  const { buckets, openSessions } = holdingsOf(answered(answer));
  return { ...buckets, openSessions };
};
const untouched = { texts: [2, 0], main: [40 * cent, 0], openSessions: 0 };

describe("direct debit", () => {
  test("takes all units or none", async () => {
    expect(answered(await client.event(eventOf("e1", of(message, 4))))).toEqual({
      cost: 18 * cent,
    });
    expect(codeOf(await client.event(eventOf("e2", of(message, 2), of(voice, 61))))).toBe(
      "CREDIT_LIMIT_REACHED",
    );
    expect(await holdings()).toMatchObject({ texts: [0, 0], main: [22 * cent, 0] });
  });

  test("may come after the use, as long as a repetition of it would be known", async () => {
    const late = { ...eventOf("e1", of(message, 1)), eventTimestamp: start };
    clock.now = start + limits.eventRepeatMsMax;
    answered(await client.event(late));
    clock.now += 1;
    expect(codeOf(await client.event({ ...late, requestId: "e2" }))).toBe("EVENT_TOO_OLD");
  });
});

describe("a refund", () => {
  test("gives back first what was taken last, each part to where it came from", async () => {
    await client.event(eventOf("e1", of(message, 4)));
    const refund = async (id: string, units: number) =>
      answered(await client.refund(refundOf(id, "e1", of(message, units))));
    const [first, second] = [await refund("r1", 1), await refund("r2", 2)];
    expect([first.refundedCost, second.refundedCost]).toEqual([9 * cent, 9 * cent]);
    expect(await holdings()).toMatchObject({ texts: [1, 0], main: [40 * cent, 0] });
  });

  test("leaves a begun block paid until all of it is given back", async () => {
    await client.event(eventOf("e1", of(voice, 100)));
    const refund = async (id: string, seconds: number) =>
      answered(await client.refund(refundOf(id, "e1", of(voice, seconds)))).refundedCost;
    expect(await refund("r1", 39)).toBe(0);
    expect(await refund("r2", 1)).toBe(9 * cent);
    expect(await refund("r3", 60)).toBe(9 * cent);
    expect(await holdings()).toEqual(untouched);
  });

  test("is done once, and refused beyond what is left or of what is not known", async () => {
    await client.event(eventOf("e1", of(message, 3)));
    const all = refundOf("r1", "e1");
    const answer = await client.refund(all);
    expect(await client.refund(all)).toEqual(answer);
    expect(answered(answer)).toEqual({
      refundedCost: 9 * cent,
      refundedUnits: [{ ratingGroup: message, refundedUnit: 3 }],
    });
    expect(codeOf(await client.refund({ ...all, usedUnits: [of(message, 1)] }))).toBe(
      "REQUEST_CONFLICT",
    );
    expect(codeOf(await client.refund(refundOf("r2", "e1")))).toBe("REFUND_TOO_LARGE");
    expect(codeOf(await client.refund(refundOf("r3", "e1", of(voice, 1))))).toBe(
      "REFUND_TOO_LARGE",
    );
    expect(codeOf(await client.refund(refundOf("r4", "e1", of(message, 0))))).toBe("INVALID_VALUE");
    expect(codeOf(await client.refund(refundOf("r5", "unheard-of")))).toBe("UNKNOWN_REQUEST_ID");
    expect(await holdings()).toEqual(untouched);
  });

  test("finds its bucket in another slot, and no other bucket in its place", async () => {
    await client.event(eventOf("e1", of(message, 3)));
    const put = (...buckets: Parameters<typeof bucketOf>[]) =>
      client.putAccount(accountOf("a", { buckets: buckets.map((one) => bucketOf(...one)) }));
    answered(await put(["main", "money"]));
    answered(await put(["main", "money"], ["extra", "messages"], ["texts", "messages"]));
    answered(await client.refund(refundOf("r1", "e1", of(message, 2))));
    expect(await holdings()).toMatchObject({ texts: [1, 0], extra: [0, 0], main: [40 * cent, 0] });
    answered(await client.event(eventOf("e2", of(message, 1))));
    answered(await put(["main", "money"]));
    expect(codeOf(await client.refund(refundOf("r2", "e2")))).toBe("UNKNOWN_BUCKET");
  });
});

test("an enquiry tells price and credit of each rating group and changes nothing", async () => {
  const { requestId: _, ...about } = eventOf("", of(message, 5), of(voice, 180));
  expect(answered(await client.priceEnquiry(about))).toEqual({
    cost: 54 * cent,
    isCreditSufficient: false,
    ratingGroupCosts: [
      {
        ratingGroup: message,
        resultCode: resultCodes.SUCCESS.number,
        cost: 27 * cent,
        coveredUnit: 5,
      },
      {
        ratingGroup: voice,
        resultCode: resultCodes.CREDIT_LIMIT_REACHED.number,
        cost: 27 * cent,
        coveredUnit: 60,
      },
    ],
  });
  expect(await holdings()).toEqual(untouched);
});

describe("an event with reservation", () => {
  const eventWith = (requestedUnit: number, ratingGroup = message) => {
    return { sessionId: "e", subscriberIdentifier, units: [{ ratingGroup, requestedUnit }] };
  };

  test("holds what the network says it takes, and debits what was delivered", async () => {
    const charged = await chargeEvent(
      client,
      eventWith(3),
      async (grants) => {
        expect(grants.map(({ grantedUnit }) => grantedUnit)).toEqual([3]);
        expect(await holdings()).toMatchObject({ texts: [0, 2], main: [31 * cent, 9 * cent] });
        return [of(message, 2)];
      },
      now,
    );
    expect(answered(charged)).toEqual({ cost: 0, delivered: [of(message, 2)] });
    expect(await holdings()).toEqual({ ...untouched, texts: [0, 0] });
  });

  test("holds what the tariff chooses where the network leaves it open", async () => {
    const deliver = async ([grant]: readonly { readonly grantedUnit: number }[]) => {
      return [of(message, grant!.grantedUnit)];
    };
    answered(await chargeEvent(client, eventWith(0), deliver, now));
    expect(await holdings()).toEqual({ ...untouched, texts: [1, 0] });
  });

  test("charges nothing when nothing was delivered", async () => {
    const failed = chargeEvent(
      client,
      eventWith(3),
      () => Promise.reject(new Error("no route")),
      now,
    );
    await expect(failed).rejects.toThrow("no route");
    answered(await chargeEvent(client, { ...eventWith(3), sessionId: "f" }, async () => [], now));
    expect(await holdings()).toEqual(untouched);
  });

  test("is not delivered without credit for all of it, and leaves nothing held", async () => {
    const deliver = () => Promise.reject(new Error("delivered"));
    expect(codeOf(await chargeEvent(client, eventWith(600, voice), deliver, now))).toBe(
      "CREDIT_LIMIT_REACHED",
    );
    const both = {
      ...eventWith(1),
      sessionId: "g",
      units: [1, 600].map((requestedUnit, index) => {
        return { ratingGroup: [message, voice][index]!, requestedUnit };
      }),
    };
    expect(codeOf(await chargeEvent(client, both, deliver, now))).toBe("CREDIT_LIMIT_REACHED");
    expect(await holdings()).toEqual(untouched);
  });
});
