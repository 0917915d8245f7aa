// The bounds and formats of TM Forum's values, one by one: what the definitions leave open.

import { expect, test } from "vitest";
import { z } from "zod";
import { limits } from "../../limits.ts";
import { extensible, extensiblePatch, list, may, must, patch } from "./values.ts";

const nested = (depth: number): unknown =>
  Array.from({ length: depth }).reduce((inner) => [inner], [] as unknown);

const taken: readonly (readonly [keyof typeof must, unknown])[] = [
  ["id", "7f9c"],
  ["name", "x".repeat(limits.tmfNameCharsMax)],
  ["text", "Flat « Été » 👩‍👩‍👧 \u202e"],
  ["text", ""],
  ["uri", "https://example.com/a?b=c#d"],
  ["href", "/tmf-api/party/v4/individual/1"],
  ["moment", "2026-11-22T11:30:00.123+01:00"],
  ["moment", "2024-02-29T00:00:00Z"],
  ["content", "aGVsbG8="],
  ["integer", 2 ** 53 - 1],
  ["decimal", 9.99],
  ["decimal", -0.000001],
  ["amount", 10 * 2 ** 30],
  ["any", null],
  ["any", { a: [1, "b", { c: false }] }],
  ["any", nested(limits.tmfAnyDepthMax)],
];

test.each(taken)("as %s %j is taken", (word, value) => {
  for (const words of [must, may, patch]) expect(words[word].safeParse(value).data).toEqual(value);
});

const refused: readonly (readonly [keyof typeof must, string, unknown])[] = [
  ["id", "nothing", ""],
  ["id", "too long", "x".repeat(limits.tmfIdCharsMax + 1)],
  ["name", "too long", "x".repeat(limits.tmfNameCharsMax + 1)],
  ["text", "too long", "x".repeat(limits.tmfTextCharsMax + 1)],
  ["text", "NUL", "a\0b"],
  ["text", "half a character", "\ud83d"],
  ["text", "a number", 1],
  ["uri", "a path", "/individual/1"],
  ["uri", "a blank", "https://example.com/a b"],
  ["uri", "a line break", "https://example.com/\n"],
  ["href", "a word", "individual"],
  ["moment", "no offset", "2026-11-22T11:30:00"],
  ["moment", "no such day", "2026-02-29T11:30:00Z"],
  ["moment", "endless digits", `2026-11-22T11:30:00.${"1".repeat(40)}Z`],
  ["content", "no base64", "a*b"],
  ["integer", "a fraction", 1.5],
  ["integer", "not safe", 2 ** 53],
  ["decimal", "seven decimals", 0.0000001],
  ["decimal", "not exact", 0.1 + 0.2],
  ["decimal", "too great", 1e300],
  ["decimal", "text", "9.99"],
  ["amount", "not exact", 2 ** 53],
  ["any", "nothing", undefined],
  ["any", "too deep", nested(limits.tmfAnyDepthMax + 1)],
  ["any", "far too deep", nested(100_000)],
  ["any", "too much", Array.from({ length: limits.tmfAnyValuesMax }).fill(0)],
  ["any", "NUL", { a: ["\0"] }],
  ["any", "half a character in a name", { "\ud83d": 1 }],
];

test.each(refused)("as %s %s is refused", (word, _, value) => {
  expect(must[word].safeParse(value).success).toBe(false);
});

test("what has to be there may be neither missing nor null, of a patch both", () => {
  const whole = z.strictObject({ value: must.any, name: must.name });
  expect(whole.safeParse({ name: "a" }).success).toBe(false);
  expect(whole.safeParse({ value: 1, name: null }).success).toBe(false);
  const patched = z.strictObject({ name: patch.name, ...extensiblePatch });
  expect(patched.safeParse({ name: null, "@type": null }).success).toBe(true);
  expect(patched.safeParse({}).success).toBe(true);
});

test("a list has its bounds", () => {
  const most = Array.from({ length: limits.tmfListItemsMax }, () => "x");
  expect(list(must.text).safeParse(most).success).toBe(true);
  expect(list(must.text).safeParse([...most, "x"]).success).toBe(false);
  expect(list(must.text, 1).safeParse([]).success).toBe(false);
});

test("an extension is named, but adds no fields", () => {
  const shape = z.strictObject(extensible);
  const named = { "@type": "Mine", "@schemaLocation": "https://example.com/mine.json" };
  expect(shape.safeParse(named).success).toBe(true);
  expect(shape.safeParse({ ...named, mine: 1 }).error?.issues[0]).toMatchObject({ keys: ["mine"] });
});
