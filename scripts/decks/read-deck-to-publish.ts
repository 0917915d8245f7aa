// The rows that `npm run deck -- publish` sends: of a spreadsheet's CSV, or of a deck file as
// `import` and `world` write it. Why a file cannot be read is said already.

import { createRateDeckCompiler, type RateDeckRow } from "../../engine/rating/rate-deck.ts";
import { complain } from "../terminal-text.ts";
import { readDeckFile } from "./deck-file.ts";
import { type BadRow, everywhereNote, type ReadDeck } from "./read-deck-csv.ts";
import { readWithProgress } from "./read-with-progress.ts";

/** Line 1 of a deck file is its head. */
const firstRowLine = 2;

export const readDeckToPublish = async (file: string): Promise<ReadDeck | undefined> => {
  if (!file.endsWith(".jsonl")) return await readWithProgress(file);
  const deck = await readDeckFile(file);
  if (deck.isOk) return checkRows(deck.value.rows);
  complain("deck", deck.error);
  return undefined;
};

const checkRows = (all: readonly RateDeckRow[]): ReadDeck => {
  const compiler = createRateDeckCompiler("published");
  const rows: RateDeckRow[] = [];
  const badRows: BadRow[] = [];
  const notes: string[] = [];
  for (const [index, row] of all.entries()) {
    const line = index + firstRowLine;
    const added = compiler.add(row);
    if (!added.isOk) {
      badRows.push({ line, reason: added.error, row: JSON.stringify(Object.values(row)) });
      continue;
    }
    rows.push(row);
    if (row.prefix === "") notes.push(everywhereNote(line, row));
  }
  const zoneCount = compiler.finish().zoneIds.length;
  return { rows, zoneCount, badRows, isWhole: true, notes };
};
