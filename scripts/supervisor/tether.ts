// Ends a child when the supervisor is gone, however it went (SIGKILL included). A shell of its own
// session waits on a pipe that only the supervisor holds: a line means the child has ended by
// itself, the end of the pipe means that nobody is left to stop it.

import { spawn } from "node:child_process";

const secondsBeforeKill = 12;

const script = `
read -r _ && exit 0
kill -s "$2" "$1" || exit 0
waited=0
while [ "$waited" -lt ${secondsBeforeKill} ] && kill -0 "$1"; do
  sleep 1
  waited=$((waited + 1))
done
kill -KILL "$1"
`;

/**
 * Returns what to call once the child has ended; it resolves when the shell is gone as well.
 * `signal` asks the child to end.
 */
export const tether = (pid: number, signal: "TERM" | "INT" = "TERM"): (() => Promise<void>) => {
  const shell = spawn("/bin/sh", ["-c", script, "tollgate-tether", String(pid), signal], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const gone = new Promise<void>((resolve) => {
    shell.once("exit", () => resolve());
    shell.once("error", () => resolve());
  });
  shell.stdin.on("error", () => undefined);
  return () => {
    shell.stdin.end("\n");
    return gone;
  };
};
