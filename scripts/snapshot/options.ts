// The flags of `npm run snapshot`, read and checked.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";
import { wholeNumber } from "../whole-number.ts";

export const help = `npm run snapshot [-- flags]
                      takes a snapshot of Redis, beside running engines, and keeps it with the
                      ledger: npm run rebuild begins with it, and not at the beginning
  --keep N            so many are kept, with this one; older ones are deleted (3)
  --if-older-than H   only if the newest was taken more than H hours ago
  --list              those that there are, the newest first
  --drop ID           deletes one

It needs a Redis of its own for a minute, with as much memory as yours has in use. Stopped at any
moment it leaves nothing behind.

Exit code 0: it is done, or need not be; 1: it cannot be done, with one line that says why; 2: a
flag is wrong; 130: it was interrupted.
`;

export type SnapshotOptions =
  | {
      readonly action: "take";
      readonly kept: number;
      /** Undefined: in any case. */
      readonly olderThanMs: number | undefined;
    }
  | { readonly action: "list" }
  | { readonly action: "drop"; readonly id: number };

const keptDefault = "3";
const keptMax = 1_000;
const hoursMax = 8_784;
const hourMs = 3_600_000;

const flags = {
  keep: { type: "string" },
  "if-older-than": { type: "string" },
  list: { type: "boolean", default: false },
  drop: { type: "string" },
} as const;

/** The error is one line. */
export const readSnapshotOptions = (words: readonly string[]): Result<SnapshotOptions, string> => {
  try {
    const { values } = parseArgs({ args: [...words], options: flags });
    const { keep, list, drop } = values;
    const hours = values["if-older-than"];
    const isTaking = keep !== undefined || hours !== undefined;
    if (Number(isTaking) + Number(list) + Number(drop !== undefined) > 1) {
      return err("--list, --drop and the flags of a new one are for themselves");
    }
    if (list) return ok({ action: "list" });
    if (drop !== undefined) {
      const id = wholeNumber(drop, 1);
      return id === undefined
        ? err(`--drop: expected an id as --list shows it, got ${drop}`)
        : ok({ action: "drop", id });
    }
    const kept = wholeNumber(keep ?? keptDefault, 1, keptMax);
    if (kept === undefined)
      return err(`--keep: expected a number from 1 to ${keptMax}, got ${keep}`);
    const older = hours === undefined ? undefined : wholeNumber(hours, 1, hoursMax);
    if (hours !== undefined && older === undefined) {
      return err(`--if-older-than: expected hours from 1 to ${hoursMax}, got ${hours}`);
    }
    return ok({ action: "take", kept, olderThanMs: older && older * hourMs });
  } catch (error) {
    return err(flagMistake(error));
  }
};
