// What is said of rows that are wrong, and the file that they go into.

import { stringify } from "csv-stringify/sync";
import { complain, counted } from "../terminal-text.ts";
import type { BadRow } from "./read-deck-csv.ts";
import { replaceFile } from "./replace-file.ts";

const badRowsShownMax = 5;

/** The first ones to standard error, all of them into `file`; undefined: there is to be none. */
export const tellBadRows = async (
  badRows: readonly BadRow[],
  file: string | undefined,
): Promise<void> => {
  if (badRows.length === 0) return;
  if (file !== undefined) await replaceFile(file, [badRowsText(badRows)]);
  for (const { line, reason } of badRows.slice(0, badRowsShownMax)) {
    complain("deck", `line ${line}: ${reason}`);
  }
  const isShort = badRows.length > badRowsShownMax;
  const unseen = isShort
    ? `, the first ${badRowsShownMax} are shown; all of them: --errors FILE`
    : "";
  const where = file === undefined ? unseen : `; all of them are in ${file}`;
  complain("deck", `${counted(badRows.length, "bad row")}${where}`);
};

/** For a spreadsheet, which must not run what somebody wrote into a row. */
export const badRowsText = (badRows: readonly BadRow[]): string =>
  stringify(
    badRows.map(({ line, reason, row }) => [line, reason, row]),
    { header: true, columns: ["line", "reason", "row"], bom: true, escape_formulas: true },
  );
