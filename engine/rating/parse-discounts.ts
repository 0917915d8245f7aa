// The discounts of a price in a tariff document: shares of it, or amounts off each block; of all
// blocks, or from a position of a counter on.

import { limits } from "../limits.ts";
import { blockUnitsMax } from "./block-units.ts";
import type { Discount } from "./discounts.ts";
import {
  elementsIfGiven,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  readInteger,
  readMicros,
  readText,
  type Spot,
  type TextForm,
} from "./document-reader.ts";

const percent: TextForm = {
  pattern: /^(?:\d{1,2}(?:\.\d{1,4})?|100(?:\.0{1,4})?)$/,
  wanted: 'a percentage up to 100 such as "12.5"',
};

export type ParsedDiscounts = {
  readonly discounts: readonly Discount[];
  /** Where the positions are counted; undefined: none is named. */
  readonly counterId: string | undefined;
};

export const parseDiscounts = (spot: Spot): ParsedDiscounts => {
  const elements = elementsIfGiven(spot, limits.priceDiscountsMax);
  const named = elements.map((element) => fieldOf(element, "counterId")).filter(isGiven);
  const [counter, ...others] = named;
  for (const other of others) {
    if (other.value !== counter?.value) other.note(other.place, "another one than before it");
  }
  return {
    discounts: elements.flatMap(readDiscount),
    counterId: counter === undefined ? undefined : readText(counter, identifier),
  };
};

const readDiscount = (spot: Spot): Discount[] => {
  if (!isObjectOf(spot, ["percent", "amount", "from", "counterId"])) return [];
  const share = fieldOf(spot, "percent");
  const amount = fieldOf(spot, "amount");
  if (isGiven(share) === isGiven(amount)) {
    spot.note(spot.place, "expected either percent or amount");
    return [];
  }
  const fromSpot = fieldOf(spot, "from");
  const counter = fieldOf(spot, "counterId");
  if (isGiven(counter) && !isGiven(fromSpot))
    counter.note(counter.place, "only where there is from");
  const from = isGiven(fromSpot) ? readInteger(fromSpot, 1, blockUnitsMax) : 0;
  const off = isGiven(share)
    ? { partsPerMillion: readShare(share) }
    : { micros: readMicros(amount) };
  return [{ ...off, from }];
};

/** "12.5" → 125_000 parts per million. */
const readShare = (spot: Spot): number => {
  const [whole = "", fraction = ""] = readText(spot, percent).split(".");
  return Number(whole + fraction.padEnd(4, "0"));
};
