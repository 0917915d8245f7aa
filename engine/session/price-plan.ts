// Which product, which publication and which price a rating group of an account is charged by, at
// one moment and in one context; the first half of a burn plan.

import { isValidAt, type Product, type Profile } from "../balance/profile.ts";
import {
  type ChosenPrice,
  choosePrice,
  classKey,
  priceChangeAfter,
  priceChangeBefore,
} from "../rating/choose-price.ts";
import type { CompiledRatingGroup, CompiledTariff } from "../rating/compiled-tariff.ts";
import { classify, type PriceContext, type ZoneDirectory } from "../rating/price-context.ts";
import {
  lastTariffChange,
  nextTariffChange,
  type TariffVersion,
  tariffAt,
} from "../rating/tariff.ts";

export type PublishedTariff = TariffVersion<CompiledTariff> & {
  /** For whoever knows publications up to this one; left out: the tariff names no rate deck. */
  readonly rateDeckAt?: (tariffVersion: number) => ZoneDirectory | undefined;
};

/** Published documents by tariff id. */
export type TariffCatalogue = ReadonlyMap<string, readonly PublishedTariff[]>;

export type PriceQuestion = {
  readonly ratingGroup: number;
  /** Publications up to this one are known. */
  readonly tariffVersion: number;
  /** Of those that open sessions switch to, known are those up to this one; undefined: all. */
  readonly switchesUpTo?: number | undefined;
  readonly at: number;
  readonly context: PriceContext;
};

export type KeyOf = (context: PriceContext) => string;

export type PricePlan = {
  readonly product: Product;
  readonly group: CompiledRatingGroup;
  readonly published: PublishedTariff;
  /** Undefined: the tariff has no price for this context. */
  readonly chosen: ChosenPrice | undefined;
  /** False: it only prices what was granted while its product was valid. */
  readonly isValid: boolean;
  /** Contexts with equal keys have the same plan; undefined: all contexts. */
  readonly keyOf: KeyOf | undefined;
};

/** A product that cannot price the rating group, and why. */
export type Unpriced = { readonly product: Product } & (
  | { readonly why: "notPublished" | "notYetValid" | "noRatingGroup" }
  /** Its tariff holds only later. */
  | { readonly why: "notInEffect"; readonly effectiveFrom: number }
  /** The account has no bucket in the currency of the tariff. */
  | { readonly why: "otherCurrency"; readonly currency: string }
);

export type PricedUntil = {
  /** Undefined: no product has a tariff that prices this rating group; `unpriced` says why. */
  readonly plan: PricePlan | undefined;
  readonly unpriced: readonly Unpriced[];
  /** When the plan may be another one: some before the moment of the question, some after. */
  readonly boundaries: readonly number[];
};

type Candidate = {
  readonly product: Product;
  readonly group: CompiledRatingGroup;
  readonly published: PublishedTariff;
};

const canPay = ({ currency, buckets }: Profile, wanted: string): boolean =>
  currency === wanted || buckets.some((bucket) => bucket?.currency === wanted);

const isContextual = ({ dimensions, freeNumbers }: CompiledTariff): boolean =>
  dimensions.size > 0 || freeNumbers.size > 0;

const lookUp = (
  profile: Profile,
  product: Product,
  versions: readonly PublishedTariff[],
  { at, ratingGroup, switchesUpTo, tariffVersion }: PriceQuestion,
): Candidate | Unpriced => {
  const published = tariffAt(versions, tariffVersion, at, switchesUpTo);
  if (published === undefined) {
    const effectiveFrom = nextTariffChange(versions, tariffVersion, at, switchesUpTo);
    if (effectiveFrom === Number.POSITIVE_INFINITY) return { product, why: "notPublished" };
    return { product, why: "notInEffect", effectiveFrom };
  }
  const { currency, ratingGroups } = published.tariff;
  if (!canPay(profile, currency)) return { product, why: "otherCurrency", currency };
  const group = ratingGroups.get(ratingGroup);
  return group === undefined ? { product, why: "noRatingGroup" } : { product, group, published };
};

export const planPrice = (
  profile: Profile,
  tariffs: TariffCatalogue,
  question: PriceQuestion,
): PricedUntil => {
  const { at, context, switchesUpTo, tariffVersion } = question;
  const boundaries: number[] = [];
  const candidates: Candidate[] = [];
  const unpriced: Unpriced[] = [];
  for (const product of profile.products) {
    const versions = tariffs.get(product.tariffId) ?? [];
    boundaries.push(
      product.validFrom,
      product.validUntil,
      lastTariffChange(versions, tariffVersion, at, switchesUpTo),
      nextTariffChange(versions, tariffVersion, at, switchesUpTo),
    );
    const found = lookUp(profile, product, versions, question);
    if ("why" in found) unpriced.push(found);
    else candidates.push(found);
  }
  const valid = candidates.find(({ product }) => isValidAt(product, at));
  // An expired product still prices what was granted under it.
  const priced = valid ?? candidates.findLast(({ product }) => product.validUntil <= at);
  if (priced === undefined) {
    const early = candidates.map((one): Unpriced => ({ product: one.product, why: "notYetValid" }));
    return { plan: undefined, unpriced: [...unpriced, ...early], boundaries };
  }
  const { product, group, published } = priced;
  boundaries.push(priceChangeBefore(group, at), priceChangeAfter(group, at));
  // Looked up each time: what plans are kept for must not keep a deck that nobody needs any more.
  const classesOf = (one: PriceContext) =>
    classify(published.tariff, one, published.rateDeckAt?.(tariffVersion));
  return {
    plan: {
      product,
      group,
      published,
      chosen: choosePrice(group, classesOf(context), at),
      isValid: valid !== undefined,
      keyOf: isContextual(published.tariff) ? (one) => classKey(group, classesOf(one)) : undefined,
    },
    unpriced,
    boundaries,
  };
};
