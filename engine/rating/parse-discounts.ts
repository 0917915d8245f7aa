// The discounts of a price in a tariff document: shares of it, or amounts off each block.

import { limits } from "../limits.ts";
import type { Discount } from "./discounts.ts";
import {
  elementsIfGiven,
  fieldOf,
  isGiven,
  isObjectOf,
  readMicros,
  readText,
  type Spot,
  type TextForm,
} from "./document-reader.ts";

const percent: TextForm = {
  pattern: /^(?:\d{1,2}(?:\.\d{1,4})?|100(?:\.0{1,4})?)$/,
  wanted: 'a percentage up to 100 such as "12.5"',
};

export const parseDiscounts = (spot: Spot): readonly Discount[] =>
  elementsIfGiven(spot, limits.priceDiscountsMax).flatMap(readDiscount);

const readDiscount = (spot: Spot): Discount[] => {
  if (!isObjectOf(spot, ["percent", "amount"])) return [];
  const share = fieldOf(spot, "percent");
  const amount = fieldOf(spot, "amount");
  if (isGiven(share) === isGiven(amount)) {
    spot.note(spot.place, "expected either percent or amount");
    return [];
  }
  return [isGiven(share) ? { partsPerMillion: readShare(share) } : { micros: readMicros(amount) }];
};

/** "12.5" → 125_000 parts per million. */
const readShare = (spot: Spot): number => {
  const [whole = "", fraction = ""] = readText(spot, percent).split(".");
  return Number(whole + fraction.padEnd(4, "0"));
};
