// Plans by random tariff documents, with time bands and all that a price may look at: a plan is
// kept for its interval and for every context of its key, so it must be the same for all of them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { publishedTariff } from "../../scripts/testing/published-tariff.ts";
import { said, type TariffJson, tariffDocuments } from "../../scripts/testing/tariff-documents.ts";
import { priceContexts, tariffInstants } from "../../scripts/testing/tariff-uses.ts";
import { periodUnits } from "../balance/calendar-period.ts";
import type { Eligibility } from "../balance/eligibility.ts";
import { type Bucket, type Profile, plainBucket, plainCounter } from "../balance/profile.ts";
import type { PriceContext } from "../rating/price-context.ts";
import { chooseNaively } from "../simulation/naive-choice.ts";
import { dayMs } from "../values/gregorian.ts";
import { type BurnPlan, planBurn } from "./burn-plan.ts";

const foreverUntil = Date.UTC(2029, 0);

const some = (values: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, fc.subarray([...values]));
const eligibilities: fc.Arbitrary<Eligibility> = fc.record({
  zones: some(["z0", "z1"]),
  networks: some(["n0"]),
  ratTypes: some(said.ratTypes),
  slices: some(said.slices),
  dnns: some(said.dnns),
  services: some(said.services),
  closedUserGroups: some(["g0"]),
  qos: some(said.qos),
  timeBands: some(["peak", "calm"]),
  subscribers: some(["me"]),
});

/** What makes plans end, or fit some contexts only; null: nothing does. */
const restrictions = fc.record({
  eligibility: fc.option(eligibilities),
  counted: fc.option(eligibilities),
  period: fc.option(fc.record({ unit: fc.constantFrom(...periodUnits) })),
  timeZone: fc.constantFrom("UTC", "America/St_Johns"),
  productUntil: tariffInstants,
  bucketUntil: tariffInstants,
  isBlocker: fc.boolean(),
});
type Restrictions = typeof restrictions extends fc.Arbitrary<infer R> ? R : never;

/** Money, an allowance, and the counter that tiers run over, whether or not a use counts there. */
const profileOf = (unit: Bucket["unit"], restricted: Restrictions): Profile => {
  const { eligibility, counted, period, isBlocker } = restricted;
  const bucket = { ...plainBucket, priority: 1, validFrom: 0, ratingGroups: [] };
  return {
    accountId: "a",
    version: 1,
    currency: "EUR",
    timeZone: restricted.timeZone,
    subscriberIdentifiers: [],
    products: [
      { productId: "p", tariffId: "t", validFrom: 0, validUntil: restricted.productUntil },
    ],
    buckets: [
      { ...bucket, bucketId: "main", unit: "money", validUntil: foreverUntil },
      {
        ...bucket,
        ...{ bucketId: "allowance", unit, validUntil: restricted.bucketUntil },
        ...{ eligibility, isBlocker },
      },
    ],
    counters: [
      { ...plainCounter, counterId: "c", unit, ratingGroups: [], eligibility: counted, period },
    ],
    rules: [],
  };
};

type Case = {
  readonly first: TariffJson;
  readonly second: TariffJson;
  readonly changeAt: number;
  readonly profile: Profile;
  readonly at: number;
};

/** The second document takes over from `changeAt` on. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    first: tariffDocuments,
    second: tariffDocuments,
    changeAt: tariffInstants,
    restricted: restrictions,
    at: tariffInstants,
  })
  .map(({ restricted, ...rest }) => {
    const unit = rest.first.ratingGroups[0]!["unit"] as Bucket["unit"];
    return { ...rest, profile: profileOf(unit, restricted) };
  });

const documentAt = ({ first, second, changeAt }: Case, at: number) =>
  at < changeAt ? first : second;

const plannerOf = ({ first, second, changeAt, profile }: Case) => {
  const published = [
    publishedTariff(1, 0, { ...first, effectiveFrom: "1970-01-01T00:00:00Z" }),
    publishedTariff(2, 0, { ...second, effectiveFrom: new Date(changeAt).toISOString() }),
  ];
  const tariffs = new Map([["t", published]]);
  return (context: PriceContext, at: number) =>
    planBurn(profile, tariffs, { ratingGroup: 10, tariffVersion: 2, at, context });
};
/**
 * What plans are compared by: a key is a function, and changes are looked for a year around the
 * moment only.
 */
const bareOf = ({ keyOf, validFrom, validUntil, priceFrom, ...plan }: BurnPlan) => plan;

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 200 };

test(`a plan is the plan of every moment in its interval (seed ${seed})`, () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
  fc.assert(
    fc.property(cases, priceContexts, shares, (one, context, some) => {
      const planAt = plannerOf(one);
      const plan = planAt(context, one.at);
      expect(plan.validFrom <= one.at && one.at < plan.validUntil).toBe(true);
      const from = Math.max(plan.validFrom, one.at - 30 * dayMs);
      const last = Math.min(plan.validUntil, one.at + 30 * dayMs) - 1;
      const inside = some.map((share) => from + Math.floor((last - from) * share));
      for (const moment of [from, ...inside, last]) {
        const other = planAt(context, moment);
        expect(other.validFrom <= moment && moment < other.validUntil).toBe(true);
        expect(bareOf(other)).toEqual(bareOf(plan));
      }
    }),
    runs,
  );
});

test(`contexts with one key have one plan (seed ${seed})`, () => {
  const many = fc.array(priceContexts, { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(cases, many, (one, contexts) => {
      const planAt = plannerOf(one);
      const plans = contexts.map((context) => planAt(context, one.at));
      const byKey = new Map(plans.map((plan) => [plan.contextKey, bareOf(plan)]));
      const { keyOf } = plans[0]!;
      for (const [index, plan] of plans.entries()) {
        expect(bareOf(plan)).toEqual(byKey.get(plan.contextKey));
        expect(keyOf?.(contexts[index]!) ?? "").toBe(plan.contextKey);
      }
    }),
    runs,
  );
});

type ByCounter = { readonly counterId?: string };

/** Tiers or discounts that go by a counter of the account. */
const hasCounter = (price: Readonly<Record<string, unknown>>): boolean => {
  const discounts = (price["discounts"] as readonly ByCounter[] | undefined) ?? [];
  const tiers = price["tiers"] as ByCounter | undefined;
  return [tiers, ...discounts].some((one) => one?.counterId !== undefined);
};

test(`a plan grants what the document gives a price to, and nothing else (seed ${seed})`, () => {
  fc.assert(
    fc.property(cases, priceContexts, (one, context) => {
      const { at, profile } = one;
      const document = documentAt(one, at);
      const [group] = document.ratingGroups;
      const priceId = chooseNaively(document, context, at);
      const price = group!.prices.find((candidate) => candidate.priceId === priceId) ?? group!;
      const isFree = priceId === "free-number";
      const isCounted = !hasCounter(price) || profile.counters[0]?.unit === group!["unit"];
      const isRated = isFree || (priceId !== undefined && isCounted);
      const isValid = profile.products[0]!.validUntil > at;
      const isBlocked = !isFree && isValid && price["isBlocked"] === true && priceId !== undefined;
      const plan = plannerOf(one)(context, at);
      expect(plan.refusal).toBe(
        !isValid || isBlocked ? "END_USER_SERVICE_DENIED" : isRated ? undefined : "RATING_FAILED",
      );
      expect(plan.publication).toBe(at < one.changeAt ? 1 : 2);
    }),
    runs,
  );
});
