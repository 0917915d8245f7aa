// A whole profile as the journal keeps it: a MessagePack array that begins with its layout, so that
// a newer program can read what an older one wrote. How an account's profile is kept to be charged
// by is another matter (profile-terms.ts).

import { Packr, Unpackr } from "msgpackr";
import type { Bucket, Counter, Product, Profile } from "../balance/profile.ts";
import { assert } from "../values/assert.ts";
import { unitKindNames, unitKinds } from "../values/units.ts";

const layout = 1;
const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

export type Wire = readonly unknown[];
type Dates = { readonly validFrom: number; readonly validUntil: number };

export const packProfile = (profile: Profile): Buffer =>
  Buffer.from(
    packr.pack([
      layout,
      profile.version,
      profile.currency,
      profile.subscriberIdentifiers,
      profile.products.map((product) => [
        product.productId,
        product.tariffId,
        ...packDates(product),
      ]),
      profile.buckets.map((bucket) => bucket && [...packBucket(bucket), ...packDates(bucket)]),
      profile.counters.map((counter) => counter && packCounter(counter)),
    ]),
  );

export const unpackProfile = (accountId: string, bytes: Uint8Array): Profile => {
  const wire = unpackr.unpack(bytes) as Wire;
  assert(wire[0] === layout, `profile of ${accountId}: layout ${wire[0]}, known is ${layout}`);
  return {
    accountId,
    version: wire[1] as number,
    currency: wire[2] as string,
    subscriberIdentifiers: wire[3] as string[],
    products: (wire[4] as Wire[]).map((product) => unpackProduct(product, datesAt(product, 2))),
    buckets: (wire[5] as (Wire | null)[]).map(
      (bucket) => bucket && unpackBucket(bucket, datesAt(bucket, 5)),
    ),
    counters: (wire[6] as (Wire | null)[]).map((counter) => counter && unpackCounter(counter)),
  };
};

export const unpackProduct = ([productId, tariffId]: Wire, dates: Dates): Product => ({
  productId: productId as string,
  tariffId: tariffId as string,
  ...dates,
});

export const packBucket = (bucket: Bucket): Wire => [
  bucket.bucketId,
  unitKinds[bucket.unit],
  bucket.priority,
  bucket.ratingGroups,
  bucket.creditLimit,
];

export const unpackBucket = (
  [bucketId, unit, priority, ratingGroups, creditLimit]: Wire,
  { validFrom, validUntil }: Dates,
): Bucket => ({
  bucketId: bucketId as string,
  unit: unitKindNames[unit as number]!,
  priority: priority as number,
  validFrom,
  validUntil,
  ratingGroups: ratingGroups as number[],
  creditLimit: creditLimit as number,
});

export const packCounter = ({ counterId, unit, ratingGroups }: Counter): Wire => [
  counterId,
  unitKinds[unit],
  ratingGroups,
];

export const unpackCounter = ([counterId, unit, ratingGroups]: Wire): Counter => ({
  counterId: counterId as string,
  unit: unitKindNames[unit as number]!,
  ratingGroups: ratingGroups as number[],
});

/** Seconds where they are whole ones, as negative numbers in ms where not: half the octets. */
export const packTime = (ms: number): number => (ms % 1_000 === 0 ? ms / 1_000 : -ms);
export const unpackTime = (packed: number): number => (packed < 0 ? -packed : packed * 1_000);

const packDates = ({ validFrom, validUntil }: Dates) => [packTime(validFrom), packTime(validUntil)];

const datesAt = (wire: Wire, at: number): Dates => ({
  validFrom: unpackTime(wire[at] as number),
  validUntil: unpackTime(wire[at + 1] as number),
});
