// A whole profile as a list of values that begins with its layout, so that a newer program can read
// what an older one wrote. The journal keeps it in MessagePack (store/profile-value.ts). How an
// account's profile is kept to be charged by is another matter (store/profile-terms.ts).

import { assert } from "../values/assert.ts";
import { unitKindNames, unitKinds } from "../values/units.ts";
import {
  type Bucket,
  type Counter,
  type Product,
  type Profile,
  plainBucket,
  plainCounter,
} from "./profile.ts";

const layout = 2;

export type Wire = readonly unknown[];
type Dates = { readonly validFrom: number; readonly validUntil: number };

export const profileToWire = (profile: Profile): Wire => [
  layout,
  profile.version,
  profile.currency,
  profile.subscriberIdentifiers,
  profile.products.map((product) => [product.productId, product.tariffId, ...packDates(product)]),
  profile.buckets.map((bucket) => bucket && [packBucket(bucket), ...packDates(bucket)]),
  profile.counters.map((counter) => counter && packCounter(counter)),
  profile.timeZone,
  ...packRules(profile),
];

export const wireToProfile = (accountId: string, wire: Wire): Profile => {
  assert(wire[0] === layout, `profile of ${accountId}: layout ${wire[0]}, known is ${layout}`);
  return {
    accountId,
    version: wire[1] as number,
    currency: wire[2] as string,
    subscriberIdentifiers: wire[3] as string[],
    products: (wire[4] as Wire[]).map((product) => unpackProduct(product, datesAt(product, 2))),
    buckets: (wire[5] as (Wire | null)[]).map(
      (bucket) => bucket && unpackBucket(bucket[0] as Wire, datesAt(bucket, 1)),
    ),
    counters: (wire[6] as (Wire | null)[]).map((counter) => counter && unpackCounter(counter)),
    timeZone: wire[7] as string,
    rules: unpackRules(wire[8]),
  };
};

/** At the end of an array, and only where there are any. */
export const packRules = ({ rules }: Profile): Wire => (rules.length === 0 ? [] : [rules]);
export const unpackRules = (wire: unknown): Profile["rules"] =>
  (wire as Profile["rules"] | undefined) ?? [];

export const unpackProduct = ([productId, tariffId]: Wire, dates: Dates): Product => ({
  productId: productId as string,
  tariffId: tariffId as string,
  ...dates,
});

/** What is as usual at the end is left out. */
export const packBucket = (bucket: Bucket): Wire => {
  const { currency, eligibility, isBlocker, ownValiditySeconds, renewal } = bucket;
  return withoutPlain(
    [bucket.bucketId, unitKinds[bucket.unit], bucket.priority, bucket.ratingGroups],
    [bucket.creditLimit, currency, eligibility, isBlocker, ownValiditySeconds, renewal],
    [0, null, null, false, 0, null],
  );
};

export const unpackBucket = (wire: Wire, { validFrom, validUntil }: Dates): Bucket => ({
  bucketId: wire[0] as string,
  unit: unitKindNames[wire[1] as number]!,
  priority: wire[2] as number,
  validFrom,
  validUntil,
  ratingGroups: wire[3] as number[],
  creditLimit: (wire[4] as number | undefined) ?? plainBucket.creditLimit,
  currency: (wire[5] as string | null | undefined) ?? plainBucket.currency,
  eligibility: (wire[6] as Bucket["eligibility"] | undefined) ?? plainBucket.eligibility,
  isBlocker: (wire[7] as boolean | undefined) ?? plainBucket.isBlocker,
  ownValiditySeconds: (wire[8] as number | undefined) ?? plainBucket.ownValiditySeconds,
  renewal: (wire[9] as Bucket["renewal"] | undefined) ?? plainBucket.renewal,
});

export const packCounter = (counter: Counter): Wire => {
  const { counterId, unit, ratingGroups, eligibility, period, cap, thresholds } = counter;
  const rest = [eligibility, period, cap, thresholds.length === 0 ? null : thresholds];
  return withoutPlain(
    [counterId, unitKinds[unit], ratingGroups],
    rest,
    rest.map(() => null),
  );
};

export const unpackCounter = (wire: Wire): Counter => ({
  counterId: wire[0] as string,
  unit: unitKindNames[wire[1] as number]!,
  ratingGroups: wire[2] as number[],
  eligibility: (wire[3] as Counter["eligibility"] | undefined) ?? plainCounter.eligibility,
  period: (wire[4] as Counter["period"] | undefined) ?? plainCounter.period,
  cap: (wire[5] as number | null | undefined) ?? plainCounter.cap,
  thresholds: (wire[6] as Counter["thresholds"] | null | undefined) ?? plainCounter.thresholds,
});

const withoutPlain = (first: Wire, rest: Wire, plain: Wire): Wire => {
  let length = rest.length;
  while (length > 0 && rest[length - 1] === plain[length - 1]) length--;
  return [...first, ...rest.slice(0, length)];
};

/** Seconds where they are whole ones, as negative numbers in ms where not: half the octets. */
export const packTime = (ms: number): number => (ms % 1_000 === 0 ? ms / 1_000 : -ms);
export const unpackTime = (packed: number): number => (packed < 0 ? -packed : packed * 1_000);

const packDates = ({ validFrom, validUntil }: Dates) => [packTime(validFrom), packTime(validUntil)];

const datesAt = (wire: Wire, at: number): Dates => ({
  validFrom: unpackTime(wire[at] as number),
  validUntil: unpackTime(wire[at + 1] as number),
});
