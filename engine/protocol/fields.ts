// Field types of the wire: what a field may hold, how it is checked when it comes in and how a
// struct of named fields becomes a MessagePack array and back. Structs are compiled once to
// straight-line code (as JSON-schema compilers do): a decoder that loops over field names costs 5
// times as much, and decoding stands on the hot path.

import { toUSVString } from "node:util";
import { limits } from "../limits.ts";
import { amountMax } from "../values/units.ts";

/** `G` is what may be given to be written: optional fields may be left out. */
export type FieldType<T, G = T> = {
  /** As it stands in PROTOCOL.md. */
  readonly description: string;
  /** May be left out at the end of its array. */
  readonly isOptional: boolean;
  /** The value, or undefined when the wire value is not one of this type. */
  readonly decode: (wire: unknown) => T | undefined;
  readonly encode: (value: G) => unknown;
  /** Where and why `wire` is refused; called only after `decode` said undefined. */
  readonly explain: (wire: unknown, path: string) => string;
  readonly shape: Shape;
};
// biome-ignore lint/suspicious/noExplicitAny: a field of any type.
export type AnyField = FieldType<any, any>;
export type Fields = Readonly<Record<string, AnyField>>;
/** What a type is made of, for documents, fuzzers and readers of a newer peer's messages. */
export type Shape =
  | { readonly kind: "uint"; readonly max: number }
  | { readonly kind: "balance"; readonly max: number }
  | { readonly kind: "flag" }
  | { readonly kind: "identifier" | "text"; readonly lengthMax: number }
  | { readonly kind: "oneOf"; readonly names: readonly string[] }
  | { readonly kind: "nullable" | "optional"; readonly of: AnyField }
  | { readonly kind: "list"; readonly of: AnyField; readonly lengthMax: number }
  | { readonly kind: "struct"; readonly fields: Fields };
type OptionalField = { readonly isOptional: true };
export type GivenTypeOf<F extends AnyField> = Parameters<F["encode"]>[0];
/** What a reader makes of the fields: all of them are there. */
export type StructOf<S extends Fields> = {
  readonly [K in keyof S]: Exclude<ReturnType<S[K]["decode"]>, undefined>;
};
/** What a writer needs of the fields. */
export type GivenOf<S extends Fields> = {
  readonly [K in keyof S as S[K] extends OptionalField ? never : K]: GivenTypeOf<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends OptionalField ? K : never]?: GivenTypeOf<S[K]>;
};

/** A whole number from 0 to `max`. */
export const uint = (max: number, description: string): FieldType<number> =>
  scalar(description, { kind: "uint", max }, (wire) => {
    if (typeof wire !== "number" || !(wire >= 0 && wire <= max)) return undefined;
    // + 0 makes 0 of -0, which Lua would print as -0.
    return Number.isInteger(wire) ? wire + 0 : undefined;
  });

export const uint32 = uint(0xffff_ffff, "uint32");
/** Octets, seconds, messages or money micros. */
export const amount = uint(amountMax, "amount (0 to 2^53 - 1)");
/** What is left, or below 0 what is owed. */
export const balance: FieldType<number> = scalar(
  "balance (-2^53 + 1 to 2^53 - 1)",
  { kind: "balance", max: amountMax },
  // + 0 makes 0 of -0.
  (wire) => (typeof wire === "number" && Number.isSafeInteger(wire) ? wire + 0 : undefined),
);
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const timestamp = uint(8_640_000_000_000_000, "timestamp (ms since 1970, UTC)");

export const flag: FieldType<boolean> = scalar("boolean", { kind: "flag" }, (wire) =>
  typeof wire === "boolean" ? wire : undefined,
);

/** Printable ASCII without blanks: one character, one octet, everywhere. */
export const identifier: FieldType<string> = scalar(
  `identifier (1 to ${limits.identifierLengthMax} of ASCII 0x21 to 0x7e)`,
  { kind: "identifier", lengthMax: limits.identifierLengthMax },
  (wire) => (typeof wire === "string" && identifierPattern.test(wire) ? wire : undefined),
);
const identifierPattern = new RegExp(`^[\\x21-\\x7e]{1,${limits.identifierLengthMax}}$`);

/** Well-formed Unicode; the length counts UTF-16 units. */
export const text = (lengthMax: number): FieldType<string> =>
  scalar(`text (up to ${lengthMax} characters)`, { kind: "text", lengthMax }, (wire) => {
    if (typeof wire !== "string" || wire.length > lengthMax) return undefined;
    return toUSVString(wire) === wire ? wire : undefined;
  });

/** Any string as the detail of a refusal or notice: cut to its length, lone surrogates replaced. */
export const toDetail = (detail: string): string =>
  toUSVString(
    detail.length > limits.detailLengthMax ? detail.slice(0, limits.detailLengthMax) : detail,
  );

export const oneOf = <const N extends string>(names: readonly N[]): FieldType<N> => ({
  description: names.map((name, number) => `${number} ${name}`).join(", "),
  isOptional: false,
  shape: { kind: "oneOf", names },
  decode: (wire) => (typeof wire === "number" ? names[wire] : undefined),
  encode: (value) => names.indexOf(value),
  explain: (wire, path) => `${path}: expected a number of ${names.join(", ")}, got ${show(wire)}`,
});

/** nil stands for null. */
export const nullable = <T, G>(of: FieldType<T, G>): FieldType<T | null, G | null> => ({
  ...of,
  description: `${of.description} or nil`,
  shape: { kind: "nullable", of },
  decode: (wire) => (wire === null ? null : of.decode(wire)),
  encode: (value) => (value === null ? null : of.encode(value)),
});

/**
 * May be left out at the end; absent reads as `absent`, and `absent` is written as nil: one
 * meaning, one wire value.
 */
export const optional = <T, G>(
  of: FieldType<T, G>,
  absent: T,
): FieldType<T, G | undefined> & OptionalField => ({
  ...of,
  description: `${of.description}, optional`,
  isOptional: true,
  shape: { kind: "optional", of },
  decode: (wire) => (wire === undefined || wire === null ? absent : of.decode(wire)),
  encode: (value) => (isSame(value, absent) ? null : of.encode(value as G)),
});

/** Left out, or what being left out means; of lists only the empty one is such a value. */
const isSame = (value: unknown, absent: unknown): boolean =>
  value === undefined || value === absent || (Array.isArray(value) && value.length === 0);

export const list = <T, G>(
  of: FieldType<T, G>,
  lengthMax: number,
): FieldType<readonly T[], readonly G[]> => ({
  description: `array of up to ${lengthMax} × ${of.description}`,
  isOptional: false,
  shape: { kind: "list", of, lengthMax },
  decode: (wire) => {
    if (!Array.isArray(wire) || wire.length > lengthMax) return undefined;
    const values = new Array<T>(wire.length);
    for (let i = 0; i < wire.length; i++) {
      const value = of.decode(wire[i]);
      if (value === undefined) return undefined;
      values[i] = value;
    }
    return values;
  },
  encode: (values) => {
    const wire = new Array<unknown>(values.length);
    for (let i = 0; i < values.length; i++) wire[i] = of.encode(values[i] as G);
    return wire;
  },
  explain: (wire, path) => {
    if (!Array.isArray(wire)) return `${path}: expected an array, got ${show(wire)}`;
    if (wire.length > lengthMax) return `${path}: more than ${lengthMax} elements (${wire.length})`;
    const at = wire.findIndex((element) => of.decode(element) === undefined);
    return of.explain(wire[at], `${path}[${at}]`);
  },
});

/** Named fields as one array in declared order, after `offset` elements that are not its own. */
export const struct = <S extends Fields>(
  fields: S,
  offset = 0,
): FieldType<StructOf<S>, GivenOf<S>> => {
  const types = Object.entries(fields);
  return {
    description: `[${Object.keys(fields).join(", ")}]`,
    isOptional: false,
    shape: { kind: "struct", fields },
    decode: compileDecode(fields, offset) as FieldType<StructOf<S>>["decode"],
    encode: compileEncode(fields),
    explain: (wire, path) => {
      if (!Array.isArray(wire)) return `${path}: expected an array, got ${show(wire)}`;
      if (wire.length > offset + types.length)
        return `${path}: ${wire.length - offset} fields, at most ${types.length} are known`;
      const index = types.findIndex(([, type], i) => type.decode(wire[offset + i]) === undefined);
      const [name, type] = types[index] ?? ["", undefined];
      const inner = path === "" ? name : `${path}.${name}`;
      return type === undefined ? `${path}: refused` : type.explain(wire[offset + index], inner);
    },
  };
};

/**
 * Turns a wire array into an object: `(w) => { const a = d0(w[2]); if (a === undefined) return; …
 * }`.
 */
function compileDecode(fields: Fields, offset: number): (wire: unknown) => unknown {
  const names = Object.keys(fields);
  const reads = names.map(
    (_, i) => `const v${i}=d${i}(w[${offset + i}]);if(v${i}===undefined)return;`,
  );
  const body =
    `if(!Array.isArray(w)||w.length>${offset + names.length})return;${reads.join("")}` +
    `return {${names.map((name, i) => `${name}:v${i}`).join(",")}}`;
  return compile(names, `(w)=>{${body}}`, (name) => fields[name]?.decode);
}

/** A message in one piece: `[number, correlation, …fields]`. */
export function messageEncoder<T>(
  fields: Fields,
): (number: number, correlation: number, value: T) => readonly unknown[] {
  return compileEncode(fields, ["number", "correlation"]);
}

function compileEncode<F>(fields: Fields, before: readonly string[] = []): F {
  const names = Object.keys(fields);
  const writes = names.map((name, i) => `d${i}(v.${name})`);
  const source = `(${[...before, "v"]})=>[${[...before, ...writes]}]`;
  return compile(names, source, (name) => fields[name]?.encode);
}

function compile<F>(names: string[], source: string, parameter: (name: string) => unknown): F {
  const parameters = names.map((_, i) => `d${i}`);
  return new Function(...parameters, `return ${source}`)(...names.map(parameter)) as F;
}

function scalar<T>(
  description: string,
  shape: Shape,
  decode: FieldType<T>["decode"],
): FieldType<T> {
  return {
    description,
    isOptional: false,
    shape,
    decode,
    encode: (value) => value,
    explain: (wire, path) => `${path}: expected ${description}, got ${show(wire)}`,
  };
}

/** A wire value for an error text: its type and, if short, itself. */
function show(wire: unknown): string {
  if (wire === undefined) return "nothing";
  if (typeof wire === "bigint") return `integer ${wire}`;
  if (typeof wire === "string") return `string "${wire.slice(0, 40)}"`;
  if (typeof wire === "number" || typeof wire === "boolean" || wire === null) return String(wire);
  return Array.isArray(wire) ? `array of ${wire.length}` : "another type";
}
