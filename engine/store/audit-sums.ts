// The numbers that an audit keeps of each bucket, in one typed array for each account. What was
// ever credited or debited may exceed 2^53, so it is kept in two numbers: below 2^52, and how many
// 2^52.

/** Where a number stands behind `slot * cellStride`. */
export const fields = { remaining: 0, reserved: 1, credited: 2, debited: 4, expired: 6 } as const;
export const cellStride = 8;

const carry = 2 ** 52;

/** Adds to the sum at `at`; both parts stay exact. `amount` is at most 2^53 - 1. */
export const addExactly = (cells: Float64Array, at: number, amount: number): void => {
  let rest = amount;
  if (rest >= carry) {
    rest -= carry;
    cells[at + 1]! += 1;
  }
  rest += cells[at]!;
  if (rest >= carry) {
    rest -= carry;
    cells[at + 1]! += 1;
  }
  cells[at] = rest;
};

export const readSum = (cells: Float64Array, at: number): bigint =>
  BigInt(cells[at + 1]!) * BigInt(carry) + BigInt(cells[at]!);

/** The same cells with room for more slots. */
export const withSlots = (cells: Float64Array, slots: number): Float64Array => {
  if (cells.length >= slots * cellStride) return cells;
  const more = new Float64Array(slots * cellStride);
  more.set(cells);
  return more;
};
