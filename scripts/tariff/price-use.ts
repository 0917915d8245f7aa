// `npm run tariff -- price FILE …`: one use, rated by a document alone, with no account, no
// allowance and no engine.

import { exitCodes } from "../exit-codes.ts";
import { complain, print } from "../terminal-text.ts";
import { readRateDeck, readTariffFile } from "./read-document.ts";
import { useLines } from "./use-lines.ts";
import { readUseOptions } from "./use-options.ts";

/** The exit code. */
export const priceUse = async (words: readonly string[]): Promise<number> => {
  const options = readUseOptions(words, Date.now());
  if (!options.isOk) {
    complain("tariff", options.error);
    return exitCodes.usage;
  }
  const { file, use } = options.value;
  const deck = await readRateDeck(options.value.deck);
  const read = deck.isOk ? await readTariffFile(file, deck.value) : deck;
  const zones = deck.isOk ? deck.value : undefined;
  const lines = read.isOk ? useLines(read.value.tariff, use, zones) : read;
  if (lines.isOk) {
    print(lines.value);
    return exitCodes.good;
  }
  for (const problem of [lines.error].flat()) complain("tariff", problem);
  return exitCodes.failed;
};
