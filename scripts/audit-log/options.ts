// The flags of `npm run audit:log`, read and checked.

import { parseArgs } from "node:util";
import type { Head } from "../../bss/audit/index.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";

export const help = `npm run audit:log [-- flags]
                      seals what there is, walks the whole chain of the audit from its
                      beginning, and prints its head: note it where the database's owner
                      cannot write
  --expect HEAD       a head that was noted earlier, as POSITION:HASH; the chain must have
                      led there

Exit code 0: every entry is as it was sealed; 1: one is missing, changed, inserted or in
another place, with the first such place; 2: it could not be run, or a flag is wrong; 130:
it was interrupted.
`;

export type AuditLogOptions = { readonly expected: Head | undefined };

const flags = { expect: { type: "string" } } as const;

/** The error is one line. */
export const readAuditLogOptions = (words: readonly string[]): Result<AuditLogOptions, string> => {
  try {
    const { expect } = parseArgs({ args: [...words], options: flags }).values;
    if (expect === undefined) return ok({ expected: undefined });
    const [, position, hash] = /^([1-9]\d{0,14}):([\da-f]{64})$/.exec(expect.trim()) ?? [];
    if (position === undefined || hash === undefined) {
      return err(`--expect: expected POSITION:HASH as a run before printed it, got ${expect}`);
    }
    return ok({ expected: { position: Number(position), hash: Buffer.from(hash, "hex") } });
  } catch (error) {
    return err(flagMistake(error));
  }
};
