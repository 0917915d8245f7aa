// Queries as they come from anywhere.

import { expect, test } from "vitest";
import { queryRecord, readQuery } from "./read-query.ts";

test("names and values come in their order, decoded", () => {
  expect(readQuery("/a?x=1&name=%C3%A4+b&x=2&flag&&y=")).toEqual({
    isOk: true,
    value: [
      ["x", "1"],
      ["name", "ä b"],
      ["x", "2"],
      ["flag", ""],
      ["y", ""],
    ],
  });
  expect(readQuery("/a")).toEqual({ isOk: true, value: [] });
});

test.each(["/a?x=%", "/a?x=%ff", "/a?%c3=1", "/a?x=%00"])("%s is refused", (url) => {
  expect(readQuery(url).isOk).toBe(false);
});

test("more parameters than anybody means are refused", () => {
  expect(readQuery(`/a?${"x=1&".repeat(101)}`).isOk).toBe(false);
});

test("as a record, what is repeated is a list; names of JavaScript are names", () => {
  const record = queryRecord([
    ["a", "1"],
    ["a", "2"],
    ["__proto__", "3"],
    ["constructor", "4"],
  ]);
  expect(Object.entries(record)).toEqual([
    ["a", ["1", "2"]],
    ["__proto__", "3"],
    ["constructor", "4"],
  ]);
});
