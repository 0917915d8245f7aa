// Documents of one kind as CSV and back. A column is a field, or a field within one
// (`price.value`); lists stand in their cell as JSON. A spreadsheet takes text that begins with =
// + - @ for a formula and runs it: such text goes out with an apostrophe before it, and comes in
// without. Pure.

import { type CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { z } from "zod";
import { err, ok, type Result } from "../../../engine/values/result.ts";
import type { Document } from "../../http/tmf/resource-table.ts";
import { limits } from "../../limits.ts";

export type CsvRow = { readonly row: number } & (
  | { readonly document: Document }
  | { readonly problem: string }
);

const isPlainObject = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

const cellsOf = (document: Document): ReadonlyMap<string, string> => {
  const cells = new Map<string, string>();
  for (const [name, value] of Object.entries(document)) {
    if (isPlainObject(value) && Object.values(value).every(isScalar)) {
      for (const [inner, one] of Object.entries(value)) cells.set(`${name}.${inner}`, String(one));
    } else cells.set(name, isScalar(value) ? String(value) : JSON.stringify(value));
  }
  return cells;
};

/** RFC 4180, with a heading; the columns are all fields that some document has. */
export const writeCsv = (documents: readonly Document[]): string => {
  const rows = documents.map(cellsOf);
  const columns = [...new Set(["id", ...rows.flatMap((cells) => [...cells.keys()])])];
  const table = rows.map((cells) => columns.map((column) => cells.get(column) ?? ""));
  return stringify([columns, ...table], { escape_formulas: true, record_delimiter: "windows" });
};

const escaped = /^'(?=[=+\-@\t\r＝＋－＠])/;

type Read = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

/** Or why the file as a whole is none; what is wrong with a row is told of it. */
export const readCsv = (text: string, shape: z.ZodObject): Result<readonly CsvRow[], string> => {
  const broken: CsvRow[] = [];
  let records: readonly Read[];
  try {
    records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: limits.importRowCharsMax,
    }) as unknown as readonly Read[];
  } catch (error) {
    const { lines = 0, message } = error as CsvError & { lines?: number };
    return err(`this is no CSV: line ${lines}: ${message.slice(0, 200)}`);
  }
  const [heading, ...rest] = records;
  if (heading === undefined) return err("there is no heading");
  const columns = heading.record.map((column) => column.trim().replace(escaped, ""));
  const unknown = columns.find((column) => !isColumn(column, shape));
  if (unknown !== undefined) return err(`the column ${JSON.stringify(unknown)} is no field`);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) return err(`the column ${JSON.stringify(twice)} is there twice`);
  const rows = rest.map(({ record }, index): CsvRow => {
    const row = index + 1;
    if (record.length !== columns.length) {
      return { row, problem: `it has ${record.length} cells, the heading ${columns.length}` };
    }
    return { row, document: documentOf(columns, record, shape) };
  });
  return ok([...broken, ...rows]);
};

/** What a document says of itself; a row may say it too. */
const ownFields = ["id", "href", "lastUpdate"];

const isColumn = (column: string, { shape }: z.ZodObject): boolean => {
  const [name = "", inner, ...more] = column.split(".");
  if (more.length > 0 || inner === "") return false;
  return Object.hasOwn(shape, name) || (inner === undefined && ownFields.includes(name));
};

const documentOf = (
  columns: readonly string[],
  record: readonly string[],
  shape: z.ZodObject,
): Document => {
  const document: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const text = (record[index] ?? "").replace(escaped, "");
    if (text === "") continue;
    const [name = "", inner] = column.split(".");
    if (inner === undefined) document[name] = cellOf(text, shape.shape[name] as z.ZodType);
    else {
      const own = isPlainObject(document[name]) ? document[name] : {};
      document[name] = { ...own, [inner]: text };
    }
  }
  return typed(document, shape);
};

/** JSON where the field takes no text. */
const cellOf = (text: string, shape: z.ZodType | undefined): unknown => {
  if (shape === undefined || !/^[[{]/.test(text) || shape.safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const numberForm = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,6})?$/;

/** Text becomes a number or a truth value exactly where the shape asks for one. */
const typed = (document: Document, shape: z.ZodObject): Document => {
  const { id, href, lastUpdate, ...rest } = document;
  const parsed = shape.safeParse(rest);
  if (parsed.success) return document;
  for (const issue of parsed.error.issues) {
    if (issue.code !== "invalid_type" || issue.path.length > 2) continue;
    const [name, inner] = issue.path.map(String);
    const holder = inner === undefined ? rest : rest[name!];
    const key = inner ?? name!;
    if (!isPlainObject(holder)) continue;
    const value = convert(holder[key], issue.expected);
    (holder as Record<string, unknown>)[key] = value;
  }
  const own = { id, href, lastUpdate };
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), ...rest };
};

const convert = (value: unknown, expected: string): unknown => {
  if (typeof value !== "string") return value;
  if (expected === "boolean" && /^(true|false)$/i.test(value))
    return value.toLowerCase() === "true";
  const isNumber = expected === "number" || expected === "int";
  return isNumber && numberForm.test(value) ? Number(value) : value;
};
