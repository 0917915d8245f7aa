// A profile as Redis keeps it, in two parts. The terms are what many accounts have in common: which
// products, buckets and counters there are, without dates; they stand once in a hash of the shard,
// under a hash of themselves. An account's own part says whose it is, which terms hold, and when.
// Of an account with four buckets this leaves 90 octets of 240. In memory accounts with the same
// terms and dates share one object, and with it their burn plans.

import { createHash } from "node:crypto";
import { Packr, Unpackr } from "msgpackr";
import type { Profile } from "../balance/profile.ts";
import {
  packBucket,
  packCounter,
  packRules,
  packTime,
  unpackBucket,
  unpackCounter,
  unpackProduct,
  unpackRules,
  unpackTime,
  type Wire,
} from "../balance/profile-wire.ts";
import { limits } from "../limits.ts";
import { assert } from "../values/assert.ts";
import type { DuesPlace } from "./due-bytes.ts";
import type { KeptPlan } from "./plan-bytes.ts";

const layout = 3;
const termsIdLength = 12;
const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

export type PackedProfile = {
  readonly termsId: string;
  readonly terms: Buffer;
  /** The account's own part. */
  readonly own: Buffer;
};

/** Shared by all accounts with these terms and dates. */
type Shared = Omit<Profile, "accountId" | "version" | "subscriberIdentifiers"> & {
  readonly plans: KeptPlan[];
  readonly dues: DuesPlace;
};

/** What is made of the terms once, for all accounts that have them. */
export type Made = Pick<Shared, "plans" | "dues">;

export const splitProfile = (profile: Profile): PackedProfile => {
  const times: number[] = [];
  const placeOf = (time: number): number => {
    const packed = packTime(time);
    const known = times.indexOf(packed);
    return known === -1 ? times.push(packed) - 1 : known;
  };
  const places: number[] = [];
  const dated = [...profile.products, ...profile.buckets.filter((bucket) => bucket !== null)];
  for (const { validFrom, validUntil } of dated) {
    places.push(placeOf(validFrom), placeOf(validUntil));
  }
  const terms = pack([
    profile.currency,
    profile.products.map(({ productId, tariffId }) => [productId, tariffId]),
    profile.buckets.map((bucket) => bucket && packBucket(bucket)),
    profile.counters.map((counter) => counter && packCounter(counter)),
    profile.timeZone,
    ...packRules(profile),
  ]);
  const termsId = createHash("sha1").update(terms).digest("base64url").slice(0, termsIdLength);
  const { version, subscriberIdentifiers } = profile;
  const own = [layout, version, subscriberIdentifiers, termsId, times, Buffer.from(places)];
  return { termsId, terms, own: pack(own) };
};

/** Of one installation: plans are made from its tariffs. */
export type SharedTerms = Map<string, Shared>;

/** `readTerms` is asked only for terms that are not in memory. */
export const joinProfile = async (
  accountId: string,
  own: Uint8Array,
  shared: SharedTerms,
  readTerms: (termsId: string) => Promise<Buffer | null>,
): Promise<{ readonly profile: Profile; readonly made: Made }> => {
  const wire = unpackr.unpack(own) as Wire;
  assert(wire[0] === layout, `profile of ${accountId}: layout ${wire[0]}, known is ${layout}`);
  const [, version, subscriberIdentifiers, termsId, times, places] = wire;
  const key = `${termsId} ${times} ${(places as Uint8Array).join()}`;
  let terms = shared.get(key);
  if (terms === undefined) {
    const bytes = await readTerms(termsId as string);
    assert(bytes !== null, `profile of ${accountId}: its terms ${termsId} are missing`);
    terms = unpackTerms(bytes, times as number[], places as Uint8Array);
    if (shared.size >= limits.profileTermsSharedMax) shared.clear();
    shared.set(key, terms);
  }
  const { plans, dues, ...common } = terms;
  return {
    profile: {
      accountId,
      version: version as number,
      subscriberIdentifiers: subscriberIdentifiers as string[],
      ...common,
    },
    made: { plans, dues },
  };
};

const unpackTerms = (bytes: Buffer, times: readonly number[], places: Uint8Array): Shared => {
  const [currency, products, buckets, counters, timeZone, rules] = unpackr.unpack(bytes) as Wire;
  let place = 0;
  const dates = () => ({
    validFrom: unpackTime(times[places[place++]!]!),
    validUntil: unpackTime(times[places[place++]!]!),
  });
  return {
    currency: currency as string,
    products: (products as Wire[]).map((product) => unpackProduct(product, dates())),
    buckets: (buckets as (Wire | null)[]).map((bucket) => bucket && unpackBucket(bucket, dates())),
    counters: (counters as (Wire | null)[]).map((counter) => counter && unpackCounter(counter)),
    timeZone: timeZone as string,
    rules: unpackRules(rules),
    plans: [],
    dues: { kept: undefined, names: undefined },
  };
};

/** Out of the encoder's own buffer, which it writes again. */
const pack = (value: unknown): Buffer => Buffer.from(packr.pack(value));
