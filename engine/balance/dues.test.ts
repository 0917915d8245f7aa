// What an account is due for when use is reported after a bucket has ended.

import { expect, test } from "vitest";
import { duesAfterUse } from "./dues.ts";
import { type Bucket, type Profile, plainBucket } from "./profile.ts";

const ended = 1_000;
const bucketOf = (bucketId: string, rest: Partial<Bucket>): Bucket => ({
  ...{ bucketId, unit: "octets", priority: 1, ratingGroups: [], ...plainBucket },
  ...{ validFrom: 0, validUntil: 9_000, ...rest },
});
const profile = {
  timeZone: "UTC",
  buckets: [
    bucketOf("ended", { validUntil: ended }),
    bucketOf("own", { ownValiditySeconds: 60 }),
    bucketOf("lasting", {}),
  ],
  counters: [],
} as unknown as Profile;

const dueAt = (usedFrom: number, now: number) =>
  duesAfterUse(profile, { usedFrom, now }).map(({ bucket, kind }) => [bucket.bucketId, kind]);

const ofOwn = ["own", "ownExpiry"];

test("a bucket that has ended since the use waits for it to be paid", () => {
  expect(dueAt(ended - 1, ended + 500)).toEqual([ofOwn]);
});

test("one that had ended when it was used expires first", () => {
  expect(dueAt(ended, ended + 500)).toEqual([["ended", "expiry"], ofOwn]);
  expect(dueAt(ended + 1, ended + 500)).toEqual([["ended", "expiry"], ofOwn]);
});

test("nothing expires before its end", () => {
  expect(dueAt(ended - 1, ended - 1)).toEqual([ofOwn]);
});

test("its own validity ends a bucket whose dates have ended too, whatever it waits for", () => {
  const both = bucketOf("both", { validUntil: ended, ownValiditySeconds: 60 });
  const owner = { ...profile, buckets: [both] };
  const kinds = [ended - 1, ended].map((usedFrom) =>
    duesAfterUse(owner, { usedFrom, now: ended + 500 }).map(({ kind }) => kind),
  );
  expect(kinds).toEqual([["ownExpiry"], ["expiry"]]);
});
