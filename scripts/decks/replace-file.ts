// A file that is either the old one or the whole new one, never half of it.

import { rename, rm, writeFile } from "node:fs/promises";

/** Writes beside the file and renames. Rejects, and leaves nothing behind, where it cannot. */
export const replaceFile = async (file: string, pieces: Iterable<string>): Promise<void> => {
  const aside = `${file}.${process.pid}.partial`;
  try {
    await writeFile(aside, pieces);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
};
