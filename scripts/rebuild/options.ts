// The flags of `npm run rebuild`, read and checked.

import { parseArgs } from "node:util";
import { parseInstant } from "../../engine/values/instant.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";

export const help = `npm run rebuild [-- flags]
                      makes an empty Redis what it was, from the ledger: accounts with every
                      balance and open session, answers that are kept, tariffs, rate decks;
                      begins with the newest snapshot (npm run snapshot), where there is one
  --wipe              first deletes what a Tollgate has in that Redis; not what the ledger lacks
  --abandon           with --wipe: that as well
  --until TIME        as it was then, such as 2027-01-31T12:00:00Z: a Redis to look at, which no
                      ledger takes for its own; needs a REDIS_URL of its own
  --whole             without a snapshot: every entry since the beginning is carried out once more

Without REDIS_URL and DATABASE_URL it starts the Redis and the Postgres of the data folder, as npm
start does, and stops them when it is done; with them it takes yours. No engine may run.
What was cut off goes on where it stopped when it is begun again.

Exit code 0: it is done; 1: it cannot be done, with one line that says why; 2: a flag is wrong;
130: it was interrupted, and goes on when it is begun again.
`;

export type RebuildOptions = {
  readonly isWiping: boolean;
  /** What the ledger does not have as well. */
  readonly isAbandoning: boolean;
  /** ms since 1970; undefined: all that there is. */
  readonly until: number | undefined;
  /** Without a snapshot. */
  readonly isWhole: boolean;
};

/** The error is one line. */
export const readRebuildOptions = (words: readonly string[]): Result<RebuildOptions, string> => {
  const options = {
    wipe: { type: "boolean", default: false },
    abandon: { type: "boolean", default: false },
    until: { type: "string" },
    whole: { type: "boolean", default: false },
  } as const;
  try {
    const { abandon, wipe, until: text, whole } = parseArgs({ args: [...words], options }).values;
    const until = text === undefined ? undefined : parseInstant(text);
    if (text !== undefined && until === undefined) {
      return err(`--until: expected a time such as 2027-01-31T12:00:00Z, got ${text}`);
    }
    if (abandon && !wipe) return err("--abandon: with --wipe only");
    return ok({ isWiping: wipe, isAbandoning: abandon, until, isWhole: whole });
  } catch (error) {
    return err(flagMistake(error));
  }
};
