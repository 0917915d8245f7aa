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
      /**
       * `closing`: the bucket is over, and of the periods up to its end that nobody came by only
       * what rolls over is left.
       */
      readonly kind: "renewal" | "closing";
      /** The one that holds now, or the last one. */
      readonly period: number;
      /** In which its validity begins: what was renewed before that does not go on in it. */
      readonly firstPeriod: number;
      readonly amount: number;
      readonly rollover: Rollover | null;
      /** -1: nothing rolls over, or where it would is over. */
      readonly rolloverSlot: number;
    }
);

/** The same for every moment of [validFrom, validUntil). */
export type Dues = {
  /** Renewals first: what rolls over to where a validity is over expires with that. */
  readonly dues: readonly Due[];
  readonly validFrom: number;
  readonly validUntil: number;
};

export const duesAt = (profile: Profile, at: number): Dues => {
  const renewals: Due[] = [];
  const expiries: Due[] = [];
  const changes: number[] = [];
  for (const [slot, bucket] of profile.buckets.entries()) {
    if (bucket === null) continue;
    const { ownValiditySeconds, renewal, validFrom, validUntil } = bucket;
    changes.push(validFrom, validUntil);
    const isOver = validUntil <= at;
    if (isOver) expiries.push({ slot, bucket, kind: "expiry" });
    else if (ownValiditySeconds > 0) expiries.push({ slot, bucket, kind: "ownExpiry" });
    if (renewal === null || !(isOver || isValidAt(bucket, at))) continue;
    const zone = zoneNamed(profile.timeZone);
    const held = periodAt(renewal.period, zone, isOver ? validUntil - 1 : at);
    if (!isOver) changes.push(held.from, held.until);
    const { amount, rollover } = renewal;
    renewals.push({
      ...{ slot, bucket, kind: isOver ? "closing" : "renewal", period: held.number },
      firstPeriod: periodAt(renewal.period, zone, validFrom).number,
      ...{ amount, rollover, rolloverSlot: slotOf(profile, rollover, at) },
    });
  }
  return {
    dues: [...renewals, ...expiries],
    validFrom: Math.max(0, ...changes.filter((change) => change <= at)),
    validUntil: Math.min(Number.MAX_SAFE_INTEGER, ...changes.filter((change) => change > at)),
  };
};

/**
 * For a message at `now` about use from `usedFrom` on: a bucket that has ended since then pays for
 * that first, with what its last period gave it. It is met again, and expires then; sooner only
 * where its own validity is over.
 */
export const duesAfterUse = (
  profile: Profile,
  { usedFrom, now }: { readonly usedFrom: number; readonly now: number },
): readonly Due[] =>
  duesAt(profile, now).dues.flatMap((due): readonly Due[] => {
    const { kind, slot, bucket } = due;
    if (bucket.validUntil <= usedFrom) return [due];
    if (kind === "closing") return [{ ...due, kind: "renewal" }];
    if (kind !== "expiry") return [due];
    return bucket.ownValiditySeconds > 0 ? [{ slot, bucket, kind: "ownExpiry" }] : [];
  });

const slotOf = ({ buckets }: Profile, rollover: Rollover | null, at: number): number =>
  buckets.findIndex((bucket) => {
    return bucket !== null && bucket.bucketId === rollover?.bucketId && at < bucket.validUntil;
  });
