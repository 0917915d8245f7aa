// Results as a JSON file that is either the old one or the whole new one, never half of it.

import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes beside the file and renames. Rejects, and leaves nothing behind, when the folder is
 * missing.
 */
export const writeJson = async (file: string, value: unknown): Promise<void> => {
  const aside = `${file}.${process.pid}.partial`;
  try {
    await writeFile(aside, `${JSON.stringify(value, null, 2)}\n`);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
};
