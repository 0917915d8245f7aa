// The longest prefix, held to the plainest way to find it: of all prefixes that the number starts
// with, the longest. And what cannot be added, and that no step of a build waits for the others.

import fc from "fast-check";
import { expect, test } from "vitest";
import { nextBelow, randomFrom } from "../values/random.ts";
import { createPrefixIndexBuilder, type PrefixIndexBuilder } from "./prefix-index.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

/** Few different digits make prefixes of each other, and long ones that part late. */
const digits = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom("1", "2"), maxLength }),
    fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength }),
    fc
      .tuple(fc.nat({ max: maxLength - 2 }), fc.constantFrom("", "0", "7", "9", "79"))
      .map(([length, end]) => "4915".repeat(5).slice(0, length) + end),
  );

const indexOf = (prefixes: readonly string[]) => {
  const builder = createPrefixIndexBuilder();
  for (const [value, prefix] of prefixes.entries())
    expect(builder.add(prefix, value).isOk).toBe(true);
  return builder.finish();
};

const longestOf = (prefixes: readonly string[], number: string) => {
  let best: { value: number; matchedLength: number } | undefined;
  for (const [value, { length }] of prefixes.entries()) {
    const isBetter = best === undefined || length > best.matchedLength;
    if (isBetter && number.startsWith(prefixes[value]!)) best = { value, matchedLength: length };
  }
  return best;
};

test(`finds the longest of all prefixes that a number starts with (seed ${seed})`, () => {
  const prefixes = fc.uniqueArray(digits(20), { maxLength: 60 });
  fc.assert(
    fc.property(prefixes, fc.array(digits(24), { minLength: 5 }), (known, numbers) => {
      const index = indexOf(known);
      for (const number of [...numbers, ...known, ...known.map((prefix) => `${prefix}42`)]) {
        expect([number, index.find(number)]).toEqual([number, longestOf(known, number)]);
      }
    }),
    { seed, numRuns: 2_000 },
  );
});

test("finds each of 50,000 prefixes, over many pages of its memory", () => {
  const random = randomFrom(1);
  const known = new Set<string>();
  while (known.size < 50_000) {
    const length = 1 + nextBelow(random, 12);
    known.add(
      String(nextBelow(random, 2 ** 32))
        .padStart(10, "0")
        .repeat(2)
        .slice(0, length),
    );
  }
  const prefixes = [...known];
  const index = indexOf(prefixes);
  expect(index.size).toBe(50_000);
  for (const [value, prefix] of prefixes.entries()) {
    expect(index.find(prefix)).toEqual({ value, matchedLength: prefix.length });
  }
});

test("reads a number from where it begins", () => {
  const index = indexOf(["49", "4915"]);
  expect(index.find("004915112345678", 2)).toEqual({ value: 1, matchedLength: 4 });
  expect(index.find("+49301234567", 1)).toEqual({ value: 0, matchedLength: 2 });
});

test("the prefix of no digits is one of every number, the empty one too", () => {
  const index = indexOf(["", "110"]);
  expect(index.find("43")).toEqual({ value: 0, matchedLength: 0 });
  expect(index.find("")).toEqual({ value: 0, matchedLength: 0 });
  expect(index.find("110")).toEqual({ value: 1, matchedLength: 3 });
  expect(indexOf([]).find("110")).toBeUndefined();
});

test.each(["49a", "a49", "49 30", "+4930", "4930\u0663", "4930".padEnd(25, "x")])(
  "%j is no number, and matches nothing",
  (number) => expect(indexOf(["", "49"]).find(number)).toBeUndefined(),
);

const refusalOf = (builder: PrefixIndexBuilder, prefix: string) => {
  const result = builder.add(prefix, 7);
  return result.isOk ? undefined : result.error;
};

test("refuses what is not a prefix, and keeps what it has", () => {
  const builder = createPrefixIndexBuilder();
  builder.add("49", 3);
  expect(refusalOf(builder, "49-30")).toEqual({ code: "NOT_DIGITS" });
  expect(refusalOf(builder, "4".repeat(21))).toEqual({ code: "TOO_LONG" });
  expect(refusalOf(builder, "49")).toEqual({ code: "DUPLICATE", value: 3 });
  const index = builder.finish();
  expect(index.size).toBe(1);
  expect(index.find("4930")).toEqual({ value: 3, matchedLength: 2 });
});

test("knows a duplicate wherever it stands in the tree", () => {
  const builder = createPrefixIndexBuilder();
  const prefixes = ["", "4", "49151", "49152", "4915", "491", "491529999", "9".repeat(20)];
  for (const prefix of prefixes) expect(refusalOf(builder, prefix)).toBeUndefined();
  for (const prefix of prefixes) {
    expect(refusalOf(builder, prefix)).toEqual({ code: "DUPLICATE", value: 7 });
  }
});

test("nothing is added to a finished index, and values are small whole numbers", () => {
  const builder = createPrefixIndexBuilder();
  expect(() => builder.add("1", -1)).toThrow("assertion failed");
  expect(() => builder.add("1", 2 ** 31)).toThrow("assertion failed");
  expect(() => builder.add("1", 0.5)).toThrow("assertion failed");
  builder.finish();
  expect(() => builder.add("1", 1)).toThrow("assertion failed");
});
