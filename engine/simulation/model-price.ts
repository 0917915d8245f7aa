// The naive model's rating: which buckets pay for a rating group at a moment, in which order, at
// which price; and what paying does to them.

import type { Price } from "../rating/price.ts";
import { notBegun, quotePrice } from "../rating/price-quote.ts";
import { amountMax } from "../values/units.ts";
import type { ModelAccount, ModelBucket, ModelCounter, ModelTariff } from "./model-account.ts";

export type Published = { readonly version: number; readonly tariff: ModelTariff };

export type ModelPrice = {
  readonly group: ModelTariff["groups"][number] | undefined;
  /** Of the tariff that has the price; 0: none. */
  readonly publication: number;
  /** Why nothing is granted; undefined where it is. */
  readonly refusal: "END_USER_SERVICE_DENIED" | "RATING_FAILED" | undefined;
  /** In burn order. */
  readonly buckets: readonly ModelBucket[];
  readonly counters: readonly ModelCounter[];
  /** The counter that the steps of the price run over; undefined: units of the session. */
  readonly tierCounter: ModelCounter | undefined;
  readonly validityTime: number;
  /** When something changes next, ms since 1970. */
  readonly next: number;
};

type Question = { readonly ratingGroup: number; readonly version: number; readonly at: number };

export const priceFor = (
  account: ModelAccount,
  published: readonly Published[],
  { ratingGroup, version, at }: Question,
): ModelPrice => {
  const { products, currency } = account.profile;
  const known = published.filter((one) => one.version <= version);
  const isNow = (valid: { validFrom: number; validUntil: number }) =>
    valid.validFrom <= at && at < valid.validUntil;
  const publishedAs = (tariffId: string) => {
    const inEffect = known
      .filter(({ tariff }) => tariff.tariffId === tariffId && tariff.effectiveFrom <= at)
      .sort((a, b) => a.tariff.effectiveFrom - b.tariff.effectiveFrom || a.version - b.version);
    return inEffect.at(-1);
  };
  const groupOf = (tariffId: string) => {
    const tariff = publishedAs(tariffId)?.tariff;
    if (tariff?.currency !== currency) return undefined;
    return tariff.groups.find((group) => group.ratingGroup === ratingGroup);
  };
  const priced = products.filter(({ tariffId }) => groupOf(tariffId) !== undefined);
  const valid = priced.find(isNow);
  const product = valid ?? priced.filter(({ validUntil }) => validUntil <= at).at(-1);
  const group = product && groupOf(product.tariffId);
  const tierCounterId = group?.price?.tierCounterId;
  const tierCounter = account.counters.find(
    (counter) => counter?.counterId === tierCounterId && counter?.unit === group?.unit,
  );
  const isCountable = tierCounterId === undefined || tierCounter != null;
  const denied = products.some(isNow) ? "RATING_FAILED" : "END_USER_SERVICE_DENIED";
  const serves = (ratingGroups: readonly number[]) =>
    ratingGroups.length === 0 || ratingGroups.includes(ratingGroup);
  const isOfUse = ({ unit }: { unit: string }) =>
    group !== undefined && (unit === "money" || unit === group.unit);
  const changes = [...products, ...account.buckets.filter((bucket) => bucket !== null)]
    .flatMap(({ validFrom, validUntil }) => [validFrom, validUntil])
    .concat(
      known
        .filter(({ tariff }) => products.some(({ tariffId }) => tariffId === tariff.tariffId))
        .map(({ tariff }) => tariff.effectiveFrom),
    );
  const next = Math.min(...changes.filter((change) => change > at));
  const seconds = Math.min(group?.validityTimeSeconds ?? 0, Math.ceil((next - at) / 1_000));
  return {
    group,
    publication: (product && publishedAs(product.tariffId)?.version) ?? 0,
    refusal: valid === undefined || !isCountable ? denied : undefined,
    tierCounter: tierCounter ?? undefined,
    buckets: account.buckets
      .filter((bucket) => bucket !== null)
      .filter((bucket) => isOfUse(bucket) && serves(bucket.ratingGroups) && bucket.validFrom <= at)
      .sort(
        (a, b) =>
          Number(a.unit === "money") - Number(b.unit === "money") ||
          a.priority - b.priority ||
          a.validUntil - b.validUntil,
      ),
    counters: account.counters
      .filter((counter) => counter !== null)
      .filter((counter) => isOfUse(counter) && serves(counter.ratingGroups)),
    validityTime: Math.max(1, seconds),
    next,
  };
};

export type Payment = {
  /** Units covered. */
  units: bigint;
  /** What each bucket gives, in burn order. */
  readonly shares: { readonly bucket: ModelBucket; readonly amount: bigint }[];
  /** Paid and not used. */
  ahead: bigint;
  /** What a price with steps has come to; undefined: it has not begun. */
  rated: number | undefined;
};

export type Progress = {
  readonly ahead: bigint;
  readonly rated: number | undefined;
  /** Of the steps of the price, before this payment. */
  readonly position: number;
};

/** What a bucket can give: what is left, and what it may owe. */
export const available = ({ remaining, creditLimit }: ModelBucket): bigint => {
  const left = remaining + BigInt(creditLimit);
  return left > 0n ? left : 0n;
};

/** What `limitOf` each bucket covers of `units`; nothing is taken yet. */
export const payFor = (
  price: ModelPrice,
  units: bigint,
  { ahead, rated, position }: Progress,
  limitOf: (bucket: ModelBucket) => bigint | undefined,
): Payment => {
  const payment: Payment = { units: 0n, shares: [], ahead, rated };
  for (const bucket of price.buckets) {
    const limit = limitOf(bucket);
    if (limit === undefined || payment.units === units) continue;
    const steps = price.group?.price;
    if (bucket.unit === "money" && steps !== undefined) {
      payBySteps(payment, steps, { bucket, limit, units }, position);
    } else if (bucket.unit === "money") payMoney(payment, price, { bucket, limit, units });
    else payUnits(payment, { bucket, limit, units });
  }
  return payment;
};

type Payer = { readonly bucket: ModelBucket; readonly limit: bigint; readonly units: bigint };

const payUnits = (payment: Payment, { bucket, limit, units }: Payer) => {
  const wanted = units - payment.units;
  const amount = wanted < limit ? wanted : limit;
  payment.units += amount;
  if (amount > 0n) payment.shares.push({ bucket, amount });
};

/** The arithmetic of steps has a naive twin of its own (naive-price.ts). */
const payBySteps = (
  payment: Payment,
  steps: Price,
  { bucket, limit, units }: Payer,
  position: number,
) => {
  const before = {
    position: Math.min(position + Number(payment.units), amountMax),
    ahead: Number(payment.ahead),
    ratedMicros: payment.rated ?? notBegun,
  };
  const quote = quotePrice(steps, Number(limit), Number(units - payment.units), before);
  payment.units += BigInt(quote.units);
  payment.ahead = BigInt(quote.progress.ahead);
  const { ratedMicros } = quote.progress;
  payment.rated = ratedMicros === notBegun ? undefined : ratedMicros;
  if (quote.amount > 0) payment.shares.push({ bucket, amount: BigInt(quote.amount) });
};

const payMoney = (payment: Payment, price: ModelPrice, { bucket, limit, units }: Payer) => {
  const blockUnits = BigInt(price.group?.blockUnits ?? 0);
  const blockPrice = BigInt(price.group?.blockPriceMicros ?? 0);
  const wanted = units - payment.units;
  if (wanted <= payment.ahead) {
    payment.ahead -= wanted;
    payment.units = units;
    return;
  }
  if (blockPrice === 0n) {
    payment.ahead = 0n;
    payment.units = units;
    return;
  }
  // Block by block would take for ever: as many as are needed, or as many as can be paid.
  const needed = (wanted - payment.ahead + blockUnits - 1n) / blockUnits;
  const paid = limit / blockPrice < needed ? limit / blockPrice : needed;
  const covered = payment.ahead + paid * blockUnits;
  payment.ahead = covered > wanted ? covered - wanted : 0n;
  payment.units += covered > wanted ? wanted : covered;
  if (paid > 0n) payment.shares.push({ bucket, amount: paid * blockPrice });
};
