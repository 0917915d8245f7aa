// What JSON says of an amount is what is booked, to the micro.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalMicrosMax, decimalOf, isExactAmount, microsOf } from "./amounts.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const micros = fc.oneof(
  fc.integer({ min: -decimalMicrosMax, max: decimalMicrosMax }),
  fc.integer({ min: decimalMicrosMax - 1_000_000, max: decimalMicrosMax }),
  fc.integer({ min: -10_000_000, max: 10_000_000 }),
);

/** As somebody would write it by hand. */
const written = (amount: number): string => {
  const digits = String(Math.abs(amount)).padStart(7, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
};

test(`every amount survives the way to a number and back (seed ${seed})`, () => {
  fc.assert(
    fc.property(micros, (amount) => {
      expect(microsOf(decimalOf(amount))).toBe(amount);
      expect(microsOf(JSON.parse(JSON.stringify(decimalOf(amount))))).toBe(amount);
      expect(microsOf(JSON.parse(written(amount)))).toBe(amount);
    }),
    { seed, numRuns: 2_000 },
  );
});

test(`a seventh decimal is refused wherever a double can say it (seed ${seed})`, () => {
  const few = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 9 }), (amount, seventh) => {
      expect(microsOf(Number(`${written(amount)}${seventh}`))).toBeUndefined();
    }),
    { seed },
  );
});

test(`of any number it is said what it is, or that it is no amount (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const amount = microsOf(value);
      if (amount !== undefined) expect(decimalOf(amount) === value).toBe(true);
    }),
    { seed, numRuns: 2_000 },
  );
});

test.each([
  [0, 0],
  [-0, 0],
  [9.99, 9_990_000],
  [0.1 + 0.2, undefined],
  [0.000001, 1],
  [1e-7, undefined],
  [8_589_934_591.999999, decimalMicrosMax],
  [2 ** 33, undefined],
  [1e21, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])("%d is %j micros", (value, expected) => {
  expect(microsOf(value)).toBe(expected);
});

test("a terabyte of octets is an exact amount, a fraction of such a number is not", () => {
  expect(isExactAmount(10 ** 12)).toBe(true);
  expect(isExactAmount(1.5)).toBe(true);
  expect(isExactAmount(10 ** 10 + 0.5)).toBe(false);
  expect(isExactAmount(2 ** 53)).toBe(false);
});
