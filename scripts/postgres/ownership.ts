// Hands a data folder to who has to own it: root may have run Postgres in the other way before.
// What is in the folder goes first and the folder last, so that its owner tells that all is done.

import { chownSync, lchownSync, lstatSync, opendirSync } from "node:fs";
import path from "node:path";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { UserIds } from "./run-as.ts";

const handOverWithin = (folder: string, { uid, gid }: UserIds): void => {
  const entries = opendirSync(folder);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) handOverWithin(file, { uid, gid });
      // Links are handed over, never followed.
      lchownSync(file, uid, gid);
    }
  } finally {
    entries.closeSync();
  }
};

/** Does nothing where the owner is right already; the error is one line with the remedy. */
export const handOver = (folder: string, owner: UserIds): Result<void, string> => {
  try {
    if (lstatSync(folder).uid === owner.uid) return ok(undefined);
    handOverWithin(folder, owner);
    chownSync(folder, owner.uid, owner.gid);
    return ok(undefined);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return err(
      `${folder} is another user's and cannot be taken over (${code}); start as that user or as ` +
        "root, or set TOLLGATE_DATA to another folder",
    );
  }
};
