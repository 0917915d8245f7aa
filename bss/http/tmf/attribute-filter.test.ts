// Filters as somebody types them become the conditions that they mean.

import fc from "fast-check";
import { expect, test } from "vitest";
import { filterPath, readFilter } from "./attribute-filter.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const pathOf = (...pairs: readonly (readonly [string, string])[]) =>
  filterPath(
    pairs.map((pair) => {
      const read = readFilter(pair);
      if (!read.isOk) throw new Error(read.error);
      return read.value;
    }),
  );

test("a value is compared as text, and as a number where it is one", () => {
  expect(pathOf(["name", "Data"])).toBe('(($."name" == "Data"))');
  expect(pathOf(["category.id", "7"])).toBe(
    '(($."category"."id" == "7" || $."category"."id" == 7))',
  );
  expect(pathOf(["isBundle", "true"])).toContain("== true");
});

test("several values are alternatives, several attributes conditions", () => {
  expect(pathOf(["a", "x,y"], ["b", "z"])).toBe(
    '(($."a" == "x" || $."a" == "y")) && (($."b" == "z"))',
  );
  expect(pathOf(["a", "x"], ["a", "y"])).toBe('(($."a" == "x") || ($."a" == "y"))');
});

test("what stands in quotation marks is one value, whatever is in it", () => {
  expect(pathOf(["a", '"x,\\"y\\"",z'])).toBe('(($."a" == "x,\\"y\\"" || $."a" == "z"))');
  expect(readFilter(["a", '"x'])).toEqual({ isOk: false, error: "a quotation mark is not closed" });
});

test("sizes are compared by word or by sign", () => {
  expect(pathOf(["a.gt", "5"])).toBe('(($."a" > "5" || $."a" > 5))');
  expect(pathOf(["a>", "5"])).toBe('(($."a" >= "5" || $."a" >= 5))');
  expect(pathOf(["a>=5", ""])).toBe(pathOf(["a>", "5"]));
  expect(pathOf(["a<5", ""])).toBe('(($."a" < "5" || $."a" < 5))');
  expect(pathOf(["a.ne", "x"])).toBe('(!exists($."a" ? (@ == "x")))');
});

test("a name that is none is refused", () => {
  for (const name of ["", "a b", 'a"', "a..b", "$"])
    expect(readFilter([name, "x"]).isOk).toBe(false);
});

test(`whatever is in the values stays within its quotation marks (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (value) => {
      const quoted = `"${value.replace(/[\\"]/g, "\\$&")}"`;
      const read = readFilter(["a", quoted]);
      expect(read).toEqual({ isOk: true, value: { path: ["a"], operator: "eq", values: [value] } });
    }),
    { seed },
  );
});
