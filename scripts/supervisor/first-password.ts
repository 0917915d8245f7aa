// The first administrator's one-time password on its way to the terminal: the business side writes
// it into a file of the data folder, here it is read once and deleted.

import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { DataFolder } from "./data-folder.ts";

export const firstPasswordFile = (data: DataFolder): string =>
  path.join(data.tokens, "first-password");

/** As it was written; null: there is none to tell. */
export const takeFirstPassword = (data: DataFolder): string | null => {
  const file = firstPasswordFile(data);
  try {
    const line = readFileSync(file, "utf8").trim();
    rmSync(file);
    return line;
  } catch {
    return null;
  }
};
