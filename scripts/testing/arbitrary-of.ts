// Documents by chance that a zod shape takes, for fuzzing whatever is behind it. What a refinement
// demands beyond types, bounds and formats it cannot know.

import fc, { type Arbitrary } from "fast-check";
import type { z } from "zod";
import { wholeText } from "../../bss/http/tmf/any-value.ts";
import { type Node, type ShapeTree, treeOf } from "./shape-nodes.ts";

/** Deeper than this what may be left out is left out. */
const depthMax = 5;
const itemsMax = 2;
const charactersMax = 24;

const moments = fc
  .tuple(
    fc.date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true }),
    fc.constantFrom("Z", "+01:00", "-09:30"),
  )
  .map(([date, offset]) => date.toISOString().replace("Z", offset));

const formats: Readonly<Record<string, Arbitrary<unknown>>> = {
  "date-time": moments,
  date: moments.map((moment) => moment.slice(0, 10)),
  uri: fc.webUrl({ validSchemes: ["https"], size: "xsmall" }),
  base64: fc.base64String({ maxLength: charactersMax }),
  uuid: fc.uuid({ version: [4, 7] }),
  email: fc.nat().map((number) => `somebody-${number}@example.com`),
  // Whole micros: what has six decimals.
  decimal: fc.integer({ min: -1e12, max: 1e12 }).map((micros) => micros / 1_000_000),
};

const wholeTexts = (bounds: { minLength: number; maxLength: number }): Arbitrary<string> =>
  fc
    .string({ unit: "grapheme", size: "small", ...bounds })
    .map((text) => [...text.replaceAll("\0", "0")].slice(0, bounds.maxLength).join(""))
    .filter((text) => text.length <= bounds.maxLength && wholeText.test(text));

const textsOf = ({ format, pattern, minLength = 0, maxLength }: Node): Arbitrary<unknown> => {
  const known = format === undefined ? undefined : formats[format];
  if (known !== undefined) return known;
  const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxLength ?? 24, 24)) };
  if (pattern === undefined || pattern === wholeText.source) return wholeTexts(bounds);
  return fc
    .stringMatching(new RegExp(pattern), { size: "xsmall" })
    .filter((text) => text.length >= minLength && text.length <= (maxLength ?? text.length));
};

const numbersOf = (node: Node): Arbitrary<unknown> => {
  const known = node.format === undefined ? undefined : formats[node.format];
  if (known !== undefined) return known;
  const step = node.type === "integer" ? 1 : Number.EPSILON;
  const min = node.minimum ?? (node.exclusiveMinimum ?? -(2 ** 53)) + step;
  const max = node.maximum ?? (node.exclusiveMaximum ?? 2 ** 53) - step;
  if (node.type !== "integer") return fc.double({ min, max, noNaN: true });
  return fc.integer({
    min: Math.max(min, Number.MIN_SAFE_INTEGER),
    max: Math.min(max, Number.MAX_SAFE_INTEGER),
  });
};

const listsOf = (tree: ShapeTree, node: Node, depth: number): Arbitrary<unknown> => {
  if (node.prefixItems !== undefined) {
    return fc.tuple(...node.prefixItems.map((item) => valuesOf(tree, item, depth)));
  }
  const minLength = node.minItems ?? 0;
  const wanted = depth > depthMax ? 0 : itemsMax;
  const maxLength = Math.max(minLength, Math.min(wanted, node.maxItems ?? wanted));
  if (maxLength === 0) return fc.constant([]);
  return fc.array(valuesOf(tree, node.items || {}, depth + 1), { minLength, maxLength });
};

const objectsOf = (tree: ShapeTree, node: Node, depth: number): Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties } = node;
  if (node.properties === undefined && typeof additionalProperties === "object") {
    const names = valuesOf(tree, node.propertyNames ?? { type: "string" }, depth);
    const values = valuesOf(tree, additionalProperties, depth + 1);
    return fc.dictionary(names.map(String), values, { maxKeys: itemsMax, noNullPrototype: true });
  }
  const members = Object.entries(properties)
    .filter(([name]) => required.includes(name) || depth <= depthMax)
    .map(([name, member]) => [name, valuesOf(tree, member, depth + 1)] as const);
  const requiredKeys = [...required];
  return fc.record(Object.fromEntries(members), { requiredKeys, noNullPrototype: true });
};

const valuesOf = (tree: ShapeTree, given: Node, depth: number): Arbitrary<unknown> => {
  const node = tree.follow(given);
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) {
    return fc.oneof(...choices.map((choice) => valuesOf(tree, choice, depth)));
  }
  if (node.allOf !== undefined) {
    const parts = node.allOf.map((part) => valuesOf(tree, part, depth));
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values));
  }
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  if ("const" in node) return fc.constant(node.const);
  if (node.type === "string") return textsOf(node);
  if (node.type === "number" || node.type === "integer") return numbersOf(node);
  if (node.type === "boolean") return fc.boolean();
  if (node.type === "null") return fc.constant(null);
  if (node.type === "array") return listsOf(tree, node, depth);
  if (node.type === "object") return objectsOf(tree, node, depth);
  return fc.jsonValue({ maxDepth: 3 });
};

/** Documents that the shape takes, as they would be sent. */
export const arbitraryOf = (shape: z.ZodType): Arbitrary<unknown> => {
  const tree = treeOf(shape);
  return valuesOf(tree, tree.root, 0);
};
