// Amounts as TM Forum writes them, JSON numbers, and as we count them, integers of 10⁻⁶. A double
// tells all decimals of six places apart below 2^33: there they lie further apart than doubles do.
// Beyond that two amounts would be one number, so such a number is no amount.

const microsPerUnit = 1_000_000;
/** Exclusive. */
const unitsMax = 2 ** 33;

/** Inclusive: the greatest amount of which every micro survives the way to a number and back. */
export const decimalMicrosMax = unitsMax * microsPerUnit - 1;

/**
 * The integer of 10⁻⁶ that `value` was written as; undefined when it has more than six decimals, or
 * is too great to be exact. `toFixed` is exact, a product with 10⁶ would be rounded twice.
 */
export const microsOf = (value: number): number | undefined => {
  if (!(Math.abs(value) < unitsMax)) return undefined;
  const micros = Number(value.toFixed(6).replace(".", "")) + 0;
  return micros / microsPerUnit === value ? micros : undefined;
};

/** The number that JSON shows; exact up to `decimalMicrosMax`, the nearest double beyond. */
export const decimalOf = (micros: number): number => micros / microsPerUnit;

/** Of a Quantity, which also counts octets: any safe integer, or as of money. */
export const isExactAmount = (value: number): boolean =>
  Number.isSafeInteger(value) || microsOf(value) !== undefined;
