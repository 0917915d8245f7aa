// The words of `npm run balance`: one subscriber, by number or by identifier.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";

export const balanceHelp = `npm run balance -- 4915100000000
                             what a subscriber has left, by the number
npm run balance -- imsi-262010000000000
                             or by any other subscriber identifier

Exit code 0: shown; 1: no engine, or it refuses; 2: a wrong command line.
`;

/** The subscriber identifier; the error is one line. */
export const readWhoseBalance = (words: readonly string[]): Result<string, string> => {
  try {
    const { positionals } = parseArgs({ args: [...words], options: {}, allowPositionals: true });
    const [word] = positionals;
    if (word === undefined) return err("whose balance? npm run balance -- 4915100000000");
    return positionals.length === 1 ? ok(identifierOf(word)) : err("one subscriber at a time");
  } catch (error) {
    return err(flagMistake(error));
  }
};

/** Digits alone are an E.164 number; anything else is taken as it stands. */
const identifierOf = (word: string): string => {
  const digits = word.replace(/^\+/, "");
  return /^\d{5,15}$/.test(digits) ? `msisdn-${digits}` : word;
};
