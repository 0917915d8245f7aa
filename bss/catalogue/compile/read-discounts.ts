// What is taken off a price: prices of the type "discount" that it is related to. A share or an
// amount, for a time, for everybody or for who has a code.

import { z } from "zod";
import { readMoney } from "./amounts.ts";
import { characteristicsOf, checkNames, readOne } from "./characteristics.ts";
import type { ProductOfferingPrice } from "./documents.ts";
import { complain, type Place, within } from "./finding.ts";
import { wholeOf } from "./measures.ts";
import type { DiscountTerms, Reduction } from "./product-terms.ts";
import { readTerm } from "./read-duration.ts";
import { type CatalogueVersions, type Version, versionsFrom } from "./versions.ts";

export type ReadDiscount = { readonly terms: DiscountTerms; readonly place: Place };

const wholeShare = 1_000_000;
const codeShape = z.string().regex(/^[\x21-\x7e]{1,64}$/, "Expected a code without blanks");

/** Those that are valid at `from` or later, in the order in which they are taken off. */
export const readDiscounts = (
  { productOfferingPrice }: CatalogueVersions,
  { document, place }: Version<ProductOfferingPrice>,
  { from, currency }: { readonly from: number; readonly currency: string },
): readonly ReadDiscount[] =>
  (document.popRelationship ?? []).flatMap((relation, index) => {
    if (relation.relationshipType !== "discount") return [];
    const where = within(place, "popRelationship", index);
    const found = versionsFrom(productOfferingPrice, { id: relation.id }, from);
    return found.flatMap((version) => {
      if (version.document.priceType !== "discount") {
        const message = `Price ${version.id} is of type ${version.document.priceType}.`;
        complain(where, "INVALID_VALUE", `${message} A discount is wanted.`);
        return [];
      }
      const terms = version.until > from ? readDiscount(version, currency) : undefined;
      return terms === undefined ? [] : [{ terms, place: where }];
    });
  });

const readDiscount = (
  { document, from, id, place, until }: Version<ProductOfferingPrice>,
  currency: string,
): DiscountTerms | undefined => {
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  checkNames(of, ["promotionCode"], "a discount");
  const reduction = readReduction(document, place, currency);
  if (reduction === undefined) return undefined;
  return {
    priceId: id,
    name: document.name ?? id,
    reduction,
    promotionCode: promotionCodeOf(document, place) ?? null,
    lasts: readTerm(place, document.productOfferingTerm),
    validFrom: from,
    validUntil: until,
  };
};

export const promotionCodeOf = (document: ProductOfferingPrice, place: Place): string | undefined =>
  readOne(characteristicsOf(place, document.prodSpecCharValueUse), "promotionCode", codeShape);

const readReduction = (
  { percentage, price }: ProductOfferingPrice,
  place: Place,
  currency: string,
): Reduction | undefined => {
  if ((percentage === undefined) === (price === undefined)) {
    return complain(place, "PRICE_MISSING", "A discount has either a percentage or a price.");
  }
  if (percentage !== undefined) {
    const partsPerMillion = wholeOf(percentage, 10_000);
    if (partsPerMillion !== undefined && partsPerMillion <= wholeShare) return { partsPerMillion };
    const message = `${percentage} is no percentage from 0 to 100 with four decimal places.`;
    return complain(within(place, "percentage"), "INVALID_VALUE", message);
  }
  const money = readMoney(within(place, "price"), price);
  if (money === undefined) return undefined;
  if (money.currency === currency) return { micros: money.micros };
  const message = `It is in ${money.currency}, and the price that it is taken off in ${currency}.`;
  return complain(within(place, "price", "unit"), "TWO_CURRENCIES", message);
};
