// A few accounts with everything that can stand in one, and traffic on them: what tests of the
// journal and its audit look at. Every number is fixed, nothing is random.

import { plainBucket, plainCounter } from "../balance/profile.ts";
import type { AnyRequest } from "./direct-engine.ts";
import type { PutAccount } from "./model-account.ts";

export const gigabyte = 1_000_000_000;
const past = 0;
const future = 4_102_444_800_000;
const always = { validFrom: past, validUntil: future };

const priced = (ratingGroup: number, unit: string, blockUnits: number, blockPrice: string) => ({
  ratingGroup,
  unit,
  blockUnits,
  blockPrice,
  quotaUnits: 10 * blockUnits,
  validityTimeSeconds: 600,
});

/** Octets at 10 by the MB, at 20 dear ones, seconds at 100, messages at 200. */
export const tariffDocument = JSON.stringify({
  tariffId: "standard",
  currency: "EUR",
  effectiveFrom: "2020-01-01T00:00:00Z",
  ratingGroups: [
    priced(10, "octets", 1_000_000, "0.01"),
    priced(20, "octets", 1_000_000, "0.05"),
    priced(100, "seconds", 60, "0.09"),
    priced(200, "messages", 1, "0.09"),
  ],
});

const bucket = (
  bucketId: string,
  unit: PutAccount["buckets"][number]["unit"],
  priority: number,
) => ({
  bucketId,
  unit,
  priority,
  ratingGroups: unit === "octets" ? [10] : [],
  ...always,
  ...plainBucket,
});

export const accountRequest = (accountId: string): PutAccount => ({
  accountId,
  currency: "EUR",
  timeZone: "UTC",
  rules: [],
  subscriberIdentifiers: [`msisdn-${accountId}`],
  products: [{ productId: "plan", tariffId: "standard", ...always }],
  buckets: [bucket("data", "octets", 1), bucket("bonus", "octets", 2), bucket("main", "money", 1)],
  counters: [
    { counterId: "octets-used", unit: "octets", ratingGroups: [], ...plainCounter },
    { counterId: "money-spent", unit: "money", ratingGroups: [], ...plainCounter },
  ],
});

export const openings = (accountIds: readonly string[]): AnyRequest[] =>
  accountIds.map((accountId) => ({ operation: "putAccount", request: accountRequest(accountId) }));

export const topUp = (
  accountId: string,
  requestId: string,
  bucketId: string,
  amount: number,
): AnyRequest => ({ operation: "topUp", request: { requestId, accountId, bucketId, amount } });

type Usage = { readonly ratingGroup: number; readonly usedUnit: number | null };

export const sessionMessage = (
  operation: "initiate" | "update" | "terminate",
  accountId: string,
  { sessionId, sequence, at }: { sessionId: string; sequence: number; at: number },
  usage: readonly Usage[],
): AnyRequest => ({
  operation,
  request: {
    sessionId,
    sequence,
    subscriberIdentifier: `msisdn-${accountId}`,
    eventTimestamp: at,
    multipleUnitUsage: usage.map((one) => {
      return { ...one, requestedUnit: operation === "terminate" ? null : 0 };
    }),
    serviceInformation: null,
  },
});

export const event = (
  accountId: string,
  requestId: string,
  at: number,
  usedUnits: readonly { readonly ratingGroup: number; readonly usedUnit: number }[],
): AnyRequest => ({
  operation: "event",
  request: {
    requestId,
    subscriberIdentifier: `msisdn-${accountId}`,
    eventTimestamp: at,
    usedUnits,
    serviceInformation: null,
  },
});

/**
 * Opened, credited, a session begun and charged, one left open, an event: in ticks, each of which
 * may be handed over at once.
 */
export const traffic = (accountIds: readonly string[], at: number): AnyRequest[][] => {
  const ofAll = (make: (accountId: string) => AnyRequest[]) => accountIds.flatMap(make);
  const first = (sequence: number) => ({ sessionId: "s1", sequence, at });
  const second = (sequence: number) => ({ sessionId: "s2", sequence, at });
  return [
    openings(accountIds),
    ofAll((id) => [topUp(id, "t1", "data", 15_000_000), topUp(id, "t2", "main", 5_000_000)]),
    ofAll((id) => [
      sessionMessage("initiate", id, first(0), [{ ratingGroup: 10, usedUnit: null }]),
      sessionMessage("initiate", id, second(0), [{ ratingGroup: 100, usedUnit: null }]),
    ]),
    ofAll((id) => [
      sessionMessage("update", id, first(1), [
        { ratingGroup: 10, usedUnit: 10_000_000 },
        { ratingGroup: 20, usedUnit: null },
      ]),
      event(id, "e1", at, [{ ratingGroup: 200, usedUnit: 2 }]),
    ]),
    ofAll((id) => [
      sessionMessage("update", id, first(2), [{ ratingGroup: 10, usedUnit: 9_000_000 }]),
      sessionMessage("update", id, second(1), [{ ratingGroup: 100, usedUnit: 61 }]),
    ]),
    ofAll((id) => [
      sessionMessage("terminate", id, first(3), [{ ratingGroup: 20, usedUnit: 1_500_000 }]),
    ]),
  ];
};
