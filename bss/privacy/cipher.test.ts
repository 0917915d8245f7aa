// What is sealed opens in its own field and nowhere else, and whatever else is given to the decoder
// is refused by its code, never by an exception.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createCipher } from "./cipher.ts";
import { newKeys } from "./key-file.ts";
import { keyRingOf } from "./key-ring.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const keys = newKeys();
const cipher = createCipher(keyRingOf(keys));
const other = createCipher(keyRingOf(newKeys()));
const text = fc.string({ unit: "grapheme" });

const codeOf = (sealed: string, purpose = "purpose"): string => {
  const opened = cipher.open(sealed, purpose);
  return opened.isOk ? "" : opened.error.code;
};

test(`every text comes back in its field, and in no other (seed ${seed})`, () => {
  fc.assert(
    fc.property(text, text, text, (plain, purpose, elsewhere) => {
      const sealed = cipher.seal(plain, purpose);
      expect(cipher.open(sealed, purpose)).toEqual({ isOk: true, value: plain });
      if (purpose !== elsewhere) expect(codeOf(sealed, elsewhere)).toBe("NOT_AUTHENTIC");
    }),
    { seed, numRuns: 500 },
  );
});

test("the same text is never sealed the same twice", () => {
  const sealed = Array.from({ length: 1_000 }, () => cipher.seal("Ada", "purpose"));
  expect(new Set(sealed).size).toBe(sealed.length);
});

test("a value says whose key it was sealed with, and an unknown one is named", () => {
  const sealed = other.seal("Ada", "purpose");
  const error = { code: "UNKNOWN_KEY", keyId: other.newestKeyId() };
  expect(cipher.open(sealed, "purpose")).toEqual({ isOk: false, error });
  expect([cipher.isNewest(sealed), other.isNewest(sealed)]).toEqual([false, true]);
});

test("cut anywhere or with any bit turned it does not open", () => {
  const sealed = cipher.seal("Ada Lovelace", "purpose");
  const octets = Buffer.from(sealed, "base64url");
  for (let length = 0; length < octets.length; length++) {
    const code = codeOf(octets.toString("base64url", 0, length));
    expect(code).toBe(length < 33 ? "TRUNCATED" : "NOT_AUTHENTIC");
  }
  for (let bit = 0; bit < 8 * octets.length; bit++) {
    const turned = Buffer.from(octets);
    turned[bit >> 3]! ^= 1 << (bit & 7);
    const part = bit < 8 ? "UNKNOWN_LAYOUT" : bit < 40 ? "UNKNOWN_KEY" : "NOT_AUTHENTIC";
    expect(codeOf(turned.toString("base64url"))).toBe(part);
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(codeOf(sealed.slice(0, length))).toMatch(/^(?:TRUNCATED|MALFORMED|NOT_AUTHENTIC)$/);
  }
});

const head = Buffer.from(cipher.seal("", "purpose"), "base64url").subarray(0, 5);
const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.base64String({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString("base64url")),
  fc.uint8Array({ maxLength: 80 }).map((octets) => {
    return Buffer.concat([head, octets]).toString("base64url");
  }),
);

test(`whatever is no sealed value is refused by a code (seed ${seed})`, () => {
  fc.assert(
    fc.property(anything, text, (sealed, purpose) => {
      expect(codeOf(sealed, purpose)).toMatch(
        /^(?:MALFORMED|TRUNCATED|UNKNOWN_LAYOUT|UNKNOWN_KEY|NOT_AUTHENTIC)$/,
      );
      expect(cipher.isNewest(sealed)).toBeTypeOf("boolean");
    }),
    { seed, numRuns: 3_000 },
  );
});

test("a blind index is equal for what is written differently, within one purpose and key", () => {
  const index = cipher.blindIndex("+49 151 12345678", "number", "a");
  expect(index.length).toBe(16);
  expect(cipher.blindIndex("4915112345678", "number", "a")).toEqual(index);
  expect(cipher.blindIndex("4915112345678", "number", "b")).not.toEqual(index);
  expect(cipher.blindIndex("4915112345679", "number", "a")).not.toEqual(index);
  expect(other.blindIndex("4915112345678", "number", "a")).not.toEqual(index);
});
