// The bounds of accounts and tariff documents by name, for whoever writes them: what is beyond is
// refused by the engine, so it is better known before.

import { limits } from "../limits.ts";

const {
  identifierLengthMax,
  bucketsPerAccountMax,
  countersPerAccountMax,
  counterSlotsMax,
  thresholdsPerCounterMax,
  watchNumbersPerAccountMax,
  ownValidityBucketsMax,
  ownValiditySecondsMax,
  rulesPerAccountMax,
  ruleWindowSecondsMax,
  productsPerAccountMax,
  subscribersPerAccountMax,
  eligibilityValuesMax,
  ratingGroupsPerRequestMax,
  ratingGroupsPerTariffMax,
  pricesPerRatingGroupMax,
  priceTiersMax,
  priceDiscountsMax,
  conditionValuesMax,
  bonusRulesPerTariffMax,
  tariffDocumentLengthMax,
} = limits;

export const accountBounds = {
  identifierLengthMax,
  bucketsPerAccountMax,
  countersPerAccountMax,
  counterSlotsMax,
  thresholdsPerCounterMax,
  watchNumbersPerAccountMax,
  ownValidityBucketsMax,
  ownValiditySecondsMax,
  rulesPerAccountMax,
  ruleWindowSecondsMax,
  productsPerAccountMax,
  subscribersPerAccountMax,
  eligibilityValuesMax,
  ratingGroupsPerRequestMax,
  ratingGroupsPerTariffMax,
  pricesPerRatingGroupMax,
  priceTiersMax,
  priceDiscountsMax,
  conditionValuesMax,
  bonusRulesPerTariffMax,
  tariffDocumentLengthMax,
} as const;

export type AccountBound = keyof typeof accountBounds;
