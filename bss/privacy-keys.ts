// The keys of personal data, for a process that starts. A new installation gets its file made here;
// one that has had keys does not start without them, nor with others: what they sealed would be
// lost, and what is new sealed with others.

import { existsSync } from "node:fs";
import { sql } from "drizzle-orm";
import { err, ok, type Result } from "../engine/values/result.ts";
import type { Database } from "./db/connection.ts";
import { identityUsers } from "./identity/schema.ts";
import {
  areKeysOfInstallation,
  type Cipher,
  createCipher,
  hasHadKeys,
  makeKeyFile,
  openKeyRing,
} from "./privacy/index.ts";

/** The error is one line. */
export const openCipher = async (
  database: Pick<Database, "tables">,
  file: string,
): Promise<Result<Cipher, string>> => {
  const failed = (detail: string) => err(`PRIVACY_KEYS_FILE: ${detail}`);
  if (!existsSync(file)) {
    const [somebody] = await database.tables.select({ one: sql`1` }).from(identityUsers).limit(1);
    if (somebody !== undefined || (await hasHadKeys(database))) {
      return failed(`${file} is not there; bring it back from where it is kept`);
    }
    try {
      makeKeyFile(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return failed(`${file} cannot be written (${code})`);
    }
  }
  const ring = openKeyRing(file);
  if (!ring.isOk) return failed(ring.error);
  const cipher = createCipher(ring.value);
  return (await areKeysOfInstallation(database, cipher))
    ? ok(cipher)
    : failed(`${file} is of another installation; bring back the one that this database had`);
};
