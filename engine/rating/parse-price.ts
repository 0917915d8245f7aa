// A price of a tariff document into the form that the arithmetic takes: by the block or in tiers,
// with fees, a minimum, a maximum, an initial block and discounts; or free; or blocked.

import { amountMax } from "../values/units.ts";
import { blockUnitsMax } from "./block-units.ts";
import { freePrice } from "./compiled-tariff.ts";
import { applyDiscounts, discountTiers, isFromNought } from "./discounts.ts";
import {
  fieldOf,
  isGiven,
  noteInstead,
  readFlag,
  readInteger,
  readMicros,
  type Spot,
  watched,
} from "./document-reader.ts";
import { type ParsedDiscounts, parseDiscounts } from "./parse-discounts.ts";
import { parseTiers } from "./parse-tiers.ts";
import type { Price } from "./price.ts";

const amountFields = [
  "blockUnits",
  "blockPrice",
  "tiers",
  "initialBlockUnits",
  "initialBlockPrice",
  "setupFee",
  "minimumCharge",
  "maximumCharge",
  "discounts",
] as const;

/** The fields of a price, in a rating group (the base price) and in each of its `prices`. */
export const priceFields = [...amountFields, "isFree", "isBlocked"] as const;

export type ParsedPrice = {
  readonly price: Price;
  readonly isFree: boolean;
  readonly isBlocked: boolean;
};

/** A flag that is false says as much as one that is left out. */
export const hasPrice = (spot: Spot): boolean =>
  priceFields.some((name) => {
    const field = fieldOf(spot, name);
    return isGiven(field) && field.value !== false;
  });

export const parsePrice = (spot: Spot): ParsedPrice => {
  const isFree = readFlag(fieldOf(spot, "isFree"));
  const isBlocked = readFlag(fieldOf(spot, "isBlocked"));
  if (!isFree && !isBlocked) return { price: readPrice(spot), isFree, isBlocked };
  const why = isFree ? "free" : "blocked";
  for (const name of isFree ? [...amountFields, "isBlocked"] : amountFields) {
    const field = fieldOf(spot, name);
    if (isGiven(field) && field.value !== false) field.note(field.place, `what is ${why} has none`);
  }
  return { price: freePrice, isFree, isBlocked };
};

const readPrice = (price: Spot): Price => {
  const { spot, isRight } = watched(price);
  const field = (name: (typeof priceFields)[number]) => fieldOf(spot, name);
  const microsOr = (fallback: number, name: (typeof amountFields)[number]) =>
    isGiven(field(name)) ? readMicros(field(name)) : fallback;
  const hasInitial = isGiven(field("initialBlockUnits")) || isGiven(field("initialBlockPrice"));
  const minimumMicros = microsOr(0, "minimumCharge");
  const maximumMicros = microsOr(amountMax, "maximumCharge");
  if (isRight() && maximumMicros < minimumMicros) {
    noteInstead(field("maximumCharge"), "no less than the minimumCharge");
  }
  const parsed = parseDiscounts(field("discounts"));
  const always = parsed.discounts.filter(isFromNought);
  return {
    setupFeeMicros: microsOr(0, "setupFee"),
    minimumMicros,
    maximumMicros,
    initialBlockUnits: hasInitial ? readInteger(field("initialBlockUnits"), 1, blockUnitsMax) : 0,
    initialBlockPriceMicros: hasInitial
      ? applyDiscounts(readMicros(field("initialBlockPrice")), always)
      : 0,
    ...readSteps(spot, parsed),
  };
};

const readSteps = (
  spot: Spot,
  { discounts, counterId }: ParsedDiscounts,
): Pick<Price, "steps" | "tierCounterId"> => {
  const tiers = fieldOf(spot, "tiers");
  if (!isGiven(tiers)) {
    const blockUnits = readInteger(fieldOf(spot, "blockUnits"), 1, blockUnitsMax);
    const blockPriceMicros = readMicros(fieldOf(spot, "blockPrice"));
    const whole = { upTo: undefined, blockUnits, blockPriceMicros, entryFeeMicros: 0 };
    const parts = discountTiers([whole], discounts);
    const steps = parts.map(({ upTo: _, ...part }, index) => {
      return { from: parts[index - 1]?.upTo ?? 0, ...part };
    });
    return { steps, tierCounterId: counterId };
  }
  if (counterId !== undefined) {
    const field = fieldOf(spot, "discounts");
    field.note(`${field.place}`, "the tiers say which counter it is");
  }
  for (const name of ["blockUnits", "blockPrice"]) {
    const field = fieldOf(spot, name);
    if (isGiven(field)) field.note(field.place, "the tiers say it");
  }
  return parseTiers(tiers, discounts);
};
