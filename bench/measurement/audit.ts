// After the load every balance must follow from the journal, to the unit: a fast engine that loses
// or invents one has measured nothing.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Progress } from "../report/progress.ts";
import type { Bench } from "./set-up.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = fileURLToPath(new URL("../../scripts/audit.ts", import.meta.url));
const outputBytesMax = 16 * 1024 * 1024;

/** Rejects with what the audit says when there is any drift. The engine must have stopped. */
export const audit = async ({ redis }: Bench, progress: Progress): Promise<void> => {
  progress.begin("audit");
  if (!existsSync(script)) return progress.end("there is none");
  const words = ["--import", "tsx", script];
  const settings = {
    cwd: root,
    env: { ...process.env, REDIS_URL: redis.url },
    maxBuffer: outputBytesMax,
  };
  try {
    await promisify(execFile)(process.execPath, words, settings);
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    progress.end("drift");
    throw new Error(`the audit failed:\n${stdout}${stderr}`.trim());
  }
  progress.end("zero drift");
};
