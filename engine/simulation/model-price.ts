// The naive model's rating: which buckets pay for a rating group at a moment, in which order, at
// which price.

import type {
  ModelAccount,
  ModelBucket,
  ModelCounter,
  ModelTariff,
  PutAccount,
} from "./model-account.ts";
import { type Counting, periodOf } from "./model-counters.ts";

export type Published = { readonly version: number; readonly tariff: ModelTariff };

export type ModelPrice = {
  readonly group: ModelTariff["groups"][number] | undefined;
  /** Of the tariff that has the price; 0: none. */
  readonly publication: number;
  /** Why nothing is granted; undefined where it is. */
  readonly refusal: "END_USER_SERVICE_DENIED" | "RATING_FAILED" | "RULE_HIT" | undefined;
  /** Nothing is due, and no rule refuses it. */
  readonly isFree: boolean;
  /** Its money is counted by rules. */
  readonly isInCurrency: boolean;
  /** In burn order. */
  readonly buckets: readonly ModelBucket[];
  readonly counters: readonly Counting[];
  /** The counter that the steps of the price run over; undefined: units of the session. */
  readonly tierCounter: Counting | undefined;
  /** When something changes next, and when the price does, ms since 1970. */
  readonly next: number;
  readonly nextPrice: number;
  /** When the price began. */
  readonly lastPrice: number;
};

const free = { blockUnits: 1, blockPriceMicros: 0, price: undefined };
/** Gives what costs nothing. */
const anybody: ModelBucket = {
  ...{ bucketId: "", unit: "money", priority: 0, validFrom: 0, ratingGroups: [], creditLimit: 0 },
  ...{ currency: null, eligibility: null, isBlocker: false, ownValiditySeconds: 0, renewal: null },
  ...{ remaining: 0n, reserved: 0n, credited: 0n, debited: 0n, expired: 0n },
  ...{ renewedFor: undefined, own: undefined, validUntil: Number.POSITIVE_INFINITY },
};

type Question = {
  readonly ratingGroup: number;
  readonly version: number;
  readonly at: number;
  /** As the network names it. */
  readonly subscriber: string;
  readonly called: string | null;
};

/** The tariffs of the tests name one. */
const freeNumber = "112";

export const inEffect = (known: readonly Published[], tariffId: string, at: number) =>
  known
    .filter(({ tariff }) => tariff.tariffId === tariffId && tariff.effectiveFrom <= at)
    .sort((a, b) => a.tariff.effectiveFrom - b.tariff.effectiveFrom || a.version - b.version)
    .at(-1);

const inOrder = (buckets: ModelBucket[]): ModelBucket[] =>
  buckets.sort(
    (a, b) =>
      Number(a.unit === "money") - Number(b.unit === "money") ||
      a.priority - b.priority ||
      a.validUntil - b.validUntil,
  );

/** Which product has a price for the rating group, and which publication that is. */
const pricedBy = (
  { products, currency, buckets }: PutAccount,
  known: readonly Published[],
  { ratingGroup, at }: Pick<Question, "ratingGroup" | "at">,
) => {
  const payable = [currency, ...buckets.map((bucket) => bucket.currency)];
  const candidates = products.flatMap((product) => {
    const published = inEffect(known, product.tariffId, at);
    if (published === undefined || !payable.includes(published.tariff.currency)) return [];
    const group = published.tariff.groups.find((one) => one.ratingGroup === ratingGroup);
    return group === undefined ? [] : [{ product, published, group }];
  });
  const valid = candidates.find(({ product }) => isAt(product, at));
  const expired = candidates.filter(({ product }) => product.validUntil <= at);
  return { isValid: valid !== undefined, ...(valid ?? expired.at(-1)) };
};

export const isAt = (valid: { validFrom: number; validUntil: number }, at: number): boolean =>
  valid.validFrom <= at && at < valid.validUntil;

export const priceFor = (
  account: ModelAccount,
  published: readonly Published[],
  { ratingGroup, version, at, subscriber, called }: Question,
): ModelPrice => {
  const { products, currency } = account.profile;
  const known = published.filter(
    (one) => one.version <= version || one.tariff.openSessions === "switch",
  );
  const priced = pricedBy(account.profile, known, { ratingGroup, at });
  const { isValid, published: by } = priced;
  const isFree = called === freeNumber && priced.group !== undefined;
  const group = isFree && priced.group ? { ...priced.group, ...free } : priced.group;
  const tierCounterId = group?.price?.tierCounterId;
  const tierCounter = account.counters.find(
    (counter) => counter?.counterId === tierCounterId && counter?.unit === group?.unit,
  );
  const isCountable = tierCounterId === undefined || tierCounter != null;
  const denied = products.some((one) => isAt(one, at))
    ? "RATING_FAILED"
    : "END_USER_SERVICE_DENIED";
  /** The programs of the tests restrict by rating group and subscriber alone. */
  const serves = ({ eligibility, ratingGroups }: ModelBucket | ModelCounter) =>
    (ratingGroups.length === 0 || ratingGroups.includes(ratingGroup)) &&
    (!eligibility?.subscribers.length || eligibility.subscribers.includes(subscriber));
  const isOfUse = (unit: string, own: string | null) => {
    if (group === undefined) return false;
    return unit === "money" ? (own ?? currency) === by?.tariff.currency : unit === group.unit;
  };
  const countings = account.counters
    .filter((counter) => counter !== null)
    .filter((counter) => isOfUse(counter.unit, null) && serves(counter));
  const counted = (counter: ModelCounter) => {
    return { counter, period: periodOf(counter, account.profile, at).number };
  };
  const buckets = account.buckets.filter((bucket) => bucket !== null);
  const burnable = inOrder(
    buckets.filter((bucket) => isOfUse(bucket.unit, bucket.currency) && serves(bucket)),
  ).filter(({ validFrom }) => validFrom <= at);
  const blocker = burnable.findIndex((bucket) => bucket.isBlocker && isAt(bucket, at));
  const datesOf = ({ validFrom, validUntil }: (typeof products)[number] | ModelBucket) => {
    return [validFrom, validUntil];
  };
  const priceChanges = [
    ...products.flatMap(datesOf),
    ...known
      .filter(({ tariff }) => products.some(({ tariffId }) => tariffId === tariff.tariffId))
      .map(({ tariff }) => tariff.effectiveFrom),
  ];
  const periods = [...countings, ...(tierCounter ? [tierCounter] : [])]
    .map((counter) => periodOf(counter, account.profile, at))
    .flatMap(({ from, until }) => [from, until]);
  const firstOf = (changes: readonly number[]) =>
    Math.min(...changes.filter((change) => change > at));
  return {
    group,
    publication: by?.version ?? 0,
    refusal: isValid && isCountable ? undefined : denied,
    isFree,
    isInCurrency: by?.tariff.currency === currency,
    tierCounter: tierCounter ? counted(tierCounter) : undefined,
    buckets: isFree ? [anybody] : blocker === -1 ? burnable : burnable.slice(0, blocker + 1),
    counters: countings.map(counted),
    next: firstOf([...priceChanges, ...buckets.flatMap(datesOf), ...periods]),
    nextPrice: firstOf(priceChanges),
    lastPrice: Math.max(0, ...priceChanges.filter((change) => change <= at)),
  };
};
