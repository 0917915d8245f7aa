// The folder of a run: logs, and disks that are mounted in it. A shell that waits on a pipe of ours
// takes it away however we end; the logs stay when somebody should look at them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

// Servers on the disks have guardians of their own, which take a moment.
const script = `
trap "" HUP INT TERM
while read -r _; do :; done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  for disk in "$1"/disks/*/; do umount "$disk" 2>/dev/null; done
  rm -rf "$1/disks" 2>/dev/null && break
  sleep 0.3
done
[ -e "$1/keep" ] || rm -rf "$1"
`;

export type RunFolder = {
  readonly folder: string;
  readonly logs: string;
  readonly disks: string;
  /** The logs outlive the run. */
  keepLogs(): Promise<void>;
  /** Unmounts and removes; resolves when that is done. */
  close(): Promise<void>;
};

export const makeRunFolder = async (): Promise<RunFolder> => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "tollgate-chaos-")));
  const shell = spawn("/bin/sh", ["-c", script, "tollgate-chaos-folder", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.stdin.on("error", () => undefined);
  const gone = once(shell, "exit");
  const [logs, disks] = [path.join(folder, "logs"), path.join(folder, "disks")];
  await mkdir(logs);
  await mkdir(disks);
  return {
    folder,
    logs,
    disks,
    keepLogs: () => writeFile(path.join(folder, "keep"), ""),
    close: async () => {
      shell.stdin.end();
      await gone;
    },
  };
};
