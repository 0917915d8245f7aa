// Turns in a command are read as they were written.

import fc from "fast-check";
import { expect, test } from "vitest";
import { textToTurns, turnsToText } from "./turn-list.ts";

test("neighbours are told as a span", () => {
  expect(turnsToText([0, 1, 2, 3, 9, 40, 41])).toBe("0-3,9,40-41");
});

test("what was written is read back", () => {
  const lists = fc.uniqueArray(fc.nat(300), { minLength: 1 });
  fc.assert(
    fc.property(lists, (list) => {
      const turns = list.sort((a, b) => a - b);
      expect(textToTurns(turnsToText(turns))).toEqual({ isOk: true, value: turns });
    }),
  );
});

test.each(["", "3,1", "5-2", "x", "1,,2", "1-"])("refuses %j", (text) => {
  expect(textToTurns(text).isOk).toBe(false);
});
