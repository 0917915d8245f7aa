// `npm run NAME -- COMMAND …` of programs with several commands: picks one, or says how it is used.

import { exitCodes } from "./exit-codes.ts";
import { complain } from "./terminal-text.ts";

type Command = (words: readonly string[]) => number | Promise<number>;

export type Program = {
  /** As npm knows it: "deck". */
  readonly name: string;
  readonly help: string;
  readonly commands: ReadonlyMap<string, Command>;
};

/** The exit code. */
export const runSubcommand = async (
  { name, help, commands }: Program,
  [word, ...words]: readonly string[],
): Promise<number> => {
  if (word === "--help" || words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.good;
  }
  const command = commands.get(word ?? "");
  if (command !== undefined) return await command(words);
  if (word !== undefined) complain(name, `no command "${word}"`);
  process.stderr.write(help);
  return exitCodes.usage;
};
