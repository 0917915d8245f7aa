// The flags of `npm run transfers`, read and checked.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";

export const help = `npm run transfers [-- flags]
                      transfers that were debited and are not over, the oldest first
  --older-than S      seconds from which on one is late (60)
  --settle            first ends what is in doubt: over where the journal of the target's shard
                      has it, back to its source with its fee where it never arrived

  underWay   younger than that after which engines go on with what others left
  waiting    engines try again and again: a shard cannot be reached, or what cannot arrive
             cannot go back either, because its bucket is gone or full
  inDoubt    begun before anything that its target's shard still knows: nobody goes on, unless
             the target still knows this one

Exit code 0: none is late; 1: some are; 2: it could not be told.
`;

export type TransfersOptions = {
  readonly olderThanSeconds: number;
  readonly isSettling: boolean;
};

const secondsMax = 999_999_999;

/** The error is one line. */
export const readTransfersOptions = (
  words: readonly string[],
): Result<TransfersOptions, string> => {
  const options = {
    "older-than": { type: "string", default: "60" },
    settle: { type: "boolean", default: false },
  } as const;
  try {
    const { "older-than": text, settle } = parseArgs({ args: [...words], options }).values;
    if (!/^\d{1,9}$/.test(text)) return err(`--older-than: seconds, up to ${secondsMax}`);
    return ok({ olderThanSeconds: Number(text), isSettling: settle });
  } catch (error) {
    return err(flagMistake(error));
  }
};
