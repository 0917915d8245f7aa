// Which price of a rating group holds: free numbers before everything, then the first price whose
// conditions are all met, last the base price. A choice depends on the class key and the time
// alone, so that plans can be kept by them.

import {
  type CompiledRatingGroup,
  type ConditionalPrice,
  freeNumberPriceId,
  freePrice,
} from "./compiled-tariff.ts";
import type { Price } from "./price.ts";
import type { Classes } from "./price-context.ts";
import { bandAt, bandChangeAfter, bandChangeBefore } from "./time-bands.ts";

export type ChosenPrice = {
  readonly priceId: string;
  readonly price: Price;
  readonly isFree: boolean;
  /** To be refused, whatever the balance. */
  readonly isBlocked: boolean;
  /** The zone of the called number and the prefix that put it there, where a price asks for it. */
  readonly zoneId: string | undefined;
  readonly prefix: string | undefined;
  readonly networkZoneId: string | undefined;
  readonly timeBandId: string | undefined;
};

/**
 * Classes with equal keys have the same price of this group at any moment. Of what the network says
 * only values that a price names come in, so there are as many keys as the document makes.
 */
export const classKey = (group: CompiledRatingGroup, classes: Classes): string => {
  if (classes.isFreeNumber) return freeNumberPriceId;
  if (group.namedValues.size === 0) return "";
  let key = "";
  for (const [dimension, numbers] of group.namedValues) {
    for (const value of classes.values[dimension]) {
      const number = numbers.get(value);
      if (number !== undefined) key += `${number} `;
    }
    key += ",";
  }
  return key;
};

/** Undefined: no price fits, and the use cannot be rated. */
export const choosePrice = (
  group: CompiledRatingGroup,
  classes: Classes,
  at: number,
): ChosenPrice | undefined => {
  const timeBandId = group.timeBands === undefined ? undefined : bandAt(group.timeBands, at);
  const chosen = classes.isFreeNumber
    ? freeNumber
    : group.prices.find((one) => isMet(one, classes, timeBandId));
  if (chosen === undefined) return undefined;
  return {
    priceId: chosen.priceId,
    price: chosen.price,
    isFree: chosen.isFree,
    isBlocked: chosen.isBlocked,
    zoneId: classes.zone?.zoneId,
    prefix: classes.zone?.prefix,
    networkZoneId: classes.values.networks[0],
    timeBandId,
  };
};

/** The first moment after `at` when the choice may be another one; Infinity: none within a year. */
export const priceChangeAfter = ({ timeBands }: CompiledRatingGroup, at: number): number =>
  timeBands === undefined ? Number.POSITIVE_INFINITY : bandChangeAfter(timeBands, at);

/** The last moment up to `at` from which on the choice has been the same; 0: for a year. */
export const priceChangeBefore = ({ timeBands }: CompiledRatingGroup, at: number): number =>
  timeBands === undefined ? 0 : bandChangeBefore(timeBands, at);

const freeNumber: ConditionalPrice = {
  priceId: freeNumberPriceId,
  conditions: new Map(),
  timeBandIds: undefined,
  isFree: true,
  isBlocked: false,
  price: freePrice,
};

const isMet = (
  { conditions, timeBandIds }: ConditionalPrice,
  { values }: Classes,
  timeBandId: string | undefined,
): boolean => {
  if (timeBandIds !== undefined && !(timeBandId !== undefined && timeBandIds.has(timeBandId))) {
    return false;
  }
  for (const [dimension, wanted] of conditions) {
    if (!values[dimension].some((value) => wanted.has(value))) return false;
  }
  return true;
};
