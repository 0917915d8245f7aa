// Fields are only ever added at the end of their array. A server refuses fields it does not know,
// because it cannot honour them; a client leaves out what a newer server adds, which is done here.

import type { AnyField } from "./fields.ts";

/** `wire` without the elements that `type` does not know, at every depth; never changes `wire`. */
export function withoutUnknownFields(type: AnyField, wire: unknown, offset = 0): unknown {
  const { shape } = type;
  if (shape.kind === "nullable" || shape.kind === "optional")
    return withoutUnknownFields(shape.of, wire);
  if (!Array.isArray(wire)) return wire;
  if (shape.kind === "list") return wire.map((element) => withoutUnknownFields(shape.of, element));
  if (shape.kind !== "struct") return wire;
  const known = Object.values(shape.fields);
  return wire
    .slice(0, offset + known.length)
    .map((element, i) =>
      i < offset ? element : withoutUnknownFields(known[i - offset]!, element),
    );
}
