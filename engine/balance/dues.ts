// What happens to the buckets of an account by time alone: allowances are renewed, what is left in
// a bucket that is over expires. Nothing is done at that very moment; whoever touches the account
// next finds out what it is due for, and does that first.

import { periodAt } from "./calendar-period.ts";
import { type Bucket, isValidAt, type Profile, type Rollover } from "./profile.ts";
import { zoneNamed } from "./zone-named.ts";

export type Due = { readonly slot: number; readonly bucket: Bucket } & (
  | { readonly kind: "expiry" }
  /** At the end of the bucket's own validity, which the account itself knows. */
  | { readonly kind: "ownExpiry" }
  | {
      readonly kind: "renewal";
      /** The one that holds now. */
      readonly period: number;
      readonly amount: number;
      readonly rollover: Rollover | null;
      readonly rolloverSlot: number;
    }
);

/** The same for every moment of [validFrom, validUntil). */
export type Dues = {
  readonly dues: readonly Due[];
  readonly validFrom: number;
  readonly validUntil: number;
};

export const duesAt = (profile: Profile, at: number): Dues => {
  const dues: Due[] = [];
  const changes: number[] = [];
  for (const [slot, bucket] of profile.buckets.entries()) {
    if (bucket === null) continue;
    changes.push(bucket.validFrom, bucket.validUntil);
    if (bucket.validUntil <= at) {
      dues.push({ slot, bucket, kind: "expiry" });
      continue;
    }
    if (bucket.ownValiditySeconds > 0) dues.push({ slot, bucket, kind: "ownExpiry" });
    if (bucket.renewal === null || !isValidAt(bucket, at)) continue;
    const { period, amount, rollover } = bucket.renewal;
    const now = periodAt(period, zoneNamed(profile.timeZone), at);
    changes.push(now.from, now.until);
    const rolloverSlot = slotOf(profile, rollover);
    const renewal = { period: now.number, amount, rollover, rolloverSlot };
    dues.push({ slot, bucket, kind: "renewal", ...renewal });
  }
  return {
    dues,
    validFrom: Math.max(0, ...changes.filter((change) => change <= at)),
    validUntil: Math.min(Number.MAX_SAFE_INTEGER, ...changes.filter((change) => change > at)),
  };
};

/**
 * For a message at `now` about use from `usedFrom` on: a bucket that has ended since then pays for
 * that first. It is met again, and expires then; sooner only where its own validity is over.
 */
export const duesAfterUse = (
  profile: Profile,
  { usedFrom, now }: { readonly usedFrom: number; readonly now: number },
): readonly Due[] =>
  duesAt(profile, now).dues.flatMap((due): readonly Due[] => {
    const { kind, slot, bucket } = due;
    if (kind !== "expiry" || bucket.validUntil <= usedFrom) return [due];
    return bucket.ownValiditySeconds > 0 ? [{ slot, bucket, kind: "ownExpiry" }] : [];
  });

const slotOf = ({ buckets }: Profile, rollover: Rollover | null): number =>
  buckets.findIndex((bucket) => bucket !== null && bucket.bucketId === rollover?.bucketId);
