// Lets processes stand still, with all their children, and go on again: also when we are gone, for
// a server that stands still for ever could not be ended in order.

import { execFileSync, spawn } from "node:child_process";

/** The process and all that come from it. */
const familyOf = (pid: number): readonly number[] => {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) {
    for (const [child, of] of rows) if (of === parent && child !== undefined) family.push(child);
  }
  return family;
};

const signal = (pid: number, name: "SIGSTOP" | "SIGCONT") => {
  try {
    process.kill(pid, name);
  } catch {
    // Gone meanwhile.
  }
};

const waker = "read -r _ && exit 0; kill -CONT $1";

/** Call what is returned to let them go on. */
export const freeze = (pid: number): (() => void) => {
  // Its first process first: it makes no more children then.
  signal(pid, "SIGSTOP");
  const family = familyOf(pid);
  for (const one of family) signal(one, "SIGSTOP");
  const shell = spawn("/bin/sh", ["-c", waker, "tollgate-waker", family.join(" ")], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.stdin.on("error", () => undefined);
  shell.unref();
  return () => {
    for (const one of family) signal(one, "SIGCONT");
    shell.stdin.end("\n");
  };
};
