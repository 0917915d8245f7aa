// A program of scripts/ in a process of its own, as npm runs it: what it says, and its exit code.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("../..", import.meta.url));

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** `program` as "scripts/audit.ts". */
export const runCommand = (
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const command = ["--import", "tsx", program, ...words];
    execFile(process.execPath, command, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
