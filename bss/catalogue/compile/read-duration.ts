// Lengths of time in documents: the period of a recurring price, the duration of a term.

import type { ProductOfferingPrice, Quantity, Term } from "./documents.ts";
import { complain, complainOfLimit, type Place, within } from "./finding.ts";
import { type Period, periodUnitOf, periodUnits } from "./periods.ts";

/** As the engine counts them in one period. */
export const periodCountMax = 1_000;

const readCount = (place: Place, count: number): number | undefined => {
  if (!Number.isInteger(count) || count < 1) {
    return complain(place, "INVALID_VALUE", `${count} is no whole number from 1 on.`);
  }
  if (count <= periodCountMax) return count;
  return complainOfLimit(place, "periodUnitsMax", `${count} is more than ${periodCountMax}.`);
};

const readUnit = (place: Place, name: string) => {
  const unit = periodUnitOf(name);
  if (unit !== undefined) return unit;
  return complain(place, "UNKNOWN_UNIT", `"${name}" is none of ${periodUnits.join(", ")}.`);
};

/** Null where there is none. A length of 0 is the standard's for "not applicable". */
export const readPeriod = (
  place: Place,
  { recurringChargePeriodType: type, recurringChargePeriodLength: length }: ProductOfferingPrice,
): Period | null => {
  if (type === undefined) return null;
  const unit = readUnit(within(place, "recurringChargePeriodType"), type);
  const count = readCount(within(place, "recurringChargePeriodLength"), length || 1);
  return unit === undefined || count === undefined ? null : { unit, count };
};

export const readDuration = (place: Place, duration: Quantity): Period | null => {
  const unit = readUnit(within(place, "units"), duration.units ?? "");
  const count = readCount(within(place, "amount"), duration.amount ?? 1);
  return unit === undefined || count === undefined ? null : { unit, count };
};

/** Of the term with that name, or of the only one where no name is asked for. */
export const readTerm = (
  place: Place,
  terms: readonly Term[] | undefined,
  name?: string,
): Period | null => {
  for (const [index, term] of (terms ?? []).entries()) {
    if (name !== undefined && term.name !== name) continue;
    if (term.duration === undefined) continue;
    return readDuration(within(place, "productOfferingTerm", index, "duration"), term.duration);
  }
  return null;
};
