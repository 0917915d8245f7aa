// Texts that mislead: each stands escaped, and reads back as it was.

import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteText } from "./quote-text.ts";

test("what someone wrote is quoted as JSON does, and no longer than is asked for", () => {
  expect(quoteText('a "b"\n')).toBe('"a \\"b\\"\\n"');
  expect(quoteText("x".repeat(41))).toBe(`"${"x".repeat(40)}"`);
  expect(quoteText("abcdef", 3)).toBe('"abc"');
});

test("no separator, control or turn of direction stays as it is", () => {
  expect(quoteText("a\u2028b\u2029c")).toBe('"a\\u2028b\\u2029c"');
  expect(quoteText("\u001b[2J\u009b2J\u007f")).toBe('"\\u001b[2J\\u009b2J\\u007f"');
  expect(quoteText("\u{e0001}")).toBe('"\\udb40\\udc01"');
  expect(quoteText("\u202egnp\u2066\ufeff")).toBe('"\\u202egnp\\u2066\\ufeff"');
});

test("a quoted text is one line of printable characters and reads back as it was", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((codes) => {
      return String.fromCharCode(...codes);
    }),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const quoted = quoteText(text);
      expect(quoted).toMatch(/^"[^\p{Cc}\p{Cf}\u2028\u2029]*"$/u);
      expect(JSON.parse(quoted)).toBe(text.slice(0, 40));
    }),
  );
});
