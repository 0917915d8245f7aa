// Tiers of a usage price: a price that is a bundle of prices, each from so many units on. They must
// follow each other without a gap and without units that are in two of them.

import { z } from "zod";
import { accountBounds } from "../../../engine/protocol/account-bounds.ts";
import { type MoneyAmount, readMoney, readUnits, type Units } from "./amounts.ts";
import { characteristicsOf, checkNames, type Given, givenOf, readOne } from "./characteristics.ts";
import type { ProductOfferingPrice } from "./documents.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import { decimalText, type MeteredUnit, measureOf, wholeOf } from "./measures.ts";
import type { PriceFields } from "./product-terms.ts";
import { type CatalogueVersions, type Version, versionAt } from "./versions.ts";

const kinds = ["graduated", "volume", "package"] as const;

type Tier = {
  readonly from: number;
  readonly upTo: number | undefined;
  readonly block: Units;
  readonly price: MoneyAmount;
  readonly entryFeeMicros: number;
  readonly place: Place;
};

export type ReadTiers = {
  readonly unit: MeteredUnit;
  readonly currency: string;
  /** `tiers` of a price in a tariff document, without its counter. */
  readonly tiers: PriceFields;
};

export const readTiers = (
  { productOfferingPrice }: CatalogueVersions,
  { document, place }: Version<ProductOfferingPrice>,
  at: number,
): ReadTiers | undefined => {
  const algorithm = document.pricingLogicAlgorithm?.[0];
  const named = algorithm?.plaSpecId ?? algorithm?.name;
  const kind = kinds.find((one) => one === named);
  if (kind === undefined) {
    const where = within(place, "pricingLogicAlgorithm");
    const message = `Tiers are ${kinds.join(", ")}; this says ${named ?? "nothing"}.`;
    complain(where, "INVALID_VALUE", message);
  }
  const relations = document.bundledPopRelationship ?? [];
  const { priceTiersMax } = accountBounds;
  if (relations.length > priceTiersMax) {
    const message = `${relations.length} tiers are more than ${priceTiersMax}.`;
    return complainOfLimit(within(place, "bundledPopRelationship"), "priceTiersMax", message);
  }
  const tiers = relations.flatMap(({ id }, index) => {
    const found = versionAt(productOfferingPrice, { id }, at);
    if (found === undefined) {
      const message = `Tier ${id} is not valid when the price is.`;
      complain(within(place, "bundledPopRelationship", index), "DANGLING_REFERENCE", message);
    }
    const tier = found && readTier(found);
    return tier === undefined ? [] : [tier];
  });
  const [first] = tiers;
  if (first === undefined || kind === undefined || tiers.length < relations.length) {
    return undefined;
  }
  const inOrder = tiers.sort((a, b) => a.from - b.from);
  if (!isAlike(inOrder, first) || !isGapless(inOrder)) return undefined;
  return {
    unit: first.block.unit,
    currency: first.price.currency,
    tiers: { kind, steps: inOrder.map(stepOf) },
  };
};

const stepOf = ({ block, entryFeeMicros, price, upTo }: Tier) => ({
  ...(upTo === undefined ? {} : { upTo }),
  blockUnits: block.amount,
  blockPrice: decimalText(price.micros),
  ...(entryFeeMicros === 0 ? {} : { entryFee: decimalText(entryFeeMicros) }),
});

const readTier = ({ document, place }: Version<ProductOfferingPrice>): Tier | undefined => {
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  checkNames(of, ["tier", "entryFee"], "a tier");
  const price = readMoney(within(place, "price"), document.price);
  const block = readUnits(within(place, "unitOfMeasure"), document.unitOfMeasure);
  const [given] = givenOf(of, "tier");
  if (given === undefined) {
    return complain(place, "TIER_GAP", `Price ${place.entity.id} does not say where it holds.`);
  }
  const span = readSpan(given);
  const fee = readOne(of, "entryFee", z.number());
  if (price === undefined || block === undefined || span === undefined) return undefined;
  const entry =
    fee === undefined ? undefined : readMoney(place, { unit: price.currency, value: fee });
  return { ...span, block, price, entryFeeMicros: entry?.micros ?? 0, place: given.place };
};

/** `valueFrom` is where the tier before ends; the last one has no `valueTo`. */
const readSpan = ({ value, place }: Given) => {
  const { unitOfMeasure = "", valueFrom = 0, valueTo } = value;
  const measure = measureOf(unitOfMeasure);
  if (measure === undefined) {
    const message = `"${unitOfMeasure}" is no unit that is known.`;
    return complain(within(place, "unitOfMeasure"), "UNKNOWN_UNIT", message);
  }
  const from = wholeOf(valueFrom, measure.factor);
  const upTo = valueTo === undefined ? undefined : wholeOf(valueTo, measure.factor);
  if (from !== undefined && (upTo !== undefined) === (valueTo !== undefined)) return { from, upTo };
  const message = `${valueFrom} to ${valueTo} ${unitOfMeasure} are no whole units.`;
  return complain(place, "INVALID_VALUE", message);
};

const isAlike = (tiers: readonly Tier[], first: Tier): boolean =>
  tiers.every(({ block, place, price }) => {
    if (block.unit !== first.block.unit) {
      const message = `A tier of ${block.unit} follows one of ${first.block.unit}.`;
      complain(place, "UNKNOWN_UNIT", message);
    }
    if (price.currency !== first.price.currency) {
      const message = `A tier in ${price.currency} follows one in ${first.price.currency}.`;
      complain(place, "TWO_CURRENCIES", message);
    }
    return block.unit === first.block.unit && price.currency === first.price.currency;
  });

const isGapless = (tiers: readonly Tier[]): boolean => {
  let end: number | undefined = 0;
  for (const { from, place, upTo } of tiers) {
    if (end === undefined || from < end) {
      const before = end === undefined ? "one without an end" : `unit ${end}`;
      return told(
        place,
        "TIER_OVERLAP",
        `It begins after ${from} units, before ${before} is over.`,
      );
    }
    if (from > end) {
      return told(place, "TIER_GAP", `Units from ${end} to ${from} have no price.`);
    }
    if (upTo !== undefined && upTo <= from) {
      return told(place, "TIER_OVERLAP", `It ends at ${upTo} units, where it begins.`);
    }
    end = upTo;
  }
  const last = tiers.at(-1)!;
  if (end === undefined) return true;
  return told(last.place, "TIER_GAP", `Units beyond ${end} have no price; leave valueTo out.`);
};

const told = (place: Place, code: "TIER_GAP" | "TIER_OVERLAP", message: string): false => {
  complain(place, code, message);
  return false;
};
