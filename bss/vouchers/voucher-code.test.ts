// Codes: their check digit, and what they follow from.

import fc from "fast-check";
import { expect, test } from "vitest";
import { codeOf, readCode, withCheckDigit } from "./voucher-code.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const digits = fc.stringMatching(/^\d{11,19}$/);

test("the check digit is Damm's", () => {
  expect(withCheckDigit("572")).toBe("5724");
});

test(`a wrong digit and two exchanged ones are noticed (seed ${seed})`, () => {
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (payload, place, by) => {
      const code = withCheckDigit(payload);
      expect(readCode(code)).toBe(code);
      const at = place % code.length;
      const other = String((Number(code[at]) + by) % 10);
      expect(readCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
      const [one = "", two = ""] = code.slice(at, at + 2);
      if (two === "" || one === two) return;
      expect(readCode(code.slice(0, at) + two + one + code.slice(at + 2))).toBeUndefined();
    }),
    { seed, numRuns: 500 },
  );
});

test("codes of a seed are always the same, of their length, and no two alike", () => {
  const key = Buffer.alloc(32, 7);
  const codes = Array.from({ length: 1_000 }, (_, serial) =>
    codeOf(key, { serial, draw: 0, digits: 16 }),
  );
  expect(new Set(codes).size).toBe(1_000);
  expect(codes.every((code) => /^\d{16}$/.test(code) && readCode(code) === code)).toBe(true);
  expect(codeOf(key, { serial: 3, draw: 0, digits: 16 })).toBe(codes[3]);
  expect(codeOf(key, { serial: 3, draw: 1, digits: 16 })).not.toBe(codes[3]);
});

test("blanks and hyphens between are read over, anything else is no code", () => {
  const code = withCheckDigit("123456789012345");
  expect(readCode(`${code.slice(0, 4)} ${code.slice(4, 8)}-${code.slice(8)}`)).toBe(code);
  for (const text of ["", "1234", `${code}x`, "٣".repeat(16), "0".repeat(30)]) {
    expect(readCode(text)).toBeUndefined();
  }
});
