// JSON in one way only, so that equal values have equal digests: members in the order of their
// names' UTF-16 code units, no white space, numbers and strings as JSON.stringify has them, which
// is how RFC 8785 (JSON Canonicalization Scheme) defines both.

/**
 * What JSON cannot say is left out or becomes null, as JSON.stringify does it; a bigint throws.
 * Halves of surrogate pairs, which RFC 8785 refuses, are escaped.
 */
export const canonicalJson = (value: unknown): string => textOf(value) ?? "null";

/** Undefined: JSON has no word for it. */
const textOf = (given: unknown): string | undefined => {
  const value = isConvertible(given) ? given.toJSON() : given;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const members: string[] = [];
  // Without a comparator sort goes by UTF-16 code units (RFC 8785, 3.2.3).
  for (const name of Object.keys(value).sort()) {
    const text = textOf((value as Record<string, unknown>)[name]);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join()}}`;
};

const isConvertible = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === "object" &&
  value !== null &&
  "toJSON" in value &&
  typeof value.toJSON === "function";
