// CSV there and back: what a spreadsheet would run stays text, and nothing is lost.

import fc from "fast-check";
import { expect, test } from "vitest";
import { kindOf } from "../kinds.ts";
import { readCsv, writeCsv } from "./csv.ts";
import { readRows } from "./read-rows.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const shape = kindOf("productOfferingPrice").shapes.create;

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((one) => one.replace(/\0/g, ""))
  .filter((one) => one !== "" && !one.startsWith("'") && !/^[[{]/.test(one));
const formula = fc
  .tuple(fc.constantFrom("=", "+", "-", "@", "\t"), fc.string({ maxLength: 10 }))
  .map(([sign, rest]) => `${sign}${rest.replace(/\0/g, "")}`);
const documents = fc.array(
  fc.record(
    {
      id: fc.constantFrom("a", "b-1", "c.2"),
      name: fc.oneof(text, formula),
      description: fc.oneof(text, formula),
      isBundle: fc.boolean(),
      percentage: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((one) => one / 100),
      price: fc.record({
        unit: fc.constantFrom("EUR", "USD"),
        value: fc.integer({ min: -100_000, max: 100_000 }).map((one) => one / 1_000),
      }),
      popRelationship: fc.array(fc.record({ id: text }), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["id", "name"] },
  ),
  { minLength: 1, maxLength: 8 },
);

test(`what goes out comes back (seed ${seed})`, () => {
  fc.assert(
    fc.property(documents, (given) => {
      const read = readCsv(writeCsv(given), shape);
      expect(read.isOk && read.value.map((row) => "document" in row && row.document)).toEqual(
        given,
      );
    }),
    { seed, numRuns: 300 },
  );
});

test(`no cell begins as a formula (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(formula, { minLength: 1, maxLength: 5 }), (names) => {
      const csv = writeCsv(names.map((name) => ({ id: "a", name })));
      const cells = csv.split("\r\n").slice(1, -1);
      for (const cell of cells) expect(cell).toMatch(/^a,"?'/);
    }),
    { seed },
  );
});

test(`no octets make it crash (seed ${seed})`, () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .string({ maxLength: 200 })
      .map((one) => new TextEncoder().encode(`name,price.value\n${one}`)),
    fc.json().map((one) => new TextEncoder().encode(one)),
  );
  fc.assert(
    fc.property(octets, fc.constantFrom("json", "csv"), (content, format) => {
      const read = readRows(content, format as "json", "productOfferingPrice");
      if (!read.isOk) expect(read.error).toMatch(/\w/);
    }),
    { seed, numRuns: 500 },
  );
});

test.each([
  ["", "no heading"],
  ["name,nmae\nx,y\n", '"nmae" is no field'],
  ["name,name\nx,y\n", "is there twice"],
  ["name,price.value.deep\nx,1\n", "is no field"],
  ['name\n"x\n', "line 2: "],
  ['name\nx"y"z"\n', ""],
])("of %j it is said that: %s", (csv, problem) => {
  const read = readCsv(csv, shape);
  if (problem !== "")
    expect(read).toEqual({ isOk: false, error: expect.stringContaining(problem) });
});

test("a row of another length is wrong by itself, a number that is none stays text", () => {
  const read = readCsv("name,price.value,isBundle\nx,1.5,TRUE\ny\nz,1e3,yes\n", shape);
  expect(read).toEqual({
    isOk: true,
    value: [
      { row: 1, document: { name: "x", price: { value: 1.5 }, isBundle: true } },
      { row: 2, problem: "it has 1 cells, the heading 3" },
      { row: 3, document: { name: "z", price: { value: "1e3" }, isBundle: "yes" } },
    ],
  });
});
