// The naive model's idea of what happens by time alone: allowances are renewed, period by period as
// if somebody had been there at each, and what is left in a bucket that is over expires.

import { periodAt } from "../balance/calendar-period.ts";
import { zoneNamed } from "../balance/zone-named.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import {
  type ModelAccount,
  type ModelAnswer,
  type ModelBucket,
  refused,
  succeeded,
} from "./model-account.ts";

/** A bucket that has ended since `usedFrom` pays for what was used before, and expires later. */
export const settleDues = (account: ModelAccount, now: number, usedFrom = now): void => {
  for (const bucket of account.buckets) {
    if (bucket === null) continue;
    const isOver =
      bucket.validUntil <= Math.min(now, usedFrom) ||
      (bucket.own !== undefined && now >= bucket.own.until);
    if (isOver) expire(bucket);
    else if (bucket.renewal !== null && isValid(bucket, now)) renew(account, bucket, now);
  }
};

/** As somebody asks for it; the answer counts the buckets that it changed. */
export const settleAccount = (
  accounts: ReadonlyMap<string, ModelAccount>,
  { accountId, usedFrom }: CheckedRequestOf<"settleDues">,
  now: number,
): ModelAnswer => {
  if (usedFrom > now) return refused("INVALID_VALUE");
  const account = accounts.get(accountId);
  if (account === undefined) return refused("USER_UNKNOWN");
  const turnover = () => account.buckets.map((one) => one && one.credited + one.expired);
  const before = turnover();
  settleDues(account, now, usedFrom === 0 ? now : usedFrom);
  const changedBuckets = turnover().filter((sum, slot) => sum !== before[slot]).length;
  return succeeded({ changedBuckets });
};

const isValid = ({ validFrom, validUntil }: ModelBucket, now: number): boolean =>
  validFrom <= now && now < validUntil;

/** What the account will look like to whoever asks at `now`; the account itself stays. */
export const afterDues = (account: ModelAccount, now: number): ModelAccount => {
  const buckets = account.buckets.map((bucket) => bucket && { ...bucket });
  const copy = { ...account, buckets };
  settleDues(copy, now);
  return copy;
};

const renew = (account: ModelAccount, bucket: ModelBucket, now: number): void => {
  const { period, amount, rollover } = bucket.renewal!;
  const { number } = periodAt(period, zoneNamed(account.profile.timeZone), now);
  const last = bucket.renewedFor;
  for (let one = last === undefined ? number : last + 1; one <= number; one++) {
    const left = bucket.remaining;
    expire(bucket);
    const target = account.buckets.find((other) => other?.bucketId === rollover?.bucketId);
    if (last !== undefined && rollover !== null && target != null) {
      if (rollover.lastsOnePeriod) expire(target);
      const room = BigInt(rollover.amountMax) - target.remaining - target.reserved;
      credit(target, left < room ? left : room);
    }
    credit(bucket, BigInt(amount));
    bucket.renewedFor = one;
  }
};

const expire = (bucket: ModelBucket): void => {
  if (bucket.remaining <= 0n) return;
  bucket.expired += bucket.remaining;
  bucket.remaining = 0n;
};

const credit = (bucket: ModelBucket, amount: bigint): void => {
  if (amount <= 0n) return;
  bucket.remaining += amount;
  bucket.credited += amount;
};
