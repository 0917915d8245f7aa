// What becomes of an account when somebody buys an offering: buckets with what they begin with,
// counters, rules, the product that prices usage, and what is charged when. Pure; whoever sells
// keeps what comes out and hands all of an account's products to `profileOf`.

import type { Zone } from "../../../engine/rating/time-zone.ts";
import { createZone } from "../../../engine/rating/time-zone.ts";
import { err, ok, type Result } from "../../../engine/values/result.ts";
import { type AgreedCharge, agreedCharges } from "./agreed-charges.ts";
import type { CompiledCatalogue } from "./compile-catalogue.ts";
import { grantedBuckets, grantedCounters } from "./granted-buckets.ts";
import { endOf } from "./periods.ts";
import type {
  BucketSpecification,
  CounterSpecification,
  Credit,
  EngineProduct,
  ProductTerms,
  RuleSpecification,
} from "./product-terms.ts";

export type Purchase = {
  readonly offeringId: string;
  /** Left out: the one that is on sale then. */
  readonly version?: string | undefined;
  /** Of the product that comes to be; those of a bundle's parts begin with it. */
  readonly productId: string;
  /** ms since 1970. */
  readonly at: number;
  /** IANA, the account's. */
  readonly timeZone: string;
  /** Those whom it is for, as the network names them. */
  readonly subscribers: readonly string[];
  /** How many of each offering of a bundle; what is not there is the default. */
  readonly components?: Readonly<Record<string, number>> | undefined;
  readonly promotionCode?: string | undefined;
  readonly channel?: string | undefined;
  readonly marketSegment?: string | undefined;
  /** Offerings that the buyer has already. */
  readonly owned?: readonly string[] | undefined;
};

/** Everything of it counts from `boughtAt` on; a bundle has what its parts have. */
export type BoughtProduct = {
  readonly productId: string;
  readonly offeringId: string;
  readonly version: string;
  readonly chargingPriority: number;
  readonly boughtAt: number;
  /** `neverMs`: it does not end by itself. */
  readonly validUntil: number;
  /** Null: bound to nothing. */
  readonly boundUntil: number | null;
  /** In the order in which they are asked for a price; none where it prices no usage. */
  readonly products: readonly (EngineProduct & { readonly chargingPriority: number })[];
  readonly buckets: readonly BucketSpecification[];
  /** To be topped up once; what is renewed comes by itself. */
  readonly credits: readonly Credit[];
  readonly counters: readonly CounterSpecification[];
  readonly rules: readonly RuleSpecification[];
  readonly charges: readonly AgreedCharge[];
};

export const purchaseRefusals = [
  "NOT_ON_SALE",
  "ONLY_IN_BUNDLES",
  "OTHER_CHANNEL",
  "OTHER_SEGMENT",
  "REQUIREMENT_MISSING",
  "EXCLUDED",
  "COMPONENT_COUNT",
  "UNKNOWN_PROMOTION",
  "UNKNOWN_TIME_ZONE",
] as const;

export type PurchaseRefusal = {
  readonly code: (typeof purchaseRefusals)[number];
  readonly offeringId: string;
  readonly message: string;
};

/** In the year 9999: the engine's clocks know no later one. */
export const neverMs = 253_402_300_799_000;

export const productTerms = (
  catalogue: CompiledCatalogue,
  purchase: Purchase,
): Result<BoughtProduct, readonly PurchaseRefusal[]> => {
  const { at, offeringId, version } = purchase;
  const zone = createZone(purchase.timeZone);
  if (!zone.isOk) return refused("UNKNOWN_TIME_ZONE", offeringId, zone.error);
  const terms = termsOf(catalogue, { offeringId, version }, at);
  if (terms === undefined) {
    return refused("NOT_ON_SALE", offeringId, `${offeringId} is not on sale then.`);
  }
  const refusals = refusalsOf(catalogue, terms, purchase);
  if (refusals.length > 0) return err(refusals);
  const parts = partsOf(catalogue, terms, purchase);
  const bought = parts.map((part) => buyOne(part, purchase, zone.value));
  if (purchase.promotionCode !== undefined && !isCodeKnown(parts, purchase)) {
    const message = `No price of ${offeringId} has the code ${purchase.promotionCode} then.`;
    return refused("UNKNOWN_PROMOTION", offeringId, message);
  }
  const [whole] = bought;
  return ok({
    ...whole!,
    products: bought.flatMap(({ products }) => products),
    buckets: bought.flatMap(({ buckets }) => buckets),
    credits: bought.flatMap(({ credits }) => credits),
    counters: bought.flatMap(({ counters }) => counters),
    rules: bought.flatMap(({ rules }) => rules),
    charges: bought.flatMap(({ charges }) => charges),
  });
};

const refused = (code: PurchaseRefusal["code"], offeringId: string, message: string) =>
  err([{ code, offeringId, message }]);

/** The one that is named, or the one that is on sale. */
export const termsOf = (
  { terms }: CompiledCatalogue,
  { offeringId, version }: { readonly offeringId: string; readonly version?: string | undefined },
  at: number,
): ProductTerms | undefined =>
  Object.values(terms).find(
    (one) =>
      one.offeringId === offeringId &&
      one.isOnSale &&
      (version === undefined || one.version === version) &&
      one.validFrom <= at &&
      at < one.validUntil,
  );

const refusalsOf = (
  catalogue: CompiledCatalogue,
  terms: ProductTerms,
  { channel, marketSegment, owned = [], ...purchase }: Purchase,
): readonly PurchaseRefusal[] => {
  const refusals: PurchaseRefusal[] = [];
  const { offeringId } = terms;
  const refuse = (code: PurchaseRefusal["code"], message: string) =>
    refusals.push({ code, offeringId, message });
  if (!terms.isSellable) refuse("ONLY_IN_BUNDLES", `${offeringId} is sold in bundles only.`);
  const isIn = (list: readonly string[], one: string | undefined) =>
    list.length === 0 || one === undefined || list.includes(one);
  if (!isIn(terms.channels, channel)) {
    refuse("OTHER_CHANNEL", `${offeringId} is sold by ${terms.channels.join(", ")}.`);
  }
  if (!isIn(terms.marketSegments, marketSegment)) {
    refuse("OTHER_SEGMENT", `${offeringId} is for ${terms.marketSegments.join(", ")}.`);
  }
  for (const one of terms.requires) {
    if (!owned.includes(one)) refuse("REQUIREMENT_MISSING", `${offeringId} requires ${one}.`);
  }
  for (const one of owned) {
    const isExcluding = Object.values(catalogue.terms).some(
      (other) => other.offeringId === one && other.excludes.includes(offeringId),
    );
    if (terms.excludes.includes(one) || isExcluding) {
      refuse("EXCLUDED", `${offeringId} and ${one} exclude each other.`);
    }
  }
  for (const one of Object.keys(purchase.components ?? {})) {
    if (!terms.components.some((part) => part.offeringId === one)) {
      refuse("COMPONENT_COUNT", `${one} is no part of ${offeringId}.`);
    }
  }
  for (const { max, min, offeringId: part, standard } of terms.components) {
    const count = purchase.components?.[part] ?? standard;
    if (!Number.isInteger(count) || count < min || count > max) {
      refuse("COMPONENT_COUNT", `${count} of ${part}: from ${min} to ${max} are possible.`);
    } else if (count > 0 && termsOf(catalogue, { offeringId: part }, purchase.at) === undefined) {
      refuse("NOT_ON_SALE", `${part}, a part of ${offeringId}, is not on sale then.`);
    }
  }
  return refusals;
};

type Part = { readonly terms: ProductTerms; readonly productId: string };

/** The offering itself, then what is bundled in it, and in that, each as often as it is wanted. */
const partsOf = (
  catalogue: CompiledCatalogue,
  terms: ProductTerms,
  { at, components = {}, productId }: Pick<Purchase, "at" | "components" | "productId">,
): readonly Part[] => [
  { terms, productId },
  ...terms.components.flatMap(({ offeringId, standard }) => {
    const part = termsOf(catalogue, { offeringId }, at);
    const count = part === undefined ? 0 : (components[offeringId] ?? standard);
    return Array.from({ length: count }, (_, index) =>
      partsOf(catalogue, part!, {
        at,
        productId: `${productId}.${offeringId}${index === 0 ? "" : `-${index + 1}`}`,
      }),
    ).flat();
  }),
];

const buyOne = ({ productId, terms }: Part, purchase: Purchase, zone: Zone): BoughtProduct => {
  const { at, promotionCode, subscribers } = purchase;
  const { chargingPriority, commitment, lifetime, offeringId, tariffId, version } = terms;
  const validUntil = lifetime === null ? neverMs : Math.min(neverMs, endOf(lifetime, at, zone));
  const owner = { productId, at, validUntil, zone, subscribers };
  const { buckets, credits } = grantedBuckets(terms.allowances, owner);
  const product = { productId, chargingPriority, validFrom: at, validUntil };
  return {
    ...{ productId, offeringId, version, chargingPriority, boughtAt: at, validUntil },
    boundUntil: commitment === null ? null : endOf(commitment, at, zone),
    products: tariffId === null ? [] : [{ ...product, tariffId }],
    buckets,
    credits,
    counters: grantedCounters(terms.counters, owner),
    rules: terms.rules,
    charges: agreedCharges(terms.charges, { at, promotionCode, validUntil, zone }),
  };
};

const isCodeKnown = (parts: readonly Part[], { at, promotionCode }: Purchase): boolean =>
  parts.some(({ terms }) =>
    terms.charges.some(({ discounts }) =>
      discounts.some(
        (one) => one.promotionCode === promotionCode && one.validFrom <= at && at < one.validUntil,
      ),
    ),
  );
