// What is imported, as rows: documents of any kinds from JSON, of one kind from CSV. In the order
// in which they can be brought in; each with its number and its place in the file. Pure.

import { err, ok, type Result } from "../../../engine/values/result.ts";
import { readJson } from "../../http/read-body.ts";
import type { Document } from "../../http/tmf/resource-table.ts";
import { limits } from "../../limits.ts";
import { type KindName, kindNames } from "../kind-names.ts";
import { kindOf } from "../kinds.ts";
import { readCsv } from "./csv.ts";

export type ImportRow = {
  /** From 1 on; of CSV the heading does not count. */
  readonly row: number;
  readonly kind: KindName;
  /** Before the pointers into the document: `/productOffering/3`. */
  readonly place: string;
} & ({ readonly document: Document } | { readonly problem: string });

export type ImportFormat = "json" | "csv";

/** `kind` is that of all rows; JSON may say it itself. */
export const readRows = (
  content: Uint8Array,
  format: ImportFormat,
  kind: KindName | undefined,
): Result<readonly ImportRow[], string> => {
  const rows = format === "json" ? rowsOfJson(content, kind) : rowsOfCsv(content, kind);
  if (rows.isOk && rows.value.length > limits.importRowsMax) {
    return err(`it has ${rows.value.length} rows, more than ${limits.importRowsMax}`);
  }
  return rows;
};

const rowsOfJson = (
  content: Uint8Array,
  kind: KindName | undefined,
): Result<readonly ImportRow[], string> => {
  const read = readJson(content);
  if (!read.isOk) return err(read.error);
  const { value } = read;
  if (Array.isArray(value)) {
    if (kind === undefined) return err("it is a list: of which kind, the import has to say");
    return ok(value.map((one, index) => rowOf(kind, one, `/${index}`, index + 1)));
  }
  if (typeof value !== "object" || value === null)
    return err("expected lists of documents by kind");
  const lists = new Map(Object.entries(value));
  const rows: ImportRow[] = [];
  for (const name of kindNames) {
    const list = lists.get(name) ?? [];
    lists.delete(name);
    if (!Array.isArray(list)) return err(`/${name}: expected a list`);
    for (const [index, one] of list.entries()) {
      rows.push(rowOf(name, one, `/${name}/${index}`, rows.length + 1));
    }
  }
  const [unknown] = lists.keys();
  if (unknown !== undefined) return err(`/${unknown.slice(0, 100)}: there is no such kind`);
  return ok(rows);
};

const rowOf = (kind: KindName, value: unknown, place: string, row: number): ImportRow =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? { row, kind, place, document: value as Document }
    : { row, kind, place, problem: "expected a document" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

const rowsOfCsv = (
  content: Uint8Array,
  kind: KindName | undefined,
): Result<readonly ImportRow[], string> => {
  if (kind === undefined) return err("of which kind the rows are, the import has to say");
  let text: string;
  try {
    text = utf8.decode(content);
  } catch {
    return err("it is not UTF-8");
  }
  const read = readCsv(text, kindOf(kind).shapes.create);
  if (!read.isOk) return read;
  return ok(read.value.map((one) => ({ kind, place: "", ...one })));
};
