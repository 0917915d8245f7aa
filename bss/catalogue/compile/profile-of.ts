// All products of an account as the engine's `putAccount`: what they share is merged, what they
// contradict each other in is refused, and so is more than an account can hold.

import { type AccountBound, accountBounds } from "../../../engine/protocol/account-bounds.ts";
import type { RequestOf } from "../../../engine/protocol/operations.ts";
import { err, ok, type Result } from "../../../engine/values/result.ts";
import type { BoughtProduct } from "./buy-product.ts";
import { compareText } from "./finding.ts";
import type { BucketSpecification } from "./product-terms.ts";

export type AccountOfProducts = {
  readonly accountId: string;
  readonly currency: string;
  /** IANA. */
  readonly timeZone: string;
  readonly subscriberIdentifiers: readonly string[];
  readonly products: readonly BoughtProduct[];
};

export type ProfileProblem = {
  readonly code: "CONFLICT" | "BEYOND_LIMIT";
  /** As in `bucket main`. */
  readonly what: string;
  readonly message: string;
  /** Of BEYOND_LIMIT. */
  readonly limit?: AccountBound;
};

type PutAccount = RequestOf<"putAccount">;

/** The same products in any order give the same profile. */
export const profileOf = ({
  accountId,
  currency,
  products,
  subscriberIdentifiers,
  timeZone,
}: AccountOfProducts): Result<PutAccount, readonly ProfileProblem[]> => {
  const problems: ProfileProblem[] = [];
  const inOrder = [...products].sort(compareProducts);
  const engineProducts = inOrder
    .flatMap((one) => one.products)
    .sort((a, b) => a.chargingPriority - b.chargingPriority);
  const buckets = mergeBuckets(
    inOrder.flatMap((one) => one.buckets).map((one) => inAccount(one, currency)),
    problems,
  );
  const profile: PutAccount = {
    accountId,
    currency,
    timeZone,
    subscriberIdentifiers,
    products: engineProducts.map(({ chargingPriority: _, ...product }) => product),
    buckets,
    counters: mergeAlike(
      inOrder.flatMap((one) => one.counters),
      { kind: "counter", idOf: ({ counterId }) => counterId, problems },
    ),
    rules: mergeAlike(
      inOrder.flatMap((one) => one.rules),
      { kind: "rule", idOf: ({ ruleId }) => ruleId, problems },
    ),
  };
  checkBounds(profile, problems);
  return problems.length > 0 ? err(problems) : ok(profile);
};

/** What is to be asked first for a price, then the older one. */
const compareProducts = (a: BoughtProduct, b: BoughtProduct): number =>
  a.chargingPriority - b.chargingPriority ||
  a.boughtAt - b.boughtAt ||
  compareText(a.productId, b.productId);

/** The engine's way to say "the account's own". */
const inAccount = (bucket: BucketSpecification, currency: string): BucketSpecification =>
  bucket.currency === currency ? { ...bucket, currency: null } : bucket;

const mergeBuckets = (
  buckets: readonly BucketSpecification[],
  problems: ProfileProblem[],
): readonly BucketSpecification[] => {
  const merged = new Map<string, BucketSpecification>();
  for (const bucket of buckets) {
    const { bucketId } = bucket;
    const other = merged.get(bucketId);
    if (other !== undefined && measureOf(other) !== measureOf(bucket)) {
      const message = `Two products have a bucket ${bucketId}, and mean something else by it.`;
      problems.push({ code: "CONFLICT", what: `bucket ${bucketId}`, message });
    }
    merged.set(bucketId, other === undefined ? bucket : together(other, bucket));
  }
  return [...merged.values()];
};

/** Buckets of one name may be merged where all this is equal. */
const measureOf = (bucket: BucketSpecification): string => {
  const { currency, eligibility, isBlocker, ownValiditySeconds, ratingGroups, renewal, unit } =
    bucket;
  const alike = [currency, unit, ratingGroups, eligibility, isBlocker, ownValiditySeconds, renewal];
  return JSON.stringify(alike);
};

const together = (a: BucketSpecification, b: BucketSpecification): BucketSpecification => ({
  ...a,
  priority: Math.min(a.priority, b.priority),
  creditLimit: Math.max(a.creditLimit ?? 0, b.creditLimit ?? 0),
  validFrom: Math.min(a.validFrom, b.validFrom),
  validUntil: Math.max(a.validUntil, b.validUntil),
});

type Merging<T> = {
  readonly kind: string;
  readonly idOf: (one: T) => string;
  readonly problems: ProfileProblem[];
};

const mergeAlike = <T>(all: readonly T[], { idOf, kind, problems }: Merging<T>): readonly T[] => {
  const merged = new Map<string, T>();
  for (const one of all) {
    const id = idOf(one);
    const other = merged.get(id);
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(one)) {
      const message = `Two products have a ${kind} ${id}, and mean something else by it.`;
      problems.push({ code: "CONFLICT", what: `${kind} ${id}`, message });
    }
    if (other === undefined) merged.set(id, one);
  }
  return [...merged.values()];
};

const checkBounds = (profile: PutAccount, problems: ProfileProblem[]): void => {
  const { buckets, counters, products, rules = [], subscriberIdentifiers } = profile;
  const own = buckets.filter(({ ownValiditySeconds = 0 }) => ownValiditySeconds > 0);
  const renewed = buckets.filter(({ renewal }) => renewal != null);
  const watched = counters.filter(
    ({ cap, thresholds = [] }) => cap != null || thresholds.length > 0,
  );
  const companions = watched.length + own.length + renewed.length;
  // A share is of two amounts.
  const states = rules.reduce((sum, { destinationShare }) => sum + (destinationShare ? 2 : 1), 0);
  const numbers = watched.reduce((sum, { thresholds = [] }) => sum + 6 + 2 * thresholds.length, 0);
  const ids = [...products.map((one) => one.productId), ...buckets.map((one) => one.bucketId)];
  const longest = Math.max(0, ...[...ids, ...counters.map((one) => one.counterId)].map(lengthOf));
  const counts: readonly (readonly [AccountBound, number, string])[] = [
    ["productsPerAccountMax", products.length, "products that price usage"],
    ["bucketsPerAccountMax", buckets.length, "buckets"],
    ["ownValidityBucketsMax", own.length, "buckets that start at first use"],
    ["countersPerAccountMax", counters.length, "counters"],
    ["counterSlotsMax", counters.length + companions + states, "counters with what goes with them"],
    ["watchNumbersPerAccountMax", numbers, "numbers of caps and thresholds"],
    ["rulesPerAccountMax", rules.length, "rules"],
    ["subscribersPerAccountMax", subscriberIdentifiers.length, "subscribers"],
    ["identifierLengthMax", longest, "characters of a name"],
  ];
  for (const [limit, count, what] of counts) {
    if (count <= accountBounds[limit]) continue;
    const message = `The account would have ${count} ${what}, more than ${accountBounds[limit]}.`;
    problems.push({ code: "BEYOND_LIMIT", what, message, limit });
  }
};

const lengthOf = ({ length }: string): number => length;
