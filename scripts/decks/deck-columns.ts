// The header of a deck in CSV: which column is which, and what separates them.

import { quoteText } from "../../engine/values/quote-text.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { parseLines } from "./parse-lines.ts";
import type { Line } from "./read-lines.ts";

export type DeckColumns = {
  readonly delimiter: string;
  readonly count: number;
  /** Positions, from 0. */
  readonly prefix: number;
  readonly zone: number;
  readonly name: number | undefined;
  /** Headings of columns that are not read. */
  readonly ignored: readonly string[];
};

/** As spreadsheets save them; which one it is depends on the country. */
const delimiters = [",", ";", "\t"];
const known = ["prefix", "zone", "name"];
const shownLengthMax = 60;

/** In any order and in capitals or not; the one delimiter is taken that gives both columns. */
export const readColumns = (line: Line): Result<DeckColumns, string> => {
  for (const delimiter of delimiters) {
    const headings = headingsOf(line, delimiter);
    const twice = known.find((name) => headings.indexOf(name) !== headings.lastIndexOf(name));
    if (twice !== undefined) return err(`the header has two columns "${twice}"`);
    const [prefix, zone, name] = known.map((heading) => headings.indexOf(heading));
    if (prefix! < 0 || zone! < 0) continue;
    return ok({
      delimiter,
      count: headings.length,
      prefix: prefix!,
      zone: zone!,
      name: name! < 0 ? undefined : name,
      ignored: headings.filter((heading) => !known.includes(heading)),
    });
  }
  const shown = quoteText(line.text, shownLengthMax);
  return err(`the first line names no columns prefix and zone (and name): ${shown}`);
};

const headingsOf = (line: Line, delimiter: string): string[] => {
  const fields = parseLines([line], delimiter)[0]?.fields ?? [];
  return fields.map((field) => field.toLowerCase());
};
