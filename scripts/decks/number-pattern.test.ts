// Patterns read digit by digit say what the regular expressions they are made of say.

import fc from "fast-check";
import metadata from "libphonenumber-js/max/metadata";
import { expect, test } from "vitest";
import { advance, begin, compilePattern, isFree, type NumberPattern } from "./number-pattern.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

/** National numbers of every country: all forms that the metadata uses. */
const sources = Object.values(metadata.countries).map((plan) => (plan as unknown[])[2] as string);

const after = (pattern: NumberPattern, digits: string) =>
  [...digits].reduce((at, digit) => advance(pattern, at, Number(digit)), begin(pattern));
const isWhole = (pattern: NumberPattern, digits: string) => after(pattern, digits).includes(0);

test(`numbers of a pattern are whole, and so is every number that fits it (seed ${seed})`, () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 12 });
  for (const source of sources) {
    const pattern = compilePattern(source);
    const form = new RegExp(`^(?:${source})$`);
    for (const number of fc.sample(fc.stringMatching(form), { seed, numRuns: 20 })) {
      expect([source, number, isWhole(pattern, number)]).toEqual([source, number, true]);
    }
    for (const number of fc.sample(digits, { seed, numRuns: 40 })) {
      expect([source, number, isWhole(pattern, number)]).toEqual([
        source,
        number,
        form.test(number),
      ]);
    }
  }
});

test("nothing follows where no number goes on, and free is what only its length decides", () => {
  const pattern = compilePattern("1(?:[2-4]\\d{2,3}|50?)|9");
  expect(after(pattern, "16")).toEqual([]);
  expect(after(pattern, "91")).toEqual([]);
  expect(isFree(pattern, after(pattern, "1"))).toBe(false);
  expect(isFree(pattern, after(pattern, "13"))).toBe(true);
  expect(isFree(pattern, after(pattern, "15"))).toBe(false);
  expect(isFree(pattern, after(pattern, "150"))).toBe(true);
});

test.each(["1.", "(?:1", "1)", "[a]", "1*"])("%j is no pattern of a numbering plan", (source) => {
  expect(() => compilePattern(source)).toThrow("assertion failed");
});
