// Recurring and one-time prices: what a buyer pays besides usage, with its tax and what is taken
// off. Engines know nothing of them; who renews and who bills does.

import { z } from "zod";
import { readMoney } from "./amounts.ts";
import { characteristicsOf, checkNames, readOne } from "./characteristics.ts";
import type { ProductOfferingPrice } from "./documents.ts";
import { complain, type Place, within } from "./finding.ts";
import { wholeOf } from "./measures.ts";
import type { ChargeTerms, TaxTerms } from "./product-terms.ts";
import { readDiscounts } from "./read-discounts.ts";
import { readPeriod } from "./read-duration.ts";
import type { CatalogueVersions, Version } from "./versions.ts";

export const readCharge = (
  versions: CatalogueVersions,
  version: Version<ProductOfferingPrice>,
  { from, kind }: { readonly from: number; readonly kind: "recurring" | "oneTime" },
): ChargeTerms | undefined => {
  const { document, id, place } = version;
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  checkNames(of, ["taxIncluded"], `a ${kind} price`);
  const money = readMoney(within(place, "price"), document.price);
  const period = kind === "recurring" ? readPeriod(place, document) : null;
  if (kind === "recurring" && document.recurringChargePeriodType === undefined) {
    const where = within(place, "recurringChargePeriodType");
    complain(where, "PERIOD_MISSING", `Price ${id} recurs, but does not say how often.`);
  }
  if (money === undefined || (kind === "recurring" && period === null)) return undefined;
  const { currency, micros } = money;
  return {
    kind,
    priceId: id,
    priceVersion: version.version,
    name: document.name ?? id,
    currency,
    amountMicros: micros,
    period,
    isTaxIncluded: readOne(of, "taxIncluded", z.boolean()) ?? false,
    taxes: readTaxes(document, place),
    discounts: readDiscounts(versions, version, { from, currency }).map(({ terms }) => terms),
    validFrom: version.from,
    validUntil: version.until,
  };
};

const readTaxes = ({ tax }: ProductOfferingPrice, place: Place): readonly TaxTerms[] =>
  (tax ?? []).flatMap(({ taxCategory = "", taxRate }, index) => {
    if (taxRate === undefined) return [];
    const partsPerMillion = wholeOf(taxRate, 10_000);
    if (partsPerMillion !== undefined) return [{ category: taxCategory, partsPerMillion }];
    const message = `${taxRate} is no percentage with four decimal places.`;
    complain(within(place, "tax", index, "taxRate"), "INVALID_VALUE", message);
    return [];
  });
