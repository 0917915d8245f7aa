// The keys of personal data, for a process that starts. A new installation gets its file made here;
// one that has users has had keys, and without them it does not start: what they sealed would be
// lost, and what is new sealed with others.

import { existsSync } from "node:fs";
import { sql } from "drizzle-orm";
import { err, ok, type Result } from "../engine/values/result.ts";
import type { Database } from "./db/connection.ts";
import { identityUsers } from "./identity/schema.ts";
import { type Cipher, createCipher, makeKeyFile, openKeyRing } from "./privacy/index.ts";

/** The error is one line. */
export const openCipher = async (
  { tables }: Pick<Database, "tables">,
  file: string,
): Promise<Result<Cipher, string>> => {
  if (!existsSync(file)) {
    const [somebody] = await tables.select({ one: sql`1` }).from(identityUsers).limit(1);
    if (somebody !== undefined) {
      return err(`PRIVACY_KEYS_FILE: ${file} is not there; bring it back from where it is kept`);
    }
    try {
      makeKeyFile(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return err(`PRIVACY_KEYS_FILE: ${file} cannot be written (${code})`);
    }
  }
  const ring = openKeyRing(file);
  return ring.isOk ? ok(createCipher(ring.value)) : err(`PRIVACY_KEYS_FILE: ${ring.error}`);
};
