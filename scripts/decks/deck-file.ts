// A rate deck as a file, one JSON value a line, so that neither side needs it in memory as text:
//
//   {"deckId":"world","rows":2}
//   ["49","DE-fixed","Germany, fixed"]
//   ["4915","DE-mobile"]
//
// The number of rows stands first: a file that lost its end is not taken for a smaller deck.

import { limits } from "../../engine/limits.ts";
import { isDeckId, type RateDeck, type RateDeckRow } from "../../engine/rating/rate-deck.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { readLines } from "./read-lines.ts";
import { replaceFile } from "./replace-file.ts";
import { readText } from "./text-encoding.ts";

const rowsPerPiece = 1_000;

export const writeDeckFile = (file: string, deck: RateDeck): Promise<void> =>
  replaceFile(file, piecesOf(deck));

function* piecesOf({ deckId, rows }: RateDeck): Generator<string> {
  yield `${JSON.stringify({ deckId, rows: rows.length })}\n`;
  for (let from = 0; from < rows.length; from += rowsPerPiece) {
    const lines = rows
      .slice(from, from + rowsPerPiece)
      .map(({ prefix, zoneId, name }) =>
        JSON.stringify(name === undefined ? [prefix, zoneId] : [prefix, zoneId, name]),
      );
    yield `${lines.join("\n")}\n`;
  }
}

/**
 * Says of its shape only; what is wrong with a row is found when the deck is compiled. The error is
 * one line, with the file's name.
 */
export const readDeckFile = async (file: string): Promise<Result<RateDeck, string>> => {
  const refused = (reason: string) => err(`${file}: ${reason}`);
  const rows: RateDeckRow[] = [];
  let head: Head | undefined;
  try {
    for await (const lines of readLines(readText(file, "utf-8"))) {
      for (const { number, text } of lines) {
        const value = parseJson(text);
        if (head === undefined) {
          head = headOf(value);
          if (head === undefined) return refused("not a rate deck as `npm run deck` writes it");
          continue;
        }
        const row = rowOf(value);
        if (row === undefined) return refused(`line ${number} is not [prefix, zone, name]`);
        if (rows.length === head.rows) return refused(`more than the ${head.rows} rows it tells`);
        rows.push(row);
      }
    }
  } catch (error) {
    return refused(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? "fault"}`);
  }
  if (head === undefined) return refused("empty");
  if (rows.length < head.rows) return refused(`${rows.length} rows of the ${head.rows} it tells`);
  return ok({ deckId: head.deckId, rows });
};

type Head = { readonly deckId: string; readonly rows: number };

const headOf = (value: unknown): Head | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const { deckId, rows } = value as Partial<Record<string, unknown>>;
  if (typeof deckId !== "string" || !isDeckId(deckId)) return undefined;
  if (typeof rows !== "number" || !Number.isInteger(rows)) return undefined;
  return rows >= 0 && rows <= limits.rateDeckRowsMax ? { deckId, rows } : undefined;
};

const rowOf = (value: unknown): RateDeckRow | undefined => {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return undefined;
  if (!value.every((field) => typeof field === "string")) return undefined;
  const [prefix, zoneId, name] = value as [string, string, string?];
  return name === undefined ? { prefix, zoneId } : { prefix, zoneId, name };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
