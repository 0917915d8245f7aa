// What makes no sense of an account, beyond what the types of the wire can say.

import { type PeriodSpec, periodUnitsMax } from "../balance/calendar-period.ts";
import type { Bucket, Counter } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { currencies } from "../rating/currencies.ts";
import { createZone } from "../rating/time-zone.ts";
import { accountPrefix } from "./profiles.ts";
import { ruleProblem } from "./rule-problem.ts";

type Request = CheckedRequestOf<"putAccount">;

/** The first one; undefined where there is none. */
export const accountProblem = (request: Request): string | undefined => {
  const { currency, subscriberIdentifiers, products, buckets, counters, rules, timeZone } = request;
  if (!currencies.has(currency)) return `currency: expected an ISO 4217 code, got "${currency}"`;
  const zone = createZone(timeZone);
  if (!zone.isOk) return `timeZone: ${zone.error}`;
  const reserved = subscriberIdentifiers.find((id) => id.startsWith(accountPrefix));
  if (reserved !== undefined) return `subscriberIdentifiers: "${reserved}" names an account`;
  for (const { validFrom, validUntil } of [...products, ...buckets]) {
    if (validFrom >= validUntil) return `validUntil: ${validUntil} is not after validFrom`;
  }
  return (
    repeated("subscriberIdentifiers", subscriberIdentifiers) ??
    repeated(
      "products",
      products.map((product) => product.productId),
    ) ??
    repeated(
      "buckets",
      buckets.map((bucket) => bucket.bucketId),
    ) ??
    repeated(
      "counters",
      counters.map((counter) => counter.counterId),
    ) ??
    repeated(
      "rules",
      rules.map((rule) => rule.ruleId),
    ) ??
    firstOf(rules, (rule, index) => ruleProblem(rule, `rules[${index}]`)) ??
    firstOf(buckets, (bucket, index) => bucketProblem(bucket, `buckets[${index}]`, buckets)) ??
    firstOf(counters, (counter, index) => counterProblem(counter, `counters[${index}]`)) ??
    tooMuch(buckets, counters)
  );
};

/** What a batch must have room for. */
const tooMuch = (buckets: readonly Bucket[], counters: readonly Counter[]): string | undefined => {
  const watched = counters.filter(({ cap, thresholds }) => cap !== null || thresholds.length > 0);
  const numbers = watched.reduce((sum, { thresholds }) => sum + 6 + 2 * thresholds.length, 0);
  if (numbers > limits.watchNumbersPerAccountMax) return "counters: too many caps and thresholds";
  const own = buckets.filter(({ ownValiditySeconds }) => ownValiditySeconds > 0);
  if (own.length <= limits.ownValidityBucketsMax) return undefined;
  return `buckets: more than ${limits.ownValidityBucketsMax} with a validity of their own`;
};

const repeated = (name: string, ids: readonly string[]): string | undefined => {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `${name}: "${twice}" is there twice`;
};

const firstOf = <T>(
  list: readonly T[],
  problemOf: (one: T, index: number) => string | undefined,
): string | undefined => {
  for (const [index, one] of list.entries()) {
    const problem = problemOf(one, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const bucketProblem = (
  bucket: Bucket,
  place: string,
  buckets: readonly Bucket[],
): string | undefined => {
  const { currency, ownValiditySeconds, renewal, unit } = bucket;
  if (currency !== null && unit !== "money") return `${place}.currency: the bucket is of ${unit}`;
  if (currency !== null && !currencies.has(currency)) {
    return `${place}.currency: expected an ISO 4217 code, got "${currency}"`;
  }
  if (ownValiditySeconds > limits.ownValiditySecondsMax) {
    return `${place}.ownValiditySeconds: at most ${limits.ownValiditySecondsMax}`;
  }
  if (renewal === null) return undefined;
  if (ownValiditySeconds > 0) return `${place}.renewal: the bucket has a validity of its own`;
  if (bucket.creditLimit > 0) return `${place}.renewal: the bucket has a credit limit`;
  const { period, rollover } = renewal;
  if (period.unit === "once") return `${place}.renewal.period.unit: once is never over`;
  const problem = periodProblem(period, `${place}.renewal.period`);
  if (problem !== undefined || rollover === null) return problem;
  const target = buckets.find(({ bucketId }) => bucketId === rollover.bucketId);
  const where = `${place}.renewal.rollover.bucketId`;
  if (target === undefined) return `${where}: there is no bucket "${rollover.bucketId}"`;
  if (target === bucket) return `${where}: it is the bucket itself`;
  if (target.unit !== unit || target.currency !== currency)
    return `${where}: it is of ${target.unit}`;
  if (target.renewal !== null) return `${where}: that one is renewed itself`;
  return rolloverProblem(bucket, target, `${place}.renewal.rollover`, buckets);
};

/** What would make it matter in which order periods end. */
const rolloverProblem = (
  bucket: Bucket,
  target: Bucket,
  place: string,
  buckets: readonly Bucket[],
): string | undefined => {
  const { amountMax, lastsOnePeriod } = bucket.renewal!.rollover!;
  if (lastsOnePeriod && target.creditLimit > 0) {
    return `${place}.lastsOnePeriod: what "${target.bucketId}" holds may be owed`;
  }
  const other = buckets.find((one) => {
    return one !== bucket && one.renewal?.rollover?.bucketId === target.bucketId;
  });
  const theirs = other?.renewal?.rollover;
  if (other === undefined || theirs == null) return undefined;
  const isAlike = !lastsOnePeriod && !theirs.lastsOnePeriod && amountMax === theirs.amountMax;
  const both = `"${other.bucketId}" rolls over there too`;
  return isAlike
    ? undefined
    : `${place}: ${both}; both for good and up to one amountMax, or neither`;
};

const counterProblem = ({ period, thresholds }: Counter, place: string): string | undefined => {
  const problem = period === null ? undefined : periodProblem(period, `${place}.period`);
  if (problem !== undefined) return problem;
  let below = 0;
  for (const [index, { reachedAt, leftAt }] of thresholds.entries()) {
    const at = `${place}.thresholds[${index}]`;
    if (reachedAt <= below) return `${at}.reachedAt: ${reachedAt} is not above ${below}`;
    if (leftAt > reachedAt) return `${at}.leftAt: ${leftAt} is above reachedAt`;
    if (leftAt <= below && index > 0) return `${at}.leftAt: ${leftAt} is not above ${below}`;
    below = reachedAt;
  }
  return undefined;
};

const periodProblem = ({ anchorDay = 1, count = 1 }: PeriodSpec, place: string) => {
  if (anchorDay < 1 || anchorDay > 31) return `${place}.anchorDay: expected 1 to 31`;
  if (count < 1 || count > periodUnitsMax) return `${place}.count: expected 1 to ${periodUnitsMax}`;
  return undefined;
};
