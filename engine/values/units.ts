// What is metered and what it costs. Every amount is a whole number up to 2^53 - 1: Lua and
// JavaScript both hold it exactly as a double. The brand keeps a quota out of a money sum at
// compile time.

import { assert } from "./assert.ts";

export type ServiceUnits = number & { readonly unit: "serviceUnits" };

/**
 * Kinds of amount a bucket, a counter or a rating group can be kept in; numbers are append-only.
 */
export const unitKinds = { money: 0, octets: 1, seconds: 2, messages: 3, serviceUnits: 4 } as const;
export type UnitKind = keyof typeof unitKinds;
export const unitKindNames = Object.keys(unitKinds) as readonly UnitKind[];

/** The largest amount there is: the last integer before doubles begin to skip. */
export const amountMax = Number.MAX_SAFE_INTEGER;

export const isAmount = (n: unknown): n is number =>
  typeof n === "number" && Number.isSafeInteger(n) && n >= 0;

/** Octets, seconds, messages or units of the service's own, as the rating group says. */
export const serviceUnits = (n: number): ServiceUnits => {
  assert(isAmount(n), `serviceUnits: ${n}`);
  return n as ServiceUnits;
};

/** Division that rounds up; both whole, divisor above zero; exact up to 2^53 - 1. */
export const ceilDiv = (dividend: number, divisor: number): number => {
  const remainder = dividend % divisor;
  const floor = (dividend - remainder) / divisor;
  return remainder > 0 ? floor + 1 : floor;
};
