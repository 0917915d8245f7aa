// One Tollgate per data folder. The lock names the supervisor by process id and start, so that the
// file of a run that was killed never keeps the next one out. It appears whole or not at all, by a
// hard link.

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import { errorCode, failed, type Step } from "./ending.ts";
import { processStart } from "./process-identity.ts";

type Holder = { readonly pid: number; readonly start: string };
export type RunningLock = { readonly release: () => void };

export const lockName = "running.json";
const attemptsMax = 10;

export const takeRunningLock = (dataFolder: string): Step<RunningLock> => {
  const file = path.join(dataFolder, lockName);
  const ours: Holder = { pid: process.pid, start: processStart(process.pid) ?? "unknown" };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(ours)}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (link(draft, file)) return ok({ release: () => release(file, ours) });
      const holder = readHolder(file);
      if (holder !== null && isRunning(holder)) {
        return failed(
          `already running on this data folder (process ${holder.pid}). ` +
            `Stop it (Ctrl-C, or kill ${holder.pid}), or give a second one ` +
            "its own TOLLGATE_DATA and ports.",
        );
      }
      discardStale(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return failed(`cannot take ${file}; delete it if no Tollgate runs on this folder`);
};

const isRunning = (holder: Holder): boolean => processStart(holder.pid) === holder.start;

const link = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
};

const readHolder = (file: string): Holder | null => {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isHolder(holder) ? holder : null;
  } catch {
    return null;
  }
};

const isHolder = (value: unknown): value is Holder =>
  typeof value === "object" &&
  value !== null &&
  "pid" in value &&
  Number.isSafeInteger(value.pid) &&
  "start" in value &&
  typeof value.start === "string";

/**
 * Moves a dead run's lock away. Another start may have done so, and locked: then its lock is put
 * back.
 */
const discardStale = (file: string): void => {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && isRunning(moved)) link(aside, file);
  rmSync(aside, { force: true });
};

const release = (file: string, ours: Holder): void => {
  const holder = readHolder(file);
  if (holder?.pid === ours.pid && holder.start === ours.start) rmSync(file, { force: true });
};
