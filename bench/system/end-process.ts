// Ends a program of Tollgate in order: it drains; what does not end in time is killed.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

const stopMsMax = 12_000;

export const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await exited;
  clearTimeout(impatience);
};
