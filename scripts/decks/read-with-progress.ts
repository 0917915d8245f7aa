// A deck's CSV file read while a bar shows how far; why it cannot be read is said already.

import { openProgress } from "../../bench/report/progress.ts";
import { complain, counted } from "../terminal-text.ts";
import { type ReadDeck, readDeckCsv } from "./read-deck-csv.ts";

export const readWithProgress = async (file: string): Promise<ReadDeck | undefined> => {
  const progress = openProgress();
  progress.begin("reading");
  const read = await readDeckCsv(file, (share, rows) => progress.show(share, counted(rows, "row")));
  progress.end(read.isOk ? counted(read.value.rows.length, "row") : "refused");
  if (read.isOk) return read.value;
  complain("deck", read.error);
  return undefined;
};
