// The small pieces of generated documents.

import { expect, test } from "vitest";
import { alignedTable, durationText, fillParts } from "./markdown.ts";

test("a table whose columns are as wide as their widest cell", () => {
  expect(alignedTable(["a", "long head"], [["cell", 7]])).toBe(
    ["| a    | long head |", "| ---- | --------- |", "| cell | 7         |"].join("\n"),
  );
});

test.each([
  [60_000, "1 minute"],
  [5 * 60_000, "5 minutes"],
  [90 * 60_000, "90 minutes"],
  [24 * 3_600_000, "24 hours"],
])("%d ms are %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("a duration that cannot be said exactly is not said", () => {
  expect(() => durationText(90_001)).toThrow("90001 ms");
});

const text = "before\n<!-- begin one -->\nold\n<!-- end one -->\nafter\n";

test("fills the part between its markers, and filling again changes nothing", () => {
  const filled = fillParts(text, { one: "new" });
  expect(filled).toBe("before\n<!-- begin one -->\n\nnew\n\n<!-- end one -->\nafter\n");
  expect(fillParts(filled, { one: "new" })).toBe(filled);
});

test("a part without a place and a place without a part are mistakes", () => {
  expect(() => fillParts(text, { one: "new", two: "new" })).toThrow("no place for two");
  expect(() => fillParts(text, {})).toThrow("nothing is called one");
});
