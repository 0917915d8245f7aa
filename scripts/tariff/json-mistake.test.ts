// Where a text stops being JSON: compared with JSON.parse on texts that are nearly right.

import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonMistake } from "./json-mistake.ts";

test.each([
  ['{"a": [1, 2,]}', 12, 'expected value, got "]", with a comma before it that is one too many'],
  ['{"a": 1,}', 8, 'expected name, got "}", with a comma before it that is one too many'],
  ['{"a": 1,, "b": 2}', 8, 'expected name, got ","'],
  ['{"a" 1}', 5, 'expected :, got "1"'],
  ['{"a": 1 "b": 2}', 8, 'expected , or }, got "\\""'],
  ["[1 2]", 3, 'expected , or ], got "2"'],
  ["{a: 1}", 1, 'expected name or }, got "a"'],
  ["[", 1, "expected value or ], got the end"],
  ["", 0, "expected value, got the end"],
  ["{} x", 3, 'expected nothing, got "x"'],
  ["[1}", 2, 'expected , or ], got "}"'],
  ['["a\n"]', 1, 'expected value or ], got "\\""'],
])("%j is no JSON from %i on: %s", (text, position, reason) => {
  expect(jsonMistake(text)).toEqual({ position, text: reason });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const pieces = fc.constantFrom(
  "",
  ",",
  "]",
  "}",
  "{",
  "[",
  ":",
  '"',
  "\\",
  "0",
  "-",
  "e1",
  " ",
  "n",
);
const nearlyJson = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(3), pieces)
  .map(([text, place, length, piece]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + length);
  });

test(`a mistake is told where JSON.parse finds one, and nowhere else (seed ${seed})`, () => {
  const texts = fc.oneof(nearlyJson, fc.json({ maxDepth: 5, noUnicodeString: false }), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      const mistake = jsonMistake(text);
      expect([text, mistake === undefined]).toEqual([text, isJson(text)]);
      if (mistake !== undefined) expect(mistake.position).toBeLessThanOrEqual(text.length);
    }),
    { seed, numRuns: 5_000 },
  );
});

test("the longest text and the deepest nest are read", () => {
  const long = JSON.stringify({ a: '\\"'.repeat(250_000), b: "x".repeat(500_000) });
  const nest = `${"[".repeat(250_000)}${"]".repeat(250_000)}`;
  expect([jsonMistake(long), jsonMistake(nest)]).toEqual([undefined, undefined]);
  expect(jsonMistake(long.slice(0, -2))).toMatchObject({ text: 'expected value, got "\\""' });
});
