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
  if (!deck.isOk) return refuse([deck.error]);
  const read = await readTariffFile(file, deck.value);
  if (!read.isOk) return refuse(read.error.map((problem) => `${file}: ${problem}`));
  const lines = useLines(read.value.tariff, use, deck.value);
  if (!lines.isOk) return refuse([lines.error]);
  print(lines.value);
  return exitCodes.good;
};

const refuse = (problems: readonly string[]): number => {
  for (const problem of problems) complain("tariff", problem);
  return exitCodes.failed;
};
