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
  const isEnded = ({ validUntil }: ModelBucket) => validUntil <= Math.min(now, usedFrom);
  for (const bucket of account.buckets) {
    if (bucket === null || bucket.renewal === null) continue;
    const last = Math.min(now, bucket.validUntil - 1);
    if (isEnded(bucket)) close(account, bucket, now);
    else if (isValid(bucket, last)) renew(account, bucket, { at: last, now });
  }
  for (const bucket of account.buckets) {
    if (bucket === null) continue;
    const isOver = bucket.own !== undefined && now >= bucket.own.until;
    if (isEnded(bucket) || isOver) expire(bucket);
  }
};

/** As somebody asks for it; the answer counts the buckets that hold more or less then. */
export const settleAccount = (
  accounts: ReadonlyMap<string, ModelAccount>,
  { accountId, usedFrom }: CheckedRequestOf<"settleDues">,
  { now, takenOnAt }: { readonly now: number; readonly takenOnAt: number },
): ModelAnswer => {
  const account = accounts.get(accountId);
  if (account === undefined) return refused("USER_UNKNOWN");
  const amounts = () => account.buckets.map((bucket) => bucket?.remaining);
  const before = amounts();
  settleDues(account, now, usedFrom === 0 ? takenOnAt : usedFrom);
  const changedBuckets = amounts().filter((amount, slot) => amount !== before[slot]).length;
  return succeeded({ changedBuckets });
};

const isValid = ({ validFrom, validUntil }: ModelBucket, now: number): boolean =>
  validFrom <= now && now < validUntil;

/** What the account will look like to whoever asks at `now`; the account itself stays. */
export const afterDues = (account: ModelAccount, now: number, usedFrom = now): ModelAccount => {
  const buckets = account.buckets.map((bucket) => bucket && { ...bucket });
  const copy = { ...account, buckets };
  settleDues(copy, now, usedFrom);
  return copy;
};

type Moment = { readonly at: number; readonly now: number };

/** For the period of `at`. */
const renew = (account: ModelAccount, bucket: ModelBucket, { at, now }: Moment): void => {
  const { amount } = bucket.renewal!;
  const last = lastRenewal(account, bucket);
  const number = periodNumber(account, bucket, at);
  if ((bucket.renewedFor ?? -1) >= number) return;
  for (let one = last === undefined ? number : last + 1; one <= number; one++) {
    const left = bucket.remaining;
    expire(bucket);
    if (last !== undefined) rollOver(account, bucket, left, now);
    credit(bucket, BigInt(amount));
    bucket.renewedFor = one;
  }
};

/** Of a bucket that is over: what still rolls over of its periods. */
const close = (account: ModelAccount, bucket: ModelBucket, now: number): void => {
  if (bucket.renewedFor === undefined) return;
  const last = lastRenewal(account, bucket);
  const number = periodNumber(account, bucket, bucket.validUntil - 1);
  for (let one = bucket.renewedFor + 1; one <= number; one++) {
    const isFirst = one === (last ?? -1) + 1;
    const left = isFirst ? bucket.remaining : BigInt(bucket.renewal!.amount);
    expire(bucket);
    if (last !== undefined) rollOver(account, bucket, left, now);
    bucket.renewedFor = one;
  }
};

/** Undefined: none, or none that its validity goes on from. */
const lastRenewal = (account: ModelAccount, bucket: ModelBucket): number | undefined => {
  const { renewedFor, validFrom } = bucket;
  const first = periodNumber(account, bucket, validFrom);
  return renewedFor !== undefined && renewedFor >= first - 1 ? renewedFor : undefined;
};

const periodNumber = ({ profile }: ModelAccount, { renewal }: ModelBucket, at: number): number =>
  periodAt(renewal!.period, zoneNamed(profile.timeZone), at).number;

/** Where that is over nothing rolls over. */
const rolloverTarget = ({ buckets }: ModelAccount, { renewal }: ModelBucket, now: number) =>
  buckets.find((other) => {
    return other?.bucketId === renewal?.rollover?.bucketId && now < (other?.validUntil ?? 0);
  }) ?? undefined;

const rollOver = (account: ModelAccount, bucket: ModelBucket, left: bigint, now: number): void => {
  const target = rolloverTarget(account, bucket, now);
  if (target === undefined) return;
  const { amountMax, lastsOnePeriod } = bucket.renewal!.rollover!;
  if (lastsOnePeriod) expire(target);
  const room = BigInt(amountMax) - target.remaining - target.reserved;
  credit(target, left < room ? left : room);
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
