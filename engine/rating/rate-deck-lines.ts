// The rows of a rate deck as text, which is how they travel and how they are kept: a line each,
// `4915,DE-mobile`. A prefix has no comma, so whatever follows the first one is the zone.

import { limits } from "../limits.ts";
import { assert } from "../values/assert.ts";
import { quoteText } from "../values/quote-text.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { RateDeckRow } from "./rate-deck.ts";

/** Counted from 1; the error says why it is no row. What a row may hold, the compiler checks. */
export type RateDeckLine = { readonly number: number; readonly row: Result<RateDeckRow, string> };

/** One line after the other, so that whoever reads can stop and let others have a turn. */
export function* readRateDeckLines(text: string): Generator<RateDeckLine> {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    const feed = text.indexOf("\n", from);
    const end = feed < 0 ? text.length : feed;
    yield { number, row: rowOf(text.slice(from, end)) };
    from = end + 1;
  }
}

const rowOf = (line: string): Result<RateDeckRow, string> => {
  const comma = line.indexOf(",");
  if (comma < 0) {
    return err(`${quoteText(line)} is not prefix,zone`);
  }
  return ok({ prefix: line.slice(0, comma), zoneId: line.slice(comma + 1) });
};

/** As few texts as the bound of a part allows, cut between rows; the same rows give the same. */
export const writeRateDeckParts = (
  rows: readonly RateDeckRow[],
  lengthMax: number = limits.rateDeckPartLengthMax,
): readonly string[] => {
  const parts: string[] = [];
  let lines: string[] = [];
  let length = 0;
  for (const { prefix, zoneId } of rows) {
    const line = `${prefix},${zoneId}\n`;
    assert(line.length <= lengthMax, "a row that fits a part");
    if (length + line.length > lengthMax) {
      parts.push(lines.join(""));
      lines = [];
      length = 0;
    }
    lines.push(line);
    length += line.length;
  }
  if (lines.length > 0) parts.push(lines.join(""));
  return parts;
};
