// Rows in an order in which each can be brought in.

import fc from "fast-check";
import { expect, test } from "vitest";
import { groupRows } from "./group-rows.ts";
import type { ImportRow } from "./read-rows.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const category = (row: number, id: string, names: readonly string[] = []): ImportRow => ({
  ...{ row, kind: "category", place: `/${row - 1}` },
  document: { id, subCategory: names.map((one) => ({ id: one })) },
});

const numbers = (groups: readonly (readonly ImportRow[])[]) =>
  groups.map((group) => group.map(({ row }) => row));

test("what is named comes first, what names each other together, the rest as it stands", () => {
  const rows = [
    category(1, "a", ["c"]),
    category(2, "b"),
    category(3, "c"),
    category(4, "d", ["e"]),
    category(5, "e", ["d", "nowhere"]),
    category(6, "b", ["a"]),
  ];
  expect(numbers(groupRows(rows))).toEqual([[3], [1], [2], [4, 5], [6]]);
});

test("a chain of any length takes no stack", () => {
  const rows = Array.from({ length: 50_000 }, (_, n) => category(n + 1, `${n}`, [`${n + 1}`]));
  expect(groupRows(rows)).toHaveLength(50_000);
});

test(`every row is there once, behind all that it names (seed ${seed})`, () => {
  const id = fc.constantFrom(..."abcdefghij");
  const row = fc.tuple(id, fc.array(id, { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (list) => {
      const rows = list.map(([name, names], index) => category(index + 1, name, names));
      const groups = groupRows(rows);
      expect(
        numbers(groups)
          .flat()
          .toSorted((a, b) => a - b),
      ).toEqual(rows.map((one) => one.row));
      const seen = new Set<string>();
      for (const group of groups) {
        const ids = group.map((one) => ("document" in one ? String(one.document["id"]) : ""));
        for (const one of ids) seen.add(one);
        for (const { row: number } of group) {
          for (const named of list[number - 1]![1]) {
            if (list.some(([other]) => other === named)) expect(seen).toContain(named);
          }
        }
      }
    }),
    { seed, numRuns: 500 },
  );
});
