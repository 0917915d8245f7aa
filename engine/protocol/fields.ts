// Field types of the wire: what a field may hold, how it is checked when it comes in and how a struct
// of named fields becomes a MessagePack array and back. Structs are compiled once to straight-line
// code (as JSON-schema compilers do): a decoder that loops over field names costs 5 times as much,
// and decoding stands on the hot path.

import { limits } from "../limits.ts";
import { amountMax } from "../values/units.ts";

export type FieldType<T> = {
  /** As it stands in PROTOCOL.md. */
  readonly description: string;
  /** May be left out at the end of its array. */
  readonly isOptional: boolean;
  /** The value, or undefined when the wire value is not one of this type. */
  readonly decode: (wire: unknown) => T | undefined;
  readonly encode: (value: T) => unknown;
  /** Where and why `wire` is refused; called only after `decode` said undefined. */
  readonly explain: (wire: unknown, path: string) => string;
  /** The struct inside, for documents and fuzzers. */
  readonly fields?: Fields;
};
// biome-ignore lint/suspicious/noExplicitAny: a table of fields of every type.
export type Fields = Readonly<Record<string, FieldType<any>>>;
export type TypeOf<F> = F extends FieldType<infer T> ? T : never;
export type StructOf<S extends Fields> = { readonly [K in keyof S]: TypeOf<S[K]> };

/** A whole number from 0 to `max`. */
export const uint = (max: number, description: string): FieldType<number> =>
  scalar(description, (wire): wire is number => {
    return typeof wire === "number" && wire >= 0 && wire <= max && Number.isInteger(wire);
  });

export const uint32 = uint(0xffff_ffff, "uint32");
/** Octets, seconds, messages or money micros. */
export const amount = uint(amountMax, "amount (0 to 2^53 - 1)");
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const timestamp = uint(8_640_000_000_000_000, "timestamp (ms since 1970, UTC)");

export const flag: FieldType<boolean> = scalar("boolean", (wire) => typeof wire === "boolean");

/** Printable ASCII without blanks: one character, one octet, everywhere. */
export const identifier: FieldType<string> = scalar(
  `identifier (1 to ${limits.identifierLengthMax} of ASCII 0x21 to 0x7e)`,
  (wire): wire is string => typeof wire === "string" && identifierPattern.test(wire),
);
const identifierPattern = new RegExp(`^[\\x21-\\x7e]{1,${limits.identifierLengthMax}}$`);

export const text = (lengthMax: number): FieldType<string> =>
  scalar(`text (up to ${lengthMax} characters)`, (wire): wire is string => {
    return typeof wire === "string" && wire.length <= lengthMax;
  });

export const oneOf = <const N extends string>(names: readonly N[]): FieldType<N> => ({
  description: names.map((name, number) => `${number} ${name}`).join(", "),
  isOptional: false,
  decode: (wire) => (typeof wire === "number" ? names[wire] : undefined),
  encode: (value) => names.indexOf(value),
  explain: (wire, path) => `${path}: expected a number of ${names.join(", ")}, got ${show(wire)}`,
});

/** nil stands for null. */
export const nullable = <T>(of: FieldType<T>): FieldType<T | null> => ({
  ...of,
  description: `${of.description} or nil`,
  decode: (wire) => (wire === null ? null : of.decode(wire)),
  encode: (value) => (value === null ? null : of.encode(value)),
});

/** May be left out at the end; absent reads as `absent`. */
export const optional = <T>(of: FieldType<T>, absent: T): FieldType<T> => ({
  ...of,
  description: `${of.description}, optional`,
  isOptional: true,
  decode: (wire) => (wire === undefined || wire === null ? absent : of.decode(wire)),
});

export const list = <T>(of: FieldType<T>, lengthMax: number): FieldType<readonly T[]> => ({
  description: `array of up to ${lengthMax} × ${of.description}`,
  isOptional: false,
  ...(of.fields === undefined ? {} : { fields: of.fields }),
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
    for (let i = 0; i < values.length; i++) wire[i] = of.encode(values[i] as T);
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
export const struct = <S extends Fields>(fields: S, offset = 0): FieldType<StructOf<S>> => {
  const types = Object.entries(fields);
  return {
    description: `[${Object.keys(fields).join(", ")}]`,
    isOptional: false,
    fields,
    decode: compileDecode(fields, offset) as FieldType<StructOf<S>>["decode"],
    encode: compileEncode(fields) as FieldType<StructOf<S>>["encode"],
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

/** Turns a wire array into an object: `(w) => { const a = d0(w[2]); if (a === undefined) return; … }`. */
function compileDecode(fields: Fields, offset: number): (wire: unknown) => unknown {
  const names = Object.keys(fields);
  const reads = names.map((_, i) => `const v${i}=d${i}(w[${offset + i}]);if(v${i}===undefined)return;`);
  const body =
    `if(!Array.isArray(w)||w.length>${offset + names.length})return;${reads.join("")}` +
    `return {${names.map((name, i) => `${name}:v${i}`).join(",")}}`;
  return compile(names, `(w)=>{${body}}`, (name) => fields[name]?.decode);
}

function compileEncode(fields: Fields): (value: unknown) => unknown {
  const names = Object.keys(fields);
  const writes = names.map((name, i) => `d${i}(v.${name})`);
  return compile(names, `(v)=>[${writes.join(",")}]`, (name) => fields[name]?.encode);
}

function compile<F>(names: string[], source: string, parameter: (name: string) => unknown): F {
  const parameters = names.map((_, i) => `d${i}`);
  return new Function(...parameters, `return ${source}`)(...names.map(parameter)) as F;
}

function scalar<T>(description: string, isValid: (wire: unknown) => wire is T): FieldType<T> {
  return {
    description,
    isOptional: false,
    decode: (wire) => (isValid(wire) ? wire : undefined),
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
