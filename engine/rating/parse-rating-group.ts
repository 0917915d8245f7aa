// A rating group of a tariff document: its prices in the order in which they are tried, and how
// much is granted at a time.

import { limits } from "../limits.ts";
import { checkHours, checkReached, type PlacedPrice } from "./check-prices.ts";
import {
  basePriceId,
  type CompiledRatingGroup,
  type ConditionalPrice,
  type Dimension,
  freeNumberPriceId,
} from "./compiled-tariff.ts";
import {
  elementsIfGiven,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  readInteger,
  readOneOf,
  readText,
  type Spot,
  show,
  watched,
} from "./document-reader.ts";
import { type Declared, parseWhen } from "./parse-conditions.ts";
import { hasPrice, parsePrice, priceFields } from "./parse-price.ts";
import { parseQuota, quotaFields } from "./parse-quota.ts";
import type { TimeBands } from "./time-bands.ts";

const units = ["octets", "seconds", "messages", "serviceUnits"] as const;
const reservedPriceIds = [basePriceId, freeNumberPriceId];

/** `timeBands` is undefined where they have problems of their own. */
export type Scope = { readonly declared: Declared; readonly timeBands: TimeBands | undefined };

export const parseRatingGroup = (spot: Spot, scope: Scope): CompiledRatingGroup | undefined => {
  const fields = ["ratingGroup", "unit", ...quotaFields, ...priceFields, "prices"];
  if (!isObjectOf(spot, fields)) return undefined;
  const ratingGroup = readInteger(fieldOf(spot, "ratingGroup"), 0, 0xffff_ffff);
  const unit = readOneOf(fieldOf(spot, "unit"), units);
  const placed = parsePrices(spot, scope);
  const prices = placed.map(({ price }) => price);
  const isTimed = prices.some(({ timeBandIds }) => timeBandIds !== undefined);
  return {
    ratingGroup,
    unit,
    ...parseQuota(spot),
    prices,
    namedValues: namedValuesOf(prices),
    timeBands: isTimed ? scope.timeBands : undefined,
  };
};

/** The base price comes last; it may be left out where there are others. */
const parsePrices = (group: Spot, scope: Scope): readonly PlacedPrice[] => {
  const { spot, isRight } = watched(group);
  const others = fieldOf(spot, "prices");
  const exceptions = elementsIfGiven(others, limits.pricesPerRatingGroupMax).flatMap((one) =>
    parseException(one, scope.declared),
  );
  checkPriceIds(exceptions);
  const hasOthers = isGiven(others) && !(Array.isArray(others.value) && others.value.length === 0);
  const hasBase = hasPrice(spot) || !hasOthers;
  const base = { priceId: basePriceId, conditions: new Map(), timeBandIds: undefined };
  const placed = hasBase
    ? [...exceptions, { spot, price: { ...base, ...parsePrice(spot) } }]
    : exceptions;
  // What could not be read would only lead to problems that are none.
  if (!isRight() || scope.timeBands === undefined) return placed;
  checkReached(placed, scope.timeBands);
  if (!hasBase) checkHours(placed, scope.timeBands);
  return placed;
};

const parseException = (spot: Spot, declared: Declared): PlacedPrice[] => {
  if (!isObjectOf(spot, ["priceId", "when", ...priceFields])) return [];
  const priceId = readText(fieldOf(spot, "priceId"), identifier);
  const when = parseWhen(fieldOf(spot, "when"), declared);
  return [{ spot, price: { priceId, ...when, ...parsePrice(spot) } }];
};

const checkPriceIds = (exceptions: readonly PlacedPrice[]): void => {
  const priceIds = new Set(reservedPriceIds);
  for (const { spot, price } of exceptions) {
    const { place, note } = fieldOf(spot, "priceId");
    if (priceIds.has(price.priceId)) note(place, `${show(price.priceId)} is in use already`);
    if (price.priceId !== "") priceIds.add(price.priceId);
  }
};

const namedValuesOf = (prices: readonly ConditionalPrice[]) => {
  const named = new Map<Dimension, Map<string, number>>();
  for (const { conditions } of prices) {
    for (const [dimension, values] of conditions) {
      const numbers = named.get(dimension) ?? new Map<string, number>();
      for (const value of values) if (!numbers.has(value)) numbers.set(value, numbers.size);
      named.set(dimension, numbers);
    }
  }
  return named;
};
