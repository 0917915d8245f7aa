// One definition as TypeScript: a strict zod object of the words of bss/http/tmf/values.ts.

import { type Definition, definitionOf, type Property, type Source, targetOf } from "./source.ts";

const columnsMax = 100;

/** As it is, or as a merge patch of it. */
export type Form = "whole" | "patch";
type Presence = "must" | "may" | "patch";

const wordsByFormat: Readonly<Record<string, string>> = {
  "string date-time": "moment",
  "string uri": "uri",
  "string base64": "content",
  "number float": "decimal",
  integer: "integer",
  boolean: "flag",
};

const wordOf = (owner: string, name: string, { type, format }: Property): string => {
  if (name === "href") return "href";
  if (owner === "Quantity" && name === "amount") return "amount";
  const kind = [type, format].filter((part) => part !== undefined).join(" ");
  if (kind === "string") {
    if (name === "id" || name.endsWith("Id")) return "id";
    return /^name$|Name$/.test(name) ? "name" : "text";
  }
  const word = wordsByFormat[kind];
  if (word === undefined) throw new Error(`${owner}.${name} is of no known kind: ${kind}`);
  return word;
};

const endings = { must: "", may: ".optional()", patch: ".nullish()" } as const;

export const isObject = (source: Source, name: string): boolean =>
  definitionOf(source, name).properties !== undefined;

export const isAny = ({ properties, enum: values }: Definition): boolean =>
  properties === undefined && values === undefined;

/** `TimePeriod` of which the members may come one by one: RFC 7396 merges objects, not lists. */
export const patchName = (name: string): string => `${name}_Patch`;

export type Place = {
  readonly source: Source;
  readonly form: Form;
  /** Names that are defined further down: reached by a getter, whose type would be circular. */
  readonly later: ReadonlySet<string>;
};

const valueText = (
  { source, form }: Place,
  owner: string,
  [name, property]: readonly [string, Property],
  presence: Presence,
): string => {
  const target = targetOf(property);
  if (target === undefined) return `${presence}.${wordOf(owner, name, property)}`;
  if (isAny(definitionOf(source, target))) return `${presence}.any`;
  const ending = endings[presence];
  if (property.items !== undefined) {
    const bounds = property.minItems === undefined ? "" : `, ${property.minItems}`;
    return `list(${target}${bounds})${ending}`;
  }
  const isPatched = form === "patch" && isObject(source, target);
  return `${isPatched ? patchName(target) : target}${ending}`;
};

/** Definitions of one thing have its properties in different orders: here it is always the same. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Number(b === "id") - Number(a === "id") || (a < b ? -1 : 1);

const extension = ["@baseType", "@schemaLocation", "@type"];

const memberTexts = (place: Place, owner: string, required: readonly string[]): string[] => {
  const entries = Object.entries(definitionOf(place.source, owner).properties ?? {}).sort(byName);
  const names = entries.map(([name]) => name);
  const isExtensible = extension.every((name) => names.includes(name) && !required.includes(name));
  const own = entries.filter(([name]) => !isExtensible || !extension.includes(name));
  const members = own.map(([name, property]) => {
    const presence = required.includes(name) ? "must" : place.form === "patch" ? "patch" : "may";
    const value = valueText(place, owner, [name, property], presence);
    const key = name.startsWith("@") ? `"${name}"` : name;
    // What has to be there may be left out of a patch, but not removed by it.
    const left = place.form === "patch" && presence === "must" ? asOptional(value) : value;
    const target = targetOf(property);
    const isLater = target !== undefined && place.later.has(target);
    return isLater ? `get ${key}(): z.ZodType { return ${left}; }` : `${key}: ${left}`;
  });
  if (!isExtensible) return members;
  return [...members, `...${place.form === "patch" ? "extensiblePatch" : "extensible"}`];
};

const asOptional = (value: string): string =>
  value.startsWith("must.") ? value.replace("must.", "may.") : `${value}.optional()`;

/** Fills lines up to the house's columns. */
const filled = (parts: readonly string[], indent: string): string => {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? `${indent}${part},` : `${line} ${part},`;
    if (longer.length > columnsMax && line !== "") {
      lines.push(line);
      line = `${indent}${part},`;
    } else line = longer;
  }
  return [...lines, line].join("\n");
};

/** A list of values over as many lines as it takes. */
export const listText = (
  open: string,
  parts: readonly string[],
  close: string,
  columns = columnsMax,
): string => {
  const short = `${open}${parts.join(", ")}${close}`;
  if (short.length <= columns) return short;
  return `${open.trimEnd()}\n${filled(parts, "  ")}\n${close.trimStart()}`;
};

/** The zod; `required` are the names that cannot be missing, or be removed by a patch. */
export const shapeText = (place: Place, name: string, required: readonly string[]): string => {
  const values = definitionOf(place.source, name).enum?.map((value) => JSON.stringify(value));
  return values === undefined
    ? `z.strictObject({\n${filled(memberTexts(place, name, required), "  ")}\n})`
    : listText("z.enum([", values, "])", columnsMax - "  ".length);
};

/** By its id the documentation of the doors has a shape once, as a component. */
export const declarationText = (name: string, shape: string, id: string): string => {
  const type = `export type ${name} = z.infer<typeof ${name}>;`;
  const short = `export const ${name} = ${shape}.meta({ id: "${id}" });`;
  const [first = ""] = short.split("\n");
  return [
    first.length <= columnsMax
      ? short
      : short.replace(" = z.", " = z\n  .").replace(/\.meta\((.*)$/, "\n  .meta($1"),
    type.length <= columnsMax ? type : type.replace(" = ", " =\n  "),
  ].join("\n");
};
