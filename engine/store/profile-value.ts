// A profile as it is kept in Redis: a MessagePack array that begins with its layout, so that a
// newer program can read what an older one wrote. Times are kept in seconds where they are whole
// ones, as negative numbers in ms where not: half the octets of every account.

import { Packr, Unpackr } from "msgpackr";
import type { Bucket, Counter, Product, Profile } from "../balance/profile.ts";
import { assert } from "../values/assert.ts";
import { unitKindNames, unitKinds } from "../values/units.ts";

const layout = 1;
const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

type Wire = readonly unknown[];

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
        packTime(product.validFrom),
        packTime(product.validUntil),
      ]),
      profile.buckets.map((bucket) => bucket && packBucket(bucket)),
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
    products: (wire[4] as Wire[]).map(unpackProduct),
    buckets: (wire[5] as (Wire | null)[]).map((bucket) => bucket && unpackBucket(bucket)),
    counters: (wire[6] as (Wire | null)[]).map((counter) => counter && unpackCounter(counter)),
  };
};

const unpackProduct = ([productId, tariffId, validFrom, validUntil]: Wire): Product => ({
  productId: productId as string,
  tariffId: tariffId as string,
  validFrom: unpackTime(validFrom as number),
  validUntil: unpackTime(validUntil as number),
});

const packBucket = (bucket: Bucket): Wire => [
  bucket.bucketId,
  unitKinds[bucket.unit],
  bucket.priority,
  packTime(bucket.validFrom),
  packTime(bucket.validUntil),
  bucket.ratingGroups,
];

const unpackBucket = ([bucketId, unit, priority, from, until, ratingGroups]: Wire): Bucket => ({
  bucketId: bucketId as string,
  unit: unitKindNames[unit as number]!,
  priority: priority as number,
  validFrom: unpackTime(from as number),
  validUntil: unpackTime(until as number),
  ratingGroups: ratingGroups as number[],
});

const packCounter = ({ counterId, unit, ratingGroups }: Counter): Wire => [
  counterId,
  unitKinds[unit],
  ratingGroups,
];

const unpackCounter = ([counterId, unit, ratingGroups]: Wire): Counter => ({
  counterId: counterId as string,
  unit: unitKindNames[unit as number]!,
  ratingGroups: ratingGroups as number[],
});

const packTime = (ms: number): number => (ms % 1_000 === 0 ? ms / 1_000 : -ms);
const unpackTime = (packed: number): number => (packed < 0 ? -packed : packed * 1_000);
