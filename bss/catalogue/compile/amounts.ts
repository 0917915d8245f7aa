// Money and quantities of documents with all that may be wrong with them: no currency, no unit, one
// that is not known, more decimal places than there are.

import { z } from "zod";
import { currencies } from "../../../engine/rating/currencies.ts";
import type { UnitKind } from "../../../engine/values/units.ts";
import type { Money, Quantity } from "./documents.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import {
  type MeteredUnit,
  measureOf,
  microsOf,
  moneyValueMax,
  unitNames,
  wholeOf,
} from "./measures.ts";

export type MoneyAmount = { readonly currency: string; readonly micros: number };
export type Units = { readonly unit: MeteredUnit; readonly amount: number };
/** Of a bucket or counter: units, or micros of a currency. */
export type Amount = {
  readonly unit: UnitKind;
  readonly currency: string | null;
  readonly amount: number;
};

/** In characteristics amounts are written as TMF writes a Quantity; units may be a currency. */
export const quantityShape = z.strictObject({ amount: z.number(), units: z.string() });

export const readMoney = (place: Place, money: Money | undefined): MoneyAmount | undefined => {
  const { unit: currency, value } = money ?? {};
  if (value === undefined) return complain(place, "PRICE_MISSING", "The amount is missing.");
  const micros = readMicros(within(place, "value"), value);
  if (currency === undefined || !currencies.has(currency)) {
    const what = currency === undefined ? "no currency" : `"${currency}", which is no currency`;
    const message = `${value} has ${what}; an ISO 4217 code such as EUR is wanted.`;
    return complain(within(place, "unit"), "CURRENCY_MISSING", message);
  }
  return micros === undefined ? undefined : { currency, micros };
};

const readMicros = (place: Place, value: number): number | undefined => {
  if (!(value >= 0)) {
    return complain(place, "INVALID_VALUE", `${value} is below nought.`);
  }
  if (value > moneyValueMax) {
    return complainOfLimit(place, "moneyValueMax", `${value} is more than ${moneyValueMax}.`);
  }
  const micros = microsOf(value);
  if (micros !== undefined) return micros;
  return complain(place, "TOO_PRECISE", `${value} is more precise than 0.000001.`);
};

/** Whole units: 1.5 GB are, 1.5 messages are not. */
export const readUnits = (place: Place, quantity: Quantity | undefined): Units | undefined => {
  const { amount = 1, units } = quantity ?? {};
  if (units === undefined) {
    return complain(place, "UNIT_MISSING", "It does not say of how much, as in 1 GiB.");
  }
  const measure = measureOf(units);
  if (measure === undefined) {
    const message = `"${units}" is no unit that is known: ${unitNames.join(", ")}.`;
    return complain(within(place, "units"), "UNKNOWN_UNIT", message);
  }
  const whole = wholeOf(amount, measure.factor);
  if (whole !== undefined && whole > 0) return { unit: measure.unit, amount: whole };
  const message = `${amount} ${units} is no whole number of ${measure.unit} above nought.`;
  return complain(within(place, "amount"), "INVALID_VALUE", message);
};

/** Units, or money where the unit is a currency. */
export const readAmount = (place: Place, quantity: Quantity): Amount | undefined => {
  const { amount, units = "" } = quantity;
  if (!currencies.has(units)) {
    const read = readUnits(place, quantity);
    return read && { ...read, currency: null };
  }
  const micros = readMicros(within(place, "amount"), amount ?? 0);
  return micros === undefined ? undefined : { unit: "money", currency: units, amount: micros };
};
