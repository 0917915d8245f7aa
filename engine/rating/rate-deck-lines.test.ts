// Rows to text and back, parts that are never too long, and text of every kind that is told of line
// by line and never throws.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { createRateDeckCompiler } from "./rate-deck.ts";
import { readRateDeckLines, writeRateDeckParts } from "./rate-deck-lines.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const rowsOf = (text: string) =>
  [...readRateDeckLines(text)].map(({ row }) => (row.isOk ? row.value : row.error));

test("a line is a prefix, a comma and a zone, which may have commas itself", () => {
  expect(rowsOf("4915,DE-mobile\n,ROW\n33,a,b")).toEqual([
    { prefix: "4915", zoneId: "DE-mobile" },
    { prefix: "", zoneId: "ROW" },
    { prefix: "33", zoneId: "a,b" },
  ]);
});

test("lines are counted from 1, and one without a comma is shown, cut", () => {
  const lines = [...readRateDeckLines(`33,FR\n${"x".repeat(100)}\n34,ES\n`)];
  expect(lines.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(lines[1]!.row).toMatchObject({ error: `"${"x".repeat(40)}" is not prefix,zone` });
});

test("no text has no lines, and a feed at its end begins none", () => {
  expect([rowsOf(""), rowsOf("33,FR"), rowsOf("33,FR\n")].map((rows) => rows.length)).toEqual([
    0, 1, 1,
  ]);
});

const prefixes = fc.stringMatching(/^[0-9]{0,20}$/);
const zoneIds = fc.stringMatching(/^[\x21-\x7e]{1,128}$/);
const rows = fc.array(fc.record({ prefix: prefixes, zoneId: zoneIds }), { maxLength: 60 });

test(`what is written in parts is read again, no part too long (seed ${seed})`, () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 150, max: 1_000 }), (given, lengthMax) => {
      const parts = writeRateDeckParts(given, lengthMax);
      expect(parts.flatMap(rowsOf)).toEqual(given);
      expect(parts.filter((part) => part.length > lengthMax || part === "")).toEqual([]);
      // As few as may be: the first row of a part would not have fitted the one before.
      for (const [index, part] of parts.slice(1).entries()) {
        const firstLine = part.slice(0, part.indexOf("\n") + 1);
        expect(parts[index]!.length + firstLine.length).toBeGreaterThan(lengthMax);
      }
    }),
    { seed, numRuns: 500 },
  );
});

const pieces = fc.constantFrom(
  ...["\n", ",", "\r", '"', "=1+2", "4915", "DE", " ", "\u0000", "\ufeff", "é", "٣", "\ud800"],
);
const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(pieces, { maxLength: 60 }).map((some) => some.join("")),
);

test(`any text is rows and reasons, and every line is one of them (seed ${seed})`, () => {
  fc.assert(
    fc.property(anything, (text) => {
      const compiler = createRateDeckCompiler("fuzzed");
      const lines = [...readRateDeckLines(text)];
      expect(lines.length).toBe(text.split("\n").length - (/(?:^|\n)$/.test(text) ? 1 : 0));
      const taken = new Map<string, string>();
      for (const { row } of lines) {
        const added = row.isOk ? compiler.add(row.value) : row;
        if (row.isOk && added.isOk) taken.set(row.value.prefix, row.value.zoneId);
        if (!added.isOk) expect(added.error).toMatch(/^(?:prefix |zone |").{1,200}/);
      }
      const deck = compiler.finish();
      expect(deck.rowCount).toBe(taken.size);
      for (const [prefix, zoneId] of taken) {
        if (prefix !== "") expect(zoneId).toBe(deck.zoneOf(`+${prefix}`)?.zoneId);
      }
    }),
    { seed, numRuns: 5_000 },
  );
});

test("a deck of more zones than there may be is refused", () => {
  const compiler = createRateDeckCompiler("wide");
  for (let zone = 0; zone < limits.rateDeckZonesMax; zone++) {
    expect(compiler.add({ prefix: String(zone), zoneId: `z${zone}` }).isOk).toBe(true);
  }
  const added = compiler.add({ prefix: "999999", zoneId: "one-more" });
  expect(added).toMatchObject({ error: `more than ${limits.rateDeckZonesMax} zones` });
  expect(compiler.add({ prefix: "999999", zoneId: "z0" }).isOk).toBe(true);
});
