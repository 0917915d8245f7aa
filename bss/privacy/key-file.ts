// Makes the file of keys at the first start, and adds a newer one. Whoever has the file reads
// everybody's data; without it nobody ever does again: it belongs into a backup of its own.

import { randomBytes } from "node:crypto";
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { ok, type Result } from "../../engine/values/result.ts";
import { type Key, type Keys, keyOctets, readKeys } from "./key-ring.ts";

const newKey = (): Key => ({
  // By chance, not counted: values of another installation are told from broken ones.
  id: randomBytes(4).toString("hex"),
  secret: randomBytes(keyOctets),
});

export const newKeys = (): Keys => ({ keys: [newKey()], indexKey: randomBytes(keyOctets) });

/** Mode 0600. One that is there stays as it is, whoever made it meanwhile. Throws as fs does. */
export const makeKeyFile = (file: string): void => {
  if (existsSync(file)) return;
  const draft = writeDraft(file, newKeys());
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
};

/** The id of the new one. Readers see the file as it was or as it is. Throws as fs does. */
export const addKey = (file: string): Result<string, string> => {
  const before = readKeys(file);
  if (!before.isOk) return before;
  const { keys, indexKey } = before.value;
  const key = newKey();
  renameSync(writeDraft(file, { keys: [...keys, key], indexKey }), file);
  return ok(key.id);
};

const writeDraft = (file: string, { keys, indexKey }: Keys): string => {
  const draft = `${file}.${process.pid}`;
  const document = {
    keys: keys.map(({ id, secret }) => ({ id, secret: secret.toString("base64url") })),
    indexKey: indexKey.toString("base64url"),
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  return draft;
};
