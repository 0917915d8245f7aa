// JSON texts whose objects have names twice, written in many ways, with the places of what comes
// again: known from how each was built, not from reading it.

import fc from "fast-check";

type Node =
  | { readonly scalar: unknown }
  | { readonly elements: readonly Node[] }
  | { readonly fields: readonly (readonly [name: string, node: Node])[] };

/** Few, so that they meet; with what stands around names in JSON. */
const names = fc.constantFrom("a", "b", "currency", "", "x y", '"', "\\", ":", "}", "__proto__");
const scalars = fc.oneof(
  fc.constantFrom('{"a":1,"a":2}', '"a":', "\\", ",", "[", null, true, -1.5e30),
  fc.string(),
);

const { node: nodes } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.record({ scalar: scalars }),
    fc.record({ elements: fc.array(tie("node"), { maxLength: 4 }) }),
    fc.record({ fields: fc.array(fc.tuple(names, tie("node")), { maxLength: 5 }) }),
  ),
}));

const spaces = fc.infiniteStream(fc.constantFrom("", "", " ", "\n", "\t\r "));
const escapings = fc.infiniteStream(fc.boolean());

type Pen = { readonly space: () => string; readonly isEscaped: () => boolean };

const quoted = (text: string, { isEscaped }: Pen): string => {
  if (!isEscaped()) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
};

const written = (node: Node, pen: Pen): string => {
  const list = (parts: readonly string[]) => parts.join(`${pen.space()},${pen.space()}`);
  const between = (text: string) => `${pen.space()}${text}${pen.space()}`;
  if ("elements" in node)
    return `[${between(list(node.elements.map((one) => written(one, pen))))}]`;
  if ("fields" in node) {
    const fields = node.fields.map(
      ([name, one]) => `${quoted(name, pen)}${between(":")}${written(one, pen)}`,
    );
    return `{${between(list(fields))}}`;
  }
  return typeof node.scalar === "string" ? quoted(node.scalar, pen) : JSON.stringify(node.scalar);
};

/** In the order in which they are read: a name before what it holds. */
const repeatedIn = (node: Node, place: string): readonly string[] => {
  if ("elements" in node) {
    return node.elements.flatMap((one, index) => repeatedIn(one, `${place}[${index}]`));
  }
  if (!("fields" in node)) return [];
  return node.fields.flatMap(([name, one], index) => {
    const shown = /^\w+$/.test(name) ? name : JSON.stringify(name);
    const at = place === "" ? shown : `${place}.${shown}`;
    const isRepeated = node.fields.slice(0, index).some(([earlier]) => earlier === name);
    return [...(isRepeated ? [at] : []), ...repeatedIn(one, at)];
  });
};

export const repeatedDocuments = fc
  .tuple(fc.array(fc.tuple(names, nodes), { maxLength: 5 }), spaces, escapings)
  .map(([fields, someSpaces, someEscapings]) => {
    const node = { fields };
    const pen: Pen = {
      space: () => someSpaces.next().value,
      isEscaped: () => someEscapings.next().value,
    };
    return { text: written(node, pen), repeated: repeatedIn(node, "") };
  });
