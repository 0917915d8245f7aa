// Parts into a deck: the same rows are the same content wherever they are cut, what is wrong is
// told with its place, and nobody waits for a large one.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { compileParts } from "./compile-rate-deck.ts";

const partsOf = (...texts: readonly string[]) => texts.map((lines, number) => ({ number, lines }));

const compiled = async (...texts: readonly string[]) => {
  const outcome = await compileParts("world", partsOf(...texts));
  if (!outcome.isOk) throw new Error(outcome.error);
  return outcome.value;
};

const problemOf = async (...texts: readonly string[]) => {
  const outcome = await compileParts("world", partsOf(...texts));
  return outcome.isOk ? "" : outcome.error;
};

test("the same rows have the same content, however they are cut and ended", async () => {
  const whole = await compiled("33,FR\n336,FR-mobile\n34,ES\n");
  expect(whole.content).toMatch(/^[0-9a-f]{64}$/);
  expect((await compiled("33,FR\n", "336,FR-mobile\n34,ES")).content).toBe(whole.content);
  expect((await compiled("33,FR\n34,ES\n336,FR-mobile\n")).content).not.toBe(whole.content);
  expect((await compiled("33,FR\n336,FR-mobile\n34,EX\n")).content).not.toBe(whole.content);
});

test("rows of all parts are one deck", async () => {
  const { deck } = await compiled("33,FR\n", "336,FR-mobile\n");
  expect([deck.rowCount, deck.zoneIds]).toEqual([2, ["FR", "FR-mobile"]]);
  expect(deck.zoneOf("+33612345678")).toEqual({ zoneId: "FR-mobile", prefix: "336" });
});

test("what is wrong is told with part and line, and counted beyond the bound", async () => {
  expect(await problemOf("33,FR\nx,FR\n", "34\n33,DE\n")).toBe(
    'part 0, line 2: prefix "x": digits only, without + or 00; ' +
      'part 1, line 1: "34" is not prefix,zone; ' +
      'part 1, line 2: prefix "33" is in the deck already, in zone FR',
  );
  const many = "x,FR\n".repeat(limits.rateDeckProblemsShownMax + 7);
  expect(await problemOf(many)).toMatch(/; and 7 more$/);
  expect(await problemOf()).toBe("no rows");
});

test("others have their turn while a large deck is compiled", async () => {
  const rows = Array.from({ length: 60_000 }, (_, n) => `${100_000 + n},zone-${n % 50}\n`);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await compiled(rows.join(""));
  isOver = true;
  // A look at the clock is due every 64 rows; how many of them end a slice depends on the machine.
  expect(turns).toBeGreaterThan(3);
});
