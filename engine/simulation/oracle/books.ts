// The oracle: what each second of use takes from an account, and from which bucket. It knows
// documents, clocks and buckets, and nothing of plans, boundaries, batches or Lua.

import type { RequestOf } from "../../protocol/operations.ts";
import { documentAt, type Publication, priceAt } from "./price-in-force.ts";
import { dueForUnit, type Meter, type ReadPrice, readPrice } from "./unit-price.ts";
import { wallClock } from "./wall-clock.ts";

export type AccountSpec = RequestOf<"putAccount">;
type BucketSpec = AccountSpec["buckets"][number];

/** Plain numbers: money of a round stays far below 2^53. */
export type BookedBucket = {
  readonly spec: BucketSpec;
  remaining: number;
  debited: number;
  /** What the grant under way holds of it: an expired bucket gives that, and no more. */
  held: number;
};
type BookedCounter = { readonly spec: AccountSpec["counters"][number]; value: number; day: string };

export type Books = {
  readonly spec: AccountSpec;
  readonly publications: readonly Publication[];
  /** Allowances before money, then by priority. */
  readonly buckets: readonly BookedBucket[];
  readonly counters: readonly BookedCounter[];
};

export type BookedSession = {
  readonly ratingGroup: number;
  readonly beganAt: number;
  readonly meter: Meter;
  /** Micros. */
  cost: number;
  /** Units that nothing paid for. */
  unpaid: number;
  /** How often the price was another one than a second of use before. */
  switches: number;
  price: ReadPrice | undefined;
};

export const openBooks = (
  spec: AccountSpec,
  credit: Readonly<Record<string, number>>,
  publications: readonly Publication[],
): Books => ({
  spec,
  publications,
  buckets: spec.buckets
    .map((bucket) => {
      return { spec: bucket, remaining: credit[bucket.bucketId] ?? 0, debited: 0, held: 0 };
    })
    .sort((a, b) => rank(a.spec) - rank(b.spec)),
  counters: spec.counters.map((counter) => ({ spec: counter, value: 0, day: "" })),
});

const rank = ({ unit, priority }: BucketSpec) => (unit === "money" ? 1_000_000 : 0) + priority;

export const beginSession = (ratingGroup: number, beganAt: number): BookedSession => ({
  ratingGroup,
  beganAt,
  meter: { ahead: 0, rated: undefined, position: 0 },
  cost: 0,
  unpaid: 0,
  switches: 0,
  price: undefined,
});

/** `units` used in the second that begins at `at`. */
export const bookSecond = (books: Books, session: BookedSession, at: number, units: number) => {
  const use = useAt(books, session, at);
  if (session.price !== undefined && session.price !== use?.price) session.switches++;
  session.price = use?.price;
  for (let unit = 0; unit < units; unit++) {
    if (use === undefined || !bookUnit(session, use, at)) session.unpaid++;
  }
};

/** A grant of `units`, made at `at`: what it holds of each bucket. */
export const bookGrant = (books: Books, session: BookedSession, at: number, units: number) => {
  for (const bucket of books.buckets) bucket.held = 0;
  const trial = {
    ...books,
    buckets: books.buckets.map((bucket) => ({ ...bucket })),
    counters: books.counters.map((counter) => ({ ...counter })),
  };
  bookSecond(trial, { ...session, meter: { ...session.meter } }, at, units);
  for (const [index, bucket] of books.buckets.entries()) {
    bucket.held = bucket.remaining - trial.buckets[index]!.remaining;
  }
};

type Use = {
  readonly price: ReadPrice;
  readonly isNoted: boolean;
  readonly payers: readonly BookedBucket[];
  readonly counter: BookedCounter | undefined;
};

/** Undefined: there is no price, or it is blocked. */
const useAt = (books: Books, session: BookedSession, at: number): Use | undefined => {
  const { spec, publications, buckets, counters } = books;
  const { ratingGroup, beganAt: knownAt } = session;
  const product = spec.products.find(({ validFrom, validUntil }) => {
    return validFrom <= at && at < validUntil;
  });
  const document = product && documentAt(publications, product.tariffId, { knownAt, at });
  const inForce = document && priceAt(document, ratingGroup, at);
  if (inForce === undefined) return undefined;
  const { band, isNoted, price } = inForce;
  const payers = buckets.filter(({ spec: { validFrom, eligibility } }) => {
    const bands = eligibility?.timeBands ?? [];
    return validFrom <= at && (bands.length === 0 || (band !== undefined && bands.includes(band)));
  });
  const counter = counters.find((one) => one.spec.ratingGroups.includes(ratingGroup));
  if (counter !== undefined) turnOver(counter, spec.timeZone ?? "UTC", at);
  return { price: readPrice(price), isNoted, payers, counter };
};

/** A new day or month begins at nought. */
const turnOver = (counter: BookedCounter, timeZone: string, at: number) => {
  if (counter.spec.period == null) return;
  const { date } = wallClock(timeZone, at);
  const day = counter.spec.period.unit === "month" ? date.slice(0, 7) : date;
  if (counter.day !== day) counter.value = 0;
  counter.day = day;
};

/** False: nothing pays for it. */
const bookUnit = (session: BookedSession, use: Use, at: number): boolean => {
  const { price, payers, counter, isNoted } = use;
  const { meter } = session;
  if (price.isFree) meter.ahead = Math.max(0, meter.ahead - 1);
  else if (!takeFromAny(payers, session, use, at)) return false;
  else if (isNoted && price.counterId === undefined) meter.position++;
  if (counter !== undefined) counter.value++;
  return true;
};

const takeFromAny = (
  payers: readonly BookedBucket[],
  session: BookedSession,
  use: Use,
  at: number,
): boolean => {
  for (const bucket of payers) if (takeFrom(bucket, session, use, at)) return true;
  return false;
};

const takeFrom = (
  bucket: BookedBucket,
  session: BookedSession,
  { price, counter, isNoted }: Use,
  at: number,
): boolean => {
  const { meter } = session;
  const { unit, validUntil, creditLimit = 0 } = bucket.spec;
  const available = at < validUntil ? bucket.remaining + creditLimit : bucket.held;
  if (unit !== "money") return available >= 1 && take(bucket, 1);
  const position = price.counterId === undefined ? meter.position : (counter?.value ?? 0);
  const { due, ahead, rated } = dueForUnit(price, meter, position);
  if (due > available) return false;
  meter.ahead = ahead;
  if (isNoted) meter.rated = rated;
  session.cost += due;
  return take(bucket, due);
};

const take = (bucket: BookedBucket, amount: number): true => {
  bucket.remaining -= amount;
  bucket.debited += amount;
  bucket.held = Math.max(0, bucket.held - amount);
  return true;
};
