// The bounds of accounts and tariff documents by name, for whoever writes them: what is beyond is
// refused by the engine, so it is better known before.

import { limits } from "../limits.ts";

const names = [
  "identifierLengthMax",
  "bucketsPerAccountMax",
  "countersPerAccountMax",
  "counterSlotsMax",
  "thresholdsPerCounterMax",
  "watchNumbersPerAccountMax",
  "ownValidityBucketsMax",
  "ownValiditySecondsMax",
  "rulesPerAccountMax",
  "ruleWindowSecondsMax",
  "productsPerAccountMax",
  "subscribersPerAccountMax",
  "eligibilityValuesMax",
  "ratingGroupsPerRequestMax",
  "ratingGroupsPerTariffMax",
  "pricesPerRatingGroupMax",
  "priceTiersMax",
  "priceDiscountsMax",
  "conditionValuesMax",
  "bonusRulesPerTariffMax",
  "tariffDocumentLengthMax",
] as const satisfies readonly (keyof typeof limits)[];

export type AccountBound = (typeof names)[number];

export const accountBounds = Object.fromEntries(names.map((name) => [name, limits[name]])) as {
  readonly [Name in AccountBound]: (typeof limits)[Name];
};
