// A disk of some megabytes that can be full: a file with a file system of its own, mounted. What is
// written to it is written to the real disk, syncs included.

import { execFile } from "node:child_process";
import { mkdir, open, rm, statfs, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type SmallDisk = {
  readonly folder: string;
  /** Until not one octet more goes on it. */
  fill(): Promise<void>;
  /** There is room again. */
  empty(): Promise<void>;
};

const chunk = Buffer.alloc(4_096, "x");

const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOSPC";

/** Rejects with why it cannot be mounted. */
export const mountSmallDisk = async (folder: string, mebibytes: number): Promise<SmallDisk> => {
  const image = `${folder}.image`;
  await mkdir(folder);
  await writeFile(image, "");
  await truncate(image, mebibytes * 2 ** 20);
  await run("mkfs.ext4", ["-q", "-m", "0", image]);
  await run("mount", ["-o", "loop", image, folder]);
  const filler = path.join(folder, "filler");
  return {
    folder,
    fill: async () => {
      const { bavail, bsize } = await statfs(folder);
      await run("fallocate", ["--length", String(bavail * bsize), filler]).catch(() => undefined);
      const file = await open(filler, "a");
      try {
        for (;;) await file.write(chunk);
      } catch (error) {
        if (!isFull(error)) throw error;
      } finally {
        await file.close();
      }
    },
    empty: () => rm(filler, { force: true }),
  };
};
