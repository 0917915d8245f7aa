// Lines into fields, by csv-parse. One line is one row: csv-parse by itself lets a quote that is
// not closed swallow the rows after it, and after a record that is too long it gives no more rows
// and no error. Here such a line is one bad row, and the next one is read as if there were none.

import { CsvError, parse } from "csv-parse/sync";
import type { Line } from "./read-lines.ts";

export type ParsedLine = {
  readonly line: Line;
  /** Without the spaces around them; undefined where the line is not CSV, with the `reason`. */
  readonly fields: readonly string[] | undefined;
  readonly reason?: string;
};

const quoteReason = "a quote inside a field, or one that ends before the field does";
const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote that is not closed on its line",
  CSV_INVALID_CLOSING_QUOTE: quoteReason,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: quoteReason,
  INVALID_OPENING_QUOTE: quoteReason,
};

/**
 * Many lines at a time, as setting up a parser takes longer than a row does; where they come out as
 * another number of rows, or not at all, each half is tried by itself. Lines are not empty.
 */
export const parseLines = (lines: readonly Line[], delimiter: string): readonly ParsedLine[] => {
  if (lines.length === 0) return [];
  const text = lines.map((line) => line.text).join("\n");
  const records = recordsOf(text, delimiter);
  if (typeof records !== "string" && records.length === lines.length) {
    return records.map((fields, index) => ({ line: lines[index]!, fields }));
  }
  if (lines.length === 1) {
    const reason = typeof records === "string" ? records : "not a row of CSV";
    return [{ line: lines[0]!, fields: undefined, reason }];
  }
  const middle = lines.length >> 1;
  return [
    ...parseLines(lines.slice(0, middle), delimiter),
    ...parseLines(lines.slice(middle), delimiter),
  ];
};

/** Or the reason why there are none. */
const recordsOf = (text: string, delimiter: string): readonly string[][] | string => {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      trim: true,
      max_record_size: 0,
    });
  } catch (error) {
    const code = error instanceof CsvError ? error.code : "";
    return reasons[code] ?? "not a row of CSV";
  }
};
