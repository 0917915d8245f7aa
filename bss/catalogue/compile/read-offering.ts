// A version of an offering as its terms: everything that its document, its prices and its
// specification say, put together, as it stands from a moment on.

import { z } from "zod";
import { characteristicsOf, readOne } from "./characteristics.ts";
import type { ProductOffering, ProductOfferingPrice, Ref } from "./documents.ts";
import { complain, type Place, within } from "./finding.ts";
import type { AllowanceTerms, ChargeTerms, ProductTerms } from "./product-terms.ts";
import { offeringKey } from "./product-terms.ts";
import { readAllowance } from "./read-allowance.ts";
import { readCharge } from "./read-charge.ts";
import { readCounters, readRules } from "./read-counters.ts";
import { readTerm } from "./read-duration.ts";
import {
  priorityDefault,
  priorityShape,
  type ReadUsagePrice,
  readUsagePrice,
} from "./read-usage-price.ts";
import { type CatalogueVersions, type Version, versionAt, versionsFrom } from "./versions.ts";

export const priceTypes = ["recurring", "oneTime", "usage", "allowance", "discount"] as const;

export type OfferingVersion = Version<ProductOffering>;

export type ReadOffering = {
  readonly terms: ProductTerms;
  readonly usage: readonly ReadUsagePrice[];
};

/** The usage prices at one moment; each reference leads to one version. */
export const readUsage = (
  versions: CatalogueVersions,
  { document }: OfferingVersion,
  at: number,
): readonly ReadUsagePrice[] =>
  (document.productOfferingPrice ?? []).flatMap((ref) => {
    const price = versionAt(versions.productOfferingPrice, priceRef(ref), at);
    if (price === undefined || price.document.priceType !== "usage") return [];
    const read = readUsagePrice(versions, price, at);
    return read === undefined ? [] : [read];
  });

export const priceRef = ({ id, version }: Ref): Ref => ({ id, version });

/** As it stands from `from` on: what holds later is in it with its time. */
export const readOffering = (
  versions: CatalogueVersions,
  offering: OfferingVersion,
  from: number,
): ReadOffering => {
  const { document, id, place, version } = offering;
  const usage = readUsage(versions, offering, from);
  const { allowances, charges } = readPrices(versions, offering, from);
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  const currency = currencyOf(place, { usage, allowances, charges });
  const own = usage.flatMap(({ counter }) => counter ?? []);
  const terms: ProductTerms = {
    offeringId: id,
    version,
    name: document.name ?? id,
    validFrom: offering.from,
    validUntil: offering.until,
    isSellable: document.isSellable ?? true,
    isOnSale: !offering.isRetired,
    tariffId: usage.length === 0 ? null : offeringKey(id, version),
    currency,
    paymentMode: readOne(of, "paymentMode", z.enum(["prepaid", "postpaid"])) ?? "prepaid",
    chargingPriority: readOne(of, "chargingPriority", priorityShape) ?? priorityDefault,
    channels: idsOf(document.channel),
    marketSegments: idsOf(document.marketSegment),
    ...relationsOf(document),
    components: componentsOf(document),
    commitment: readTerm(place, document.productOfferingTerm, "commitment"),
    lifetime: readTerm(place, document.productOfferingTerm, "lifetime"),
    usage: usage.map(({ price }) => price),
    charges,
    allowances,
    counters: [...readCounters(of), ...own],
    rules: readRules(of, currency ?? undefined),
  };
  return { terms, usage };
};

const readPrices = (versions: CatalogueVersions, { document }: OfferingVersion, from: number) => {
  const charges: ChargeTerms[] = [];
  const allowances: AllowanceTerms[] = [];
  for (const ref of document.productOfferingPrice ?? []) {
    for (const price of versionsFrom(versions.productOfferingPrice, priceRef(ref), from)) {
      const kind = price.document.priceType;
      if (kind === "recurring" || kind === "oneTime") {
        charges.push(...listOf(readCharge(versions, price, { from, kind })));
      } else if (kind === "allowance") {
        allowances.push(...listOf(readAllowance(price)));
      } else checkType(price);
    }
  }
  return { charges, allowances };
};

const listOf = <T>(one: T | undefined): readonly T[] => (one === undefined ? [] : [one]);

const checkType = ({ document, id, place }: Version<ProductOfferingPrice>): void => {
  const { priceType = "nothing" } = document;
  if (priceType === "usage") return;
  const where = within(place, "priceType");
  if (priceType === "discount") {
    const message = `Discount ${id} is related to the price that it is taken off.`;
    complain(where, "UNKNOWN_PRICE_TYPE", message);
    return;
  }
  const message = `Price ${id} says ${priceType}; known are ${priceTypes.join(", ")}.`;
  complain(where, "UNKNOWN_PRICE_TYPE", message);
};

type Priced = {
  readonly usage: readonly ReadUsagePrice[];
  readonly allowances: readonly AllowanceTerms[];
  readonly charges: readonly ChargeTerms[];
};

/** All money of an offering is of one currency. */
const currencyOf = (place: Place, { allowances, charges, usage }: Priced): string | null => {
  const named = [
    ...usage.map(({ price }) => ({ id: price.priceId, currency: price.currency })),
    ...[...charges, ...allowances].map(({ currency, priceId }) => ({ id: priceId, currency })),
  ].filter(({ currency }) => currency !== null);
  const [first] = named;
  const other = named.find(({ currency }) => currency !== first?.currency);
  if (first === undefined) return null;
  if (other !== undefined) {
    const message = `${first.id} is in ${first.currency}, ${other.id} in ${other.currency}.`;
    complain(within(place, "productOfferingPrice"), "TWO_CURRENCIES", message);
  }
  return first.currency;
};

const idsOf = (refs: readonly Ref[] | undefined): readonly string[] =>
  [...new Set((refs ?? []).flatMap(({ id }) => id ?? []))].sort();

const relationsOf = ({ productOfferingRelationship }: ProductOffering) => {
  const of = (type: string) =>
    idsOf((productOfferingRelationship ?? []).filter((one) => one.relationshipType === type));
  return {
    ...{ requires: of("requires"), excludes: of("excludes") },
    ...{ replaces: of("replaces"), migratesTo: of("migratesTo") },
  };
};

/** Without an option exactly one. */
const componentsOf = ({ bundledProductOffering }: ProductOffering) =>
  (bundledProductOffering ?? []).flatMap(({ id, bundledProductOfferingOption: option }) => {
    if (id === undefined) return [];
    const min = option?.numberRelOfferLowerLimit ?? (option === undefined ? 1 : 0);
    const max = option?.numberRelOfferUpperLimit ?? Math.max(1, min);
    return [{ offeringId: id, min, max, standard: option?.numberRelOfferDefault ?? min }];
  });
