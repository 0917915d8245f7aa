// What postmaster.pid tells: Postgres writes it into its data folder when it starts and deletes it
// when it has ended in order. Of a Postgres that was killed, processes may live on for a moment;
// two must never share the data.

import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { processStart } from "../supervisor/process-identity.ts";

export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  /** Of the little block of System V memory that all its processes hold; null before it has one. */
  readonly sharedMemoryId: string | null;
  /** "starting", "ready", "stopping", "standby", or empty. */
  readonly status: string;
};

const pollMilliseconds = 50;

export const postmasterFile = (folder: string): string => path.join(folder, "postmaster.pid");

/** The eight lines of the file, as src/include/utils/pidfile.h of Postgres lists them. */
export const parsePostmaster = (text: string): Postmaster | null => {
  const [pid = "", , , port = "", , , memory = "", status = ""] = text.split("\n");
  if (!/^\d+$/.test(pid.trim())) return null;
  return {
    pid: Number(pid),
    port: Number(port),
    sharedMemoryId: /^\s*\d+\s+(\d+)/.exec(memory)?.[1] ?? null,
    status: status.trim(),
  };
};

/** Null where none runs and the last one ended in order. */
export const readPostmaster = (folder: string): Postmaster | null => {
  try {
    return parsePostmaster(readFileSync(postmasterFile(folder), "utf8"));
  } catch {
    return null;
  }
};

/** Where /proc can tell, an id that was given to something else since is not taken for Postgres. */
const isPostgres = (pid: number): boolean => {
  try {
    return /postgres/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return true;
  }
};

/** How many processes hold the memory; 0 where the system does not say (macOS). */
const holdersOf = (sharedMemoryId: string | null): number => {
  try {
    const [, ...rows] = readFileSync("/proc/sysvipc/shm", "utf8").split("\n");
    // key shmid perms size cpid lpid nattch …
    const row = rows
      .map((line) => line.trim().split(/\s+/))
      .find(([, id]) => id === sharedMemoryId);
    return Number(row?.[6] ?? 0);
  } catch {
    return 0;
  }
};

const isInUse = ({ pid, sharedMemoryId }: Postmaster): boolean =>
  (processStart(pid) !== null && isPostgres(pid)) || holdersOf(sharedMemoryId) > 0;

/**
 * Waits for what an earlier run left. Afterwards the file of one that was killed is gone: Postgres
 * would not start where its process id means something else by now. Call it only as the owner of
 * the data folder (see running-lock.ts). True: it was killed, and the next start recovers.
 */
export const waitForLeftover = async (
  folder: string,
  secondsMax: number,
): Promise<Result<boolean, string>> => {
  const deadline = Date.now() + secondsMax * 1000;
  for (;;) {
    const left = readPostmaster(folder);
    if (left === null) return ok(false);
    if (!isInUse(left)) {
      rmSync(postmasterFile(folder), { force: true });
      return ok(true);
    }
    if (Date.now() >= deadline) {
      return err(
        `a Postgres of an earlier run still uses this data (process ${left.pid}); ` +
          `stop it: kill -INT ${left.pid}`,
      );
    }
    await pause(pollMilliseconds);
  }
};
