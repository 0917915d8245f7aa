// Numbers into zones as people write them, the prefix that says why, and what a deck refuses.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { compileRateDeck, createRateDeckCompiler, type RateDeckRow } from "./rate-deck.ts";

const rows: readonly RateDeckRow[] = [
  { prefix: "", zoneId: "elsewhere", name: "Everywhere else" },
  { prefix: "49", zoneId: "DE-fixed", name: "Germany" },
  { prefix: "4915", zoneId: "DE-mobile", name: "Germany, mobile" },
  { prefix: "4916", zoneId: "DE-mobile" },
  { prefix: "110", zoneId: "emergency" },
];

const deckOf = (given: readonly RateDeckRow[]) => {
  const compiled = compileRateDeck({ deckId: "world-2026", rows: given });
  if (!compiled.isOk) throw new Error(compiled.error.join("; "));
  return compiled.value;
};
const problemsOf = (given: readonly RateDeckRow[], deckId = "world-2026") => {
  const compiled = compileRateDeck({ deckId, rows: given });
  return compiled.isOk ? [] : compiled.error;
};

test.each([
  ["+4915112345678", "DE-mobile", "4915"],
  ["004915112345678", "DE-mobile", "4915"],
  ["4915112345678", "DE-mobile", "4915"],
  ["+49301234567", "DE-fixed", "49"],
  ["110", "emergency", "110"],
  ["+4312345", "elsewhere", ""],
  ["0151", "elsewhere", ""],
])("%s is in zone %s because of %j", (number, zoneId, prefix) => {
  expect(deckOf(rows).zoneOf(number)).toEqual({ zoneId, prefix });
});

test.each(["", "+", "00", "+49 151", "sip:4915@ims", "++49", "49a"])("%j is in no zone", (text) => {
  expect(deckOf(rows).zoneOf(text)).toBeUndefined();
});

test("without a row for everywhere some numbers are in no zone", () => {
  expect(deckOf(rows.slice(1)).zoneOf("+4312345")).toBeUndefined();
});

test("names its zones once, in the order of their rows", () => {
  const { deckId, zoneIds, rowCount } = deckOf(rows);
  expect({ deckId, zoneIds, rowCount }).toEqual({
    deckId: "world-2026",
    zoneIds: ["elsewhere", "DE-fixed", "DE-mobile", "emergency"],
    rowCount: 5,
  });
});

test.each([
  [{ prefix: "+49", zoneId: "DE" }, 'prefix "+49": digits only, without + or 00'],
  [{ prefix: "0049", zoneId: "DE" }, 'prefix "0049": digits only, without + or 00'],
  [{ prefix: "4.9E+3", zoneId: "DE" }, 'prefix "4.9E+3": digits only, without + or 00'],
  [{ prefix: "4".repeat(21), zoneId: "DE" }, `prefix "${"4".repeat(21)}": more than 20 digits`],
  [{ prefix: "4915", zoneId: "DE" }, 'prefix "4915" is in the deck already, in zone DE-mobile'],
  [{ prefix: "43", zoneId: "" }, 'zone "": 1 to 128 ASCII characters, no spaces'],
  [{ prefix: "43", zoneId: "A T" }, 'zone "A T": 1 to 128 ASCII characters, no spaces'],
  [{ prefix: "43", zoneId: "AT", name: "a\u0000" }, /^name .*: at most 128 characters, none of c/],
  [{ prefix: "43", zoneId: "AT", name: "é".repeat(129) }, /^name .*: at most 128 characters/],
])("refuses %j", (row, reason) => {
  const compiler = createRateDeckCompiler("world-2026");
  for (const known of rows) expect(compiler.add(known).isOk).toBe(true);
  const added = compiler.add(row);
  if (typeof reason === "string") expect(added).toEqual({ isOk: false, error: reason });
  else expect(added).toMatchObject({ isOk: false, error: expect.stringMatching(reason) });
  const deck = compiler.finish();
  expect(deck.rowCount).toBe(5);
  expect(deck.zoneIds).toHaveLength(4);
});

test("a prefix stands once, even for the same zone, and every such row is named", () => {
  expect(problemsOf([...rows, rows[1]!, rows[2]!])).toEqual([
    'row 6: prefix "49" is in the deck already, in zone DE-fixed',
    'row 7: prefix "4915" is in the deck already, in zone DE-mobile',
  ]);
});

test("the deck has a name without spaces", () => {
  expect(problemsOf(rows, "the world")).toEqual(['deckId "the world": 1 to 128 ASCII characters']);
});

test("takes as many rows as the bound says, and not one more", { timeout: 30_000 }, () => {
  const compiler = createRateDeckCompiler("large");
  for (let i = 0; i < limits.rateDeckRowsMax; i++) {
    compiler.add({ prefix: String(10_000_000 + i), zoneId: "z" });
  }
  const added = compiler.add({ prefix: "9", zoneId: "z" });
  expect(added).toEqual({ isOk: false, error: "more than 500000 rows" });
  expect(compiler.finish().rowCount).toBe(500_000);
});
