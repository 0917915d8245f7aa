// A usage price as the fields that it has in the engine's tariff document: by the block or in
// tiers, with fees, minimum, maximum and discounts; or free; or blocked.

import { z } from "zod";
import { accountBounds } from "../../../engine/protocol/account-bounds.ts";
import { quantityShape, readMoney, readUnits } from "./amounts.ts";
import {
  type Characteristics,
  characteristicsOf,
  checkNames,
  givenOf,
  readAll,
  readOne,
  readShape,
} from "./characteristics.ts";
import { conditionCharacteristics, readWhen } from "./conditions.ts";
import type { ProductOfferingPrice } from "./documents.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import { decimalText, type MeteredUnit } from "./measures.ts";
import { periodUnits } from "./periods.ts";
import type { CounterTerms, PriceFields, Reduction, UsagePrice } from "./product-terms.ts";
import { readDiscounts } from "./read-discounts.ts";
import { readTiers } from "./read-tiers.ts";
import type { CatalogueVersions, Version } from "./versions.ts";

const fees = ["setupFee", "minimumCharge", "maximumCharge"] as const;
const characteristics = [
  ...["ratingGroup", "priority", "access", ...fees, "initialBlock", "tierCounter", "taxIncluded"],
  ...conditionCharacteristics,
];
const groupShape = z.number().int().min(0).max(0xffff_ffff);
const initialShape = quantityShape.extend({ price: z.number() });
export const countedPeriodShape = z.strictObject({
  unit: z.enum(periodUnits),
  count: z.number().int().min(1).max(1_000).optional(),
  anchor: z.enum(["calendar", "purchase"]).optional(),
});
export const priorityShape = z.number().int().min(0).max(1_000_000);
export const priorityDefault = 100;

export type ReadUsagePrice = {
  readonly price: UsagePrice;
  /** Over which its tiers run; undefined: over the session, or there are none. */
  readonly counter: CounterTerms | undefined;
  readonly place: Place;
};

type Rate = {
  readonly unit: MeteredUnit;
  readonly currency: string;
  readonly fields: PriceFields;
};

export const readUsagePrice = (
  versions: CatalogueVersions,
  version: Version<ProductOfferingPrice>,
  at: number,
): ReadUsagePrice | undefined => {
  const { document, id, place } = version;
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  checkNames(of, characteristics, "a usage price");
  const ratingGroups = [...new Set(readAll(of, "ratingGroup", groupShape))];
  if (ratingGroups.length === 0) {
    complain(place, "RATING_GROUP_MISSING", `Price ${id} names no rating group.`);
  }
  const access = readOne(of, "access", z.enum(["free", "blocked"]));
  const rate = access === undefined ? readRate(versions, version, at) : undefined;
  if (access === undefined && rate === undefined) return undefined;
  const price = {
    priceId: id,
    priceVersion: version.version,
    name: document.name ?? id,
    ratingGroups,
    when: readWhen(of),
    priority: readOne(of, "priority", priorityShape) ?? priorityDefault,
    isTaxIncluded: readOne(of, "taxIncluded", z.boolean()) ?? false,
    currency: rate?.currency ?? null,
  };
  if (rate === undefined) {
    const fields: PriceFields = access === "free" ? { isFree: true } : { isBlocked: true };
    return { price: { ...price, unit: null, fields }, counter: undefined, place };
  }
  const extras = readExtras(versions, version, at, rate);
  const counter = readCounter(of, { id, ratingGroups, unit: rate.unit });
  const fields = { ...rate.fields, ...extras };
  return { price: { ...price, unit: rate.unit, fields: counted(fields, counter) }, counter, place };
};

const readRate = (
  versions: CatalogueVersions,
  version: Version<ProductOfferingPrice>,
  at: number,
): Rate | undefined => {
  const { document, place } = version;
  if (document.isBundle === true || document.bundledPopRelationship !== undefined) {
    const read = readTiers(versions, version, at);
    return read && { ...read, fields: { tiers: read.tiers } };
  }
  const price = readMoney(within(place, "price"), document.price);
  const block = readUnits(within(place, "unitOfMeasure"), document.unitOfMeasure);
  if (price === undefined || block === undefined) return undefined;
  const fields = { blockUnits: block.amount, blockPrice: decimalText(price.micros) };
  return { unit: block.unit, currency: price.currency, fields };
};

/** Fees, the initial block, and what discounts take off at that moment. */
const readExtras = (
  versions: CatalogueVersions,
  version: Version<ProductOfferingPrice>,
  at: number,
  { currency, unit }: Rate,
): PriceFields => {
  const { document, place } = version;
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  const fields: Record<string, unknown> = {};
  for (const fee of fees) {
    const value = readOne(of, fee, z.number());
    const money = value === undefined ? undefined : readMoney(place, { unit: currency, value });
    if (money !== undefined) fields[fee] = decimalText(money.micros);
  }
  const [given] = givenOf(of, "initialBlock");
  const initial = given && readShape(given, initialShape);
  if (given !== undefined && initial !== undefined) {
    const block = readUnits(within(given.place, "value"), initial);
    const money = readMoney(given.place, { unit: currency, value: initial.price });
    if (block !== undefined && block.unit !== unit) {
      complain(given.place, "UNKNOWN_UNIT", `A block of ${block.unit} begins a price of ${unit}.`);
    } else if (block !== undefined && money !== undefined) {
      fields["initialBlockUnits"] = block.amount;
      fields["initialBlockPrice"] = decimalText(money.micros);
    }
  }
  const discounts = discountsAt(versions, version, { at, currency });
  return discounts.length === 0 ? fields : { ...fields, discounts };
};

const discountsAt = (
  versions: CatalogueVersions,
  version: Version<ProductOfferingPrice>,
  { at, currency }: { readonly at: number; readonly currency: string },
): readonly PriceFields[] => {
  const read = readDiscounts(versions, version, { from: at, currency });
  const { priceDiscountsMax } = accountBounds;
  if (read.length > priceDiscountsMax) {
    const message = `${read.length} discounts are more than ${priceDiscountsMax}.`;
    complainOfLimit(within(version.place, "popRelationship"), "priceDiscountsMax", message);
  }
  return read.flatMap(({ place, terms }) => {
    if (terms.promotionCode !== null) {
      const message = `The code ${terms.promotionCode} cannot change what all pay for usage.`;
      complain(place, "PROMOTION_ON_USAGE", message);
      return [];
    }
    return terms.validFrom <= at && at < terms.validUntil ? [reductionFields(terms.reduction)] : [];
  });
};

const reductionFields = (reduction: Reduction): PriceFields =>
  "micros" in reduction
    ? { amount: decimalText(reduction.micros) }
    : { percent: decimalText(reduction.partsPerMillion * 100) };

const readCounter = (
  of: Characteristics,
  { id, ratingGroups, unit }: { id: string; ratingGroups: readonly number[]; unit: MeteredUnit },
): CounterTerms | undefined => {
  const read = readOne(of, "tierCounter", countedPeriodShape);
  if (read === undefined) return undefined;
  return {
    ...{ counterId: `used.${id}`, unit, currency: null, ratingGroups, when: {} },
    period: { unit: read.unit, count: read.count ?? 1 },
    anchor: read.anchor ?? "calendar",
    ...{ cap: null, thresholds: [], isPerSubscriber: false },
  };
};

const counted = (fields: PriceFields, counter: CounterTerms | undefined): PriceFields => {
  if (counter === undefined || fields["tiers"] === undefined) return fields;
  const tiers = fields["tiers"] as PriceFields;
  return { ...fields, tiers: { ...tiers, counterId: counter.counterId } };
};
