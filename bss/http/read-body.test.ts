// Bodies as they come from anywhere.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { readJson } from "./read-body.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const read = (text: string) => readJson(Buffer.from(text));

test(`whatever is JSON comes back as it was (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes("__proto__"));
      expect(read(text)).toEqual({ isOk: true, value: JSON.parse(text) });
    }),
    { seed },
  );
});

test(`no octets make it throw (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      expect(typeof readJson(octets).isOk).toBe("boolean");
    }),
    { seed },
  );
});

test.each([
  ['{"a":1,"a":2}', 'the name "a" stands twice in an object'],
  ['{"a":{"b":1,"\\u0062":2}}', 'the name "b" stands twice in an object'],
  ['[{"__proto__":1}]', 'the name "__proto__" is not taken'],
  ['{"a":', "the body is not JSON: it ends too early"],
  ["", "the body is not JSON: it is empty"],
  ['{"a":1,\n "b" 1}', "the body is not JSON: line 2, column 6"],
  ['{"a":secret}', "the body is not JSON"],
])("%s: %s", (text, problem) => {
  expect(read(text)).toEqual({ isOk: false, error: problem });
});

test("the same name in two objects, and as a value, is nothing odd", () => {
  expect(read('{"a":{"a":"a"},"b":["a","a",{"a":1}]}').isOk).toBe(true);
});

test("UTF-8 that is broken is refused, not mended", () => {
  expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual({
    isOk: false,
    error: "the body is not UTF-8",
  });
});

test("it is as deep as is allowed, and no deeper", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(read(nested(limits.bodyDepthMax)).isOk).toBe(true);
  expect(read(nested(limits.bodyDepthMax + 1)).isOk).toBe(false);
  expect(read(nested(100_000)).isOk).toBe(false);
});
