// The accounts that are measured: four buckets, three counters and two identifiers each, under the
// demo operator's tariff. Most data and national calls come out of an allowance; the web, calls
// abroad and what an allowance does not cover cost money by the block. Every bucket holds more than
// any run can use: a measurement is about charging, not about running dry.

import { plainBucket, plainCounter } from "../../engine/balance/profile.ts";
import type { CheckedRequestOf, RequestOf } from "../../engine/protocol/operations.ts";
import {
  counters,
  currency,
  tariffId,
  validFrom,
  validUntil,
} from "../../scripts/seed/operator.ts";
import { ratingGroups } from "../traffic/kinds.ts";
import { subscriberAt } from "../traffic/subscribers.ts";

type PutAccount = CheckedRequestOf<"putAccount">;
type Bucket = PutAccount["buckets"][number];

const bucket = (
  bucketId: string,
  unit: Bucket["unit"],
  groups: readonly number[],
  priority = 1,
): Bucket => ({
  bucketId,
  unit,
  priority,
  validFrom,
  validUntil,
  ratingGroups: groups,
  ...plainBucket,
});

const { video, social, interactive, voiceNational, messageNational } = ratingGroups;

const buckets: readonly Bucket[] = [
  bucket("data", "octets", [video, social, interactive]),
  bucket("minutes", "seconds", [voiceNational]),
  bucket("messages", "messages", [messageNational]),
  bucket("main", "money", [], 2),
];

/** 35 TB, 400,000 years of calls, and so on: exact, and far from 2^53. */
const amount = 2 ** 45;

export const accountIdAt = (number: number): string => `bench-${String(number).padStart(8, "0")}`;

export const benchAccount = (number: number): PutAccount => {
  const { msisdn, imsi } = subscriberAt(number);
  return {
    accountId: accountIdAt(number),
    currency,
    subscriberIdentifiers: [msisdn, imsi],
    products: [{ productId: "bench", tariffId, validFrom, validUntil }],
    buckets,
    counters: counters.map(({ counterId, unit, ratingGroups: groups }) => {
      return { counterId, unit, ratingGroups: groups, ...plainCounter };
    }),
    timeZone: "UTC",
    rules: [],
  };
};

export const benchTopUps = (number: number): readonly RequestOf<"topUp">[] => {
  const accountId = accountIdAt(number);
  return buckets.map(({ bucketId }) => ({
    requestId: `${accountId}-${bucketId}`,
    accountId,
    bucketId,
    amount,
  }));
};
