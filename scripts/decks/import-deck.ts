// `npm run deck -- import FILE.csv`: a rate deck out of a spreadsheet's CSV. Rows that are wrong go
// into a file beside it, with what is wrong; a deck with such rows is written only when that is
// asked for, as numbers of a missing prefix would be charged by a shorter one.

import path from "node:path";
import { parseArgs } from "node:util";
import { isDeckId } from "../../engine/rating/rate-deck.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { complain, counted, flagMistake } from "../terminal-text.ts";
import { tellBadRows } from "./bad-rows.ts";
import { writeDeckFile } from "./deck-file.ts";
import type { ReadDeck } from "./read-deck-csv.ts";
import { readWithProgress } from "./read-with-progress.ts";

export type ImportOptions = {
  readonly file: string;
  readonly deckId: string;
  readonly out: string;
  /** Undefined: a dry run, which writes it only where it is asked for by name. */
  readonly errors: string | undefined;
  readonly isDryRun: boolean;
  readonly isPartial: boolean;
};

/** Deck and files are named after the CSV file where nothing else is said. */
export const readImportOptions = (words: readonly string[]): Result<ImportOptions, string> => {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { deck: text, out: text, errors: text, "dry-run": flag, partial: flag };
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file === undefined) return err("import which file? npm run deck -- import FILE.csv");
    if (positionals.length > 1) return err("one file at a time");
    const { dir, name } = path.parse(file);
    const deckId = values.deck ?? name;
    if (!isDeckId(deckId)) return err(`--deck: "${deckId}" has spaces, or is too long`);
    const out = values.out ?? path.join(dir, `${name}.deck.jsonl`);
    const isDryRun = values["dry-run"] === true;
    const errorsNamed = values.errors ?? path.join(dir, `${name}.errors.csv`);
    const distinct = new Set([file, out, errorsNamed].map((given) => path.resolve(given)));
    if (distinct.size < 3) return err("--out and --errors are files of their own");
    const errors = isDryRun ? values.errors : errorsNamed;
    return ok({ file, deckId, out, errors, isDryRun, isPartial: values.partial === true });
  } catch (error) {
    return err(flagMistake(error));
  }
};

/** The exit code. */
export const importDeck = async (words: readonly string[]): Promise<number> => {
  const options = readImportOptions(words);
  if (!options.isOk) {
    complain("deck", options.error);
    return exitCodes.usage;
  }
  const deck = await readWithProgress(options.value.file);
  if (deck === undefined) return exitCodes.failed;
  try {
    await write(options.value, deck);
  } catch (error) {
    complain("deck", `cannot write: ${(error as Error).message}`);
    return exitCodes.failed;
  }
  return deck.badRows.length === 0 ? exitCodes.good : exitCodes.failed;
};

const write = async (options: ImportOptions, deck: ReadDeck): Promise<void> => {
  const { rows, zoneCount, badRows, isWhole, notes } = deck;
  const isGood = badRows.length === 0 || (options.isPartial && isWhole);
  const isWritten = isGood && !options.isDryRun;
  for (const note of notes) complain("deck", note);
  await tellBadRows(badRows, options.errors);
  if (isWritten) await writeDeckFile(options.out, { deckId: options.deckId, rows });
  const outcome = isWritten ? `written to ${options.out}` : "nothing is written";
  const counts = `${counted(rows.length, "row")}, ${counted(zoneCount, "zone")}`;
  process.stdout.write(`${options.deckId}: ${counts}; ${outcome}\n`);
};
