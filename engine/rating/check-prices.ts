// Whether the prices of a rating group make sense together: each one can be reached, and where
// there is no base price, a price that holds at some hours has others for the hours that it leaves.

import type { ConditionalPrice, Conditions } from "./compiled-tariff.ts";
import { type Spot, show } from "./document-reader.ts";
import type { TimeBands } from "./time-bands.ts";
import { hoursLeft } from "./week-hours.ts";

export type PlacedPrice = { readonly spot: Spot; readonly price: ConditionalPrice };

/** In the order in which they are tried, the base price among them. */
export const checkReached = (prices: readonly PlacedPrice[], timeBands: TimeBands): void => {
  for (const [index, { spot, price }] of prices.entries()) {
    const earlier = prices.slice(0, index).filter((one) => catches(one.price, price));
    const whole = earlier.find((one) => one.price.timeBandIds === undefined);
    const last = earlier.at(-1);
    const culprit = whole ?? (isTimeCaught(earlier, price, timeBands) ? last : undefined);
    if (culprit === undefined) continue;
    const others = whole === undefined && earlier.length > 1 ? " with others before it" : "";
    const why = `${show(culprit.price.priceId)}${others} catches all of it`;
    spot.note(spot.place, `price ${show(price.priceId)} is never reached: ${why}`);
  }
};

/** For prices without a base price behind them. */
export const checkHours = (prices: readonly PlacedPrice[], timeBands: TimeBands): void => {
  for (const [index, { spot, price }] of prices.entries()) {
    const isToldAlready = prices
      .slice(0, index)
      .some((one) => catches(one.price, price) && catches(price, one.price));
    if (isToldAlready) continue;
    const alike = prices.filter((one) => catches(one.price, price));
    if (alike.some((one) => one.price.timeBandIds === undefined)) continue;
    const left = hoursLeft(timeBands, idsOf(alike));
    if (left.length === 0) continue;
    spot.note(`${spot.place}.when.timeBands`, `there is no price for ${left.join(", ")}`);
  }
};

/** Whether what meets the conditions of `price`, but for the time, meets those of `one` too. */
const catches = (one: { conditions: Conditions }, price: { conditions: Conditions }): boolean => {
  for (const [dimension, values] of one.conditions) {
    const narrower = price.conditions.get(dimension);
    if (narrower === undefined || !isWithin(narrower, values)) return false;
  }
  return true;
};

const isWithin = (narrower: ReadonlySet<string>, values: ReadonlySet<string>): boolean => {
  if (narrower.size > values.size) return false;
  for (const value of narrower) if (!values.has(value)) return false;
  return true;
};

const idsOf = (prices: readonly PlacedPrice[]): ReadonlySet<string> =>
  new Set(prices.flatMap(({ price }) => [...(price.timeBandIds ?? [])]));

const isTimeCaught = (
  earlier: readonly PlacedPrice[],
  price: ConditionalPrice,
  timeBands: TimeBands,
): boolean => {
  if (earlier.length === 0) return false;
  const caught = idsOf(earlier);
  if (price.timeBandIds !== undefined) return isWithin(price.timeBandIds, caught);
  return hoursLeft(timeBands, caught).length === 0;
};
