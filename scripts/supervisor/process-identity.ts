// Tells whether a process id from a file still means the process that wrote it. Ids are reused, so
// a file keeps the process's start as well: on Linux in ticks with the id of the boot, elsewhere as
// `ps` prints it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * A text that no other process on this machine has together with the same id; null when it is
 * gone.
 */
export const processStart = (pid: number): string | null => {
  if (!isAlive(pid)) return null;
  try {
    return process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  } catch {
    return null;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

const linuxStart = (pid: number): string | null => {
  const status = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in parentheses and may hold blanks; of the rest, proc(5) counts
  // state as field 3 and the start time as field 22.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  const isZombie = fields[0] === "Z" || fields[0] === "X";
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return isZombie ? null : `${boot} ${fields[19]}`;
};

const psStart = (pid: number): string | null => {
  const start = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
  }).trim();
  return start === "" ? null : start;
};
