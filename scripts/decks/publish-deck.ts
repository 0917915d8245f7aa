// `npm run deck -- publish FILE --id ID`: the rows of a spreadsheet, or of a deck file, as the rate
// deck that tariffs of the running Tollgate name; all rows or none.

import path from "node:path";
import { parseArgs } from "node:util";
import { isDeckId } from "../../engine/rating/rate-deck.ts";
import { writeRateDeckParts } from "../../engine/rating/rate-deck-lines.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { complain, counted, flagMistake } from "../terminal-text.ts";
import { tellBadRows } from "./bad-rows.ts";
import { readDeckToPublish } from "./read-deck-to-publish.ts";
import { sendDeck } from "./send-deck.ts";

export type PublishOptions = {
  readonly file: string;
  readonly rateDeckId: string;
  /** Undefined: a dry run, which writes it only where it is asked for by name. */
  readonly errors: string | undefined;
  readonly isDryRun: boolean;
};

export const readPublishOptions = (words: readonly string[]): Result<PublishOptions, string> => {
  const text = { type: "string" } as const;
  const options = { id: text, errors: text, "dry-run": { type: "boolean" } } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file === undefined || values.id === undefined) {
      return err("publish what? npm run deck -- publish FILE.csv --id ID");
    }
    if (positionals.length > 1) return err("one file at a time");
    if (!isDeckId(values.id)) return err(`--id: "${values.id}" has spaces, or is too long`);
    const { dir, name } = path.parse(file);
    const isDryRun = values["dry-run"] === true;
    const errorsNamed = values.errors ?? path.join(dir, `${name}.errors.csv`);
    const isSame = path.resolve(errorsNamed) === path.resolve(file);
    if (isSame) return err("--errors is a file of its own");
    const errors = isDryRun ? values.errors : errorsNamed;
    return ok({ file, rateDeckId: values.id, errors, isDryRun });
  } catch (error) {
    return err(flagMistake(error));
  }
};

/** The exit code. */
export const publishDeck = async (words: readonly string[]): Promise<number> => {
  const options = readPublishOptions(words);
  if (!options.isOk) {
    complain("deck", options.error);
    return exitCodes.usage;
  }
  const { file, rateDeckId, errors, isDryRun } = options.value;
  const deck = await readDeckToPublish(file);
  if (deck === undefined) return exitCodes.failed;
  for (const note of deck.notes) complain("deck", note);
  try {
    await tellBadRows(deck.badRows, errors);
  } catch (error) {
    complain("deck", `cannot write: ${(error as Error).message}`);
  }
  const parts = writeRateDeckParts(deck.rows);
  if (deck.badRows.length > 0 || parts.length === 0) {
    complain(
      "deck",
      parts.length === 0 ? "no good rows; nothing is published" : "nothing is published",
    );
    return exitCodes.failed;
  }
  const counts = `${counted(deck.rows.length, "row")}, ${counted(deck.zoneCount, "zone")}`;
  if (isDryRun) {
    process.stdout.write(`${rateDeckId}: ${counts}; nothing is published\n`);
    return exitCodes.good;
  }
  return await sendDeck({ rateDeckId, parts, counts });
};
