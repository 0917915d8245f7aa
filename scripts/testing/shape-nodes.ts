// A zod shape as a tree to walk: its JSON Schema with references followed, so that documents can be
// drawn from it and spoilt where the shape says what is there.

import { z } from "zod";
import { assert } from "../../engine/values/assert.ts";

/** The words of JSON Schema that zod writes. */
export type Node = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly propertyNames?: Node;
  /** False: none beyond `prefixItems`. */
  readonly items?: Node | false;
  readonly prefixItems?: readonly Node[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
};

export type ShapeTree = {
  readonly root: Node;
  /** The node itself, or what it refers to. */
  readonly follow: (node: Node) => Node;
};

/** What comes in by the shape: before defaults and conversions. */
export const treeOf = (shape: z.ZodType): ShapeTree => {
  const root = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }) as Node;
  const follow = (node: Node): Node => {
    if (Array.isArray(node.type)) return { anyOf: node.type.map((type) => ({ ...node, type })) };
    if (node.$ref === undefined) return node;
    if (node.$ref === "#") return root;
    const found = root.$defs?.[node.$ref.replace("#/$defs/", "")];
    assert(found !== undefined, `no shape ${node.$ref}`);
    return follow(found);
  };
  return { root, follow };
};

export const typeOfValue = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};

const choicesOf = ({ anyOf, oneOf }: Node): readonly Node[] | undefined => anyOf ?? oneOf;

/** The types of JSON that a node takes; undefined where it takes any. */
export const typesOf = (tree: ShapeTree, given: Node): ReadonlySet<string> | undefined => {
  const node = tree.follow(given);
  const choices = choicesOf(node);
  if (choices !== undefined) {
    const types = choices.map((choice) => typesOf(tree, choice));
    return types.some((one) => one === undefined)
      ? undefined
      : new Set(types.flatMap((one) => [...(one ?? [])]));
  }
  if (node.allOf !== undefined) return typesOf(tree, node.allOf[0] ?? {});
  if (node.enum !== undefined) return new Set(node.enum.map(typeOfValue));
  if ("const" in node) return new Set([typeOfValue(node.const)]);
  if (typeof node.type !== "string") return undefined;
  return new Set([node.type === "integer" ? "number" : node.type]);
};

/** Whether a member of the value says that it is this choice: `is: "card"`. */
const isNamedBy = (tree: ShapeTree, choice: Node, value: unknown): boolean => {
  const members = Object.entries(tree.follow(choice).properties ?? {});
  const names = members.filter(([, member]) => "const" in tree.follow(member));
  const found = value as Readonly<Record<string, unknown>>;
  return (
    names.length > 0 && names.every(([name, member]) => tree.follow(member).const === found[name])
  );
};

/** Of several choices the one that a value is; where that cannot be told, one that says nothing. */
export const nodeFor = (tree: ShapeTree, given: Node, value: unknown): Node => {
  const node = tree.follow(given);
  const choices = choicesOf(node);
  if (choices === undefined) return node;
  const type = typeOfValue(value);
  const possible = choices.filter((one) => typesOf(tree, one)?.has(type) ?? true);
  const [only] = possible;
  if (only !== undefined && possible.length === 1) return nodeFor(tree, only, value);
  const named = type === "object" ? possible.filter((one) => isNamedBy(tree, one, value)) : [];
  return named.length === 1 ? tree.follow(named[0] ?? {}) : {};
};
