// `npm run tariff -- check FILE…`: what the engine would say of each document; of a sound one, what
// it means.

import { parseArgs } from "node:util";
import { exitCodes } from "../exit-codes.ts";
import { complain, counted, flagMistake, print } from "../terminal-text.ts";
import { readRateDeck, readTariffFile } from "./read-document.ts";
import { tariffLines } from "./tariff-lines.ts";

/** The exit code. */
export const checkTariffs = async (words: readonly string[]): Promise<number> => {
  const files: string[] = [];
  let deckFile: string | undefined;
  try {
    const options = { deck: { type: "string" } } as const;
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    files.push(...positionals);
    deckFile = values.deck;
  } catch (error) {
    complain("tariff", flagMistake(error));
    return exitCodes.usage;
  }
  if (files.length === 0) {
    complain("tariff", "check which documents? npm run tariff -- check FILE.json");
    return exitCodes.usage;
  }
  const deck = await readRateDeck(deckFile);
  if (!deck.isOk) {
    complain("tariff", deck.error);
    return exitCodes.failed;
  }
  let exitCode: number = exitCodes.good;
  for (const file of files) {
    const read = await readTariffFile(file, deck.value);
    if (read.isOk) {
      const { tariff } = read.value;
      const isUnseen = tariff.rateDeckId !== undefined && deck.value === undefined;
      const but = isUnseen ? "; zones of its rate deck are not checked (--deck FILE)" : "";
      print([`${file}: sound${but}`, "", ...tariffLines(tariff), ""]);
    } else {
      exitCode = exitCodes.failed;
      print([`${file}: ${counted(read.error.length, "problem")}`]);
      print([...read.error.map((problem) => `  ${problem}`), ""]);
    }
  }
  return exitCode;
};
