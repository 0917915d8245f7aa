// `npm run deck -- world --out FILE`: a deck to try things out with, made of public numbering data:
// the numbers of every country, or with --networks its mobile networks. The same packages give the
// same deck.

import { parseArgs } from "node:util";
import { compileRateDeck } from "../../engine/rating/rate-deck.ts";
import { assert } from "../../engine/values/assert.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { counted, flagMistake } from "../terminal-text.ts";
import { writeDeckFile } from "./deck-file.ts";
import { networkRows } from "./network-rows.ts";
import { worldRows } from "./world-rows.ts";

type Options = { readonly out: string; readonly isNetworks: boolean };

const readOptions = (words: readonly string[]): Result<Options, string> => {
  const options = { out: { type: "string" }, networks: { type: "boolean" } } as const;
  try {
    const { values } = parseArgs({ args: [...words], options });
    if (values.out === undefined) return err("where to? npm run deck -- world --out FILE");
    return ok({ out: values.out, isNetworks: values.networks === true });
  } catch (error) {
    return err(flagMistake(error));
  }
};

/** The exit code. */
export const generateWorldDeck = async (words: readonly string[]): Promise<number> => {
  const options = readOptions(words);
  if (!options.isOk) {
    process.stderr.write(`deck: ${options.error}\n`);
    return exitCodes.usage;
  }
  const { out, isNetworks } = options.value;
  const deck = isNetworks
    ? { deckId: "networks", rows: networkRows() }
    : { deckId: "world", rows: worldRows() };
  const compiled = compileRateDeck(deck);
  assert(compiled.isOk, "a generated deck is valid");
  try {
    await writeDeckFile(out, deck);
  } catch (error) {
    process.stderr.write(`deck: cannot write: ${(error as Error).message}\n`);
    return exitCodes.failed;
  }
  const { rowCount, zoneIds } = compiled.value;
  const counts = `${counted(rowCount, "row")}, ${counted(zoneIds.length, "zone")}`;
  process.stdout.write(`${deck.deckId}: ${counts}; written to ${out}\n`);
  return exitCodes.good;
};
