// Documents by chance: what is drawn from a shape it takes, and what is spoilt on purpose it
// refuses.

import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { wholeText } from "../../bss/http/tmf/any-value.ts";
import { arbitraryOf } from "./arbitrary-of.ts";
import { mutationsOf } from "./mutations-of.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const tree = z.strictObject({
  name: z.string().max(20),
  get inner() {
    return z.array(tree).max(3).optional();
  },
});

/** A bit of everything that a route may take. */
const shape = z.strictObject({
  text: z.string().min(1).max(50).regex(wholeText),
  code: z.string().regex(/^[A-Z]{3}$/),
  port: z.int().min(1).max(65_535),
  share: z.number().gt(0).max(1),
  state: z.enum(["open", "closed"]),
  kind: z.discriminatedUnion("is", [
    z.strictObject({ is: z.literal("a"), a: z.boolean() }),
    z.strictObject({ is: z.literal("b"), b: z.iso.date() }),
  ]),
  either: z.union([z.string().max(5), z.int()]),
  flag: z.boolean().nullish(),
  at: z.iso.datetime({ offset: true }).optional(),
  id: z.uuid().optional(),
  page: z.url().optional(),
  labels: z.record(z.string().max(10), z.int()).optional(),
  pair: z.tuple([z.string(), z.int()]).optional(),
  tree: tree.optional(),
  any: z.unknown().optional(),
});

test(`what is drawn from a shape, it takes (seed ${seed})`, () => {
  fc.assert(
    fc.property(arbitraryOf(shape), (document) => {
      expect(shape.safeParse(JSON.parse(JSON.stringify(document))).error?.issues).toBeUndefined();
    }),
    { seed, numRuns: 300 },
  );
});

test(`what is spoilt on purpose it refuses, and of each kind there is some (seed ${seed})`, () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(mutationsOf(shape), ({ what, pointer, document, isInvalid }) => {
      const { success } = shape.safeParse(document);
      if (isInvalid) expect(success, `${what} at ${pointer}`).toBe(false);
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
    { seed, numRuns: 2_000 },
  );
  expect([...seen.keys()].toSorted()).toEqual([
    ...["broken text", "deep nesting", "endless list", "hostile text", "huge text"],
    ...["missing field", "null", "unknown field", "wrong type"],
  ]);
});

test(`a mutation changes the one place that it names (seed ${seed})`, () => {
  const pair = z.strictObject({ a: z.literal(1), b: z.literal(2) });
  fc.assert(
    fc.property(mutationsOf(pair), ({ pointer, document }) => {
      if (pointer === "/a") expect(document).toMatchObject({ b: 2 });
      if (pointer === "/b") expect(document).toMatchObject({ a: 1 });
      expect(document).not.toEqual({ a: 1, b: 2 });
    }),
    { seed },
  );
});
