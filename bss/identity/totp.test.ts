// One-time passwords are those of RFC 6238, and each is worth something once.

import fc from "fast-check";
import { expect, test } from "vitest";
import { toBase32 } from "./base32.ts";
import { codeAt, otpauthUri, stepOf, stepOfCode } from "./totp.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const digitsOfSecret = "1234567890";
const secretOf = (octets: number) => Buffer.from(digitsOfSecret.repeat(7).slice(0, octets));
const secret = secretOf(20);

// RFC 6238, appendix B: seconds, SHA-1, SHA-256, SHA-512.
const vectors = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
] as const;

test.each(vectors)("at %d s the codes are those of RFC 6238", (seconds, sha1, sha256, sha512) => {
  const step = stepOf(seconds * 1_000);
  expect(codeAt(secret, step, { digits: 8 })).toBe(sha1);
  expect(codeAt(secretOf(32), step, { digits: 8, hash: "sha256" })).toBe(sha256);
  expect(codeAt(secretOf(64), step, { digits: 8, hash: "sha512" })).toBe(sha512);
});

test.each([
  [1, "the step before", 99],
  [1, "this step", 100],
  [1, "the step after", 101],
  [0, "two steps before", 98],
  [0, "two steps after", 102],
])("takes %d code of %s", (taken, _, step) => {
  const found = stepOfCode(secret, codeAt(secret, step), { now: 100 * 30_000, lastStep: 0 });
  expect(found).toBe(taken === 1 ? step : undefined);
});

test("a code that was used is none any more, nor one from before it", () => {
  const now = 100 * 30_000;
  expect(stepOfCode(secret, codeAt(secret, 100), { now, lastStep: 100 })).toBeUndefined();
  expect(stepOfCode(secret, codeAt(secret, 99), { now, lastStep: 100 })).toBeUndefined();
  expect(stepOfCode(secret, codeAt(secret, 101), { now, lastStep: 100 })).toBe(101);
});

test(`no text is a code by accident of its form (seed ${seed})`, () => {
  const now = 100 * 30_000;
  const codes = [99, 100, 101].map((step) => codeAt(secret, step));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
      fc.pre(!codes.includes(text));
      expect(stepOfCode(secret, text, { now, lastStep: 0 })).toBeUndefined();
    }),
    { seed, numRuns: 300 },
  );
});

// RFC 4648, 10, without the padding.
test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("%j in base 32 is %j", (text, expected) => {
  expect(toBase32(Buffer.from(text))).toBe(expected);
});

test("says the secret as authenticator apps read it", () => {
  expect(otpauthUri(secret, "ada@example.org")).toBe(
    "otpauth://totp/Tollgate:ada%40example.org" +
      "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tollgate&digits=6&period=30",
  );
});
