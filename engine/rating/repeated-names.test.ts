// The scan for repeated names, against documents that are built with them: what is written how, and
// which places must be told.

import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedDocuments } from "../../scripts/testing/repeated-documents.ts";
import { limits } from "../limits.ts";
import { noteRepeatedNames } from "./repeated-names.ts";

const placesIn = (text: string): readonly string[] => {
  const places: string[] = [];
  noteRepeatedNames(text, (place, problem) => {
    expect(problem).toBe("given already");
    places.push(place);
  });
  return places;
};

test.each<[title: string, text: string, places: readonly string[]]>([
  ["at the top", '{"a":1,"b":2,"a":1}', ["a"]],
  ["as often as it comes again", '{"a":1,"a":2,"a":3}', ["a", "a"]],
  ["within an array", '{"a":[0,{"b":1},{"b":1,"b":2}]}', ["a[2].b"]],
  ["however it is written", '{"a" : 1, "\\u0061"\n:2}', ["a"]],
  ["of any name", '{"__proto__":1,"__proto__":2,"x y":1,"x y":1}', ["__proto__", '"x y"']],
  ["not of another object", '{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":1}}', []],
  ["not in a text", '{"a":"{\\"b\\":1,\\"b\\":2}","c":"\\\\","d":"\\",[{"}', []],
  ["after a text with brackets", '{"a":"]}","b":["[",",",{"c":1,"c":"\\\\"}]}', ["b[2].c"]],
])("a name that is repeated is told with its place: %s", (_, text, places) => {
  expect(placesIn(text)).toEqual(places);
});

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`all that are repeated are told, and no others, however it is written (seed ${seed})`, () => {
  fc.assert(
    fc.property(repeatedDocuments, ({ text, repeated }) => {
      JSON.parse(text);
      expect(placesIn(text)).toEqual(repeated);
    }),
    { seed, numRuns: 2_000 },
  );
});

test("the longest texts and the deepest nests are passed over", () => {
  const length = limits.tariffDocumentLengthMax;
  const escapes = JSON.stringify({ a: '"'.repeat(length / 2 - 10) });
  const nest = `{"a":${'[{"a":'.repeat(60_000)}{"a":1,"a":2}${"}]".repeat(60_000)},"a":1}`;
  expect([placesIn(escapes), placesIn(nest)]).toEqual([[], ["a"]]);
});
