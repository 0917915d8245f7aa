// Leaves nothing behind. A guardian is a tiny shell that holds the read end of a pipe whose write
// end is ours: however we end (return, exception, Ctrl-C, SIGKILL), the kernel closes the pipe, and
// the guardian kills the process it guards, removes the folder and ends. Needs a POSIX sh only; no
// poll, no signal handler of ours, no PR_SET_PDEATHSIG (which is Linux only and fires when a mere
// thread ends).

import { spawn } from "node:child_process";
import { once } from "node:events";

// Each line on the lifeline is the process to guard from now on; an empty line: none. Signals take
// effect a moment later, so the folder is removed once the process is gone, or after a second.
const script = `
trap "" HUP INT TERM
guarded=
while read -r line; do guarded=$line; done
if [ -n "$guarded" ]; then
  kill -s "$2" "$guarded"
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$guarded" || break
    sleep 0.1
  done
  kill -s KILL "$guarded"
fi
rm -rf "$1"
`;

/** Guards one process at a time and the folder it works in. */
export type Guardian = {
  /**
   * The process to kill when we are gone; undefined once it has exited, for its number may be
   * reused.
   */
  guard(pid: number | undefined): void;
  /** Kills what is guarded and removes the folder; resolves when that is done. */
  release(): Promise<void>;
};

/**
 * Starts a guardian for `folder`, which it removes in the end. It does not keep Node running. A
 * server of many processes takes them along at QUIT, as it cannot at KILL.
 */
export const startGuardian = (folder: string, signal: "KILL" | "QUIT" = "KILL"): Guardian => {
  const shell = spawn("/bin/sh", ["-c", script, "tollgate-guardian", folder, signal], {
    stdio: ["pipe", "ignore", "ignore"],
    // Out of our process group: Ctrl-C reaches us, and us alone.
    detached: true,
  });
  const lifeline = shell.stdin;
  const exited = once(shell, "exit");
  // A guardian that somebody killed can guard no more; what it guarded is still stopped by its
  // owner.
  lifeline.on("error", () => undefined);
  shell.unref();
  (lifeline as typeof lifeline & { unref(): void }).unref();
  return {
    guard: (pid) => {
      lifeline.write(`${pid ?? ""}\n`);
    },
    release: async () => {
      shell.ref();
      lifeline.end();
      await exited;
    },
  };
};
