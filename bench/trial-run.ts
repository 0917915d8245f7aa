// A command of the bench as a user runs it, for tests: what it printed, how it ended, and what it
// left running. Every process of a run carries its mark in its environment.

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pollMs = 50;

export type TrialRun = {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves when `words` were printed on either stream; rejects when it ended without them. */
  readonly printed: (words: string) => Promise<void>;
  readonly exited: Promise<number | null>;
  /** Ids of what still runs of it; knows nothing outside Linux. */
  readonly leftRunning: () => readonly number[];
};

/** `file` is below `bench/`. */
export const startTrialRun = (
  file: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): TrialRun => {
  const mark = `TOLLGATE_TRIAL_RUN=${randomUUID()}`;
  const [name = "", value = ""] = mark.split("=");
  const child = spawn(process.execPath, ["--import", "tsx", path.join("bench", file), ...words], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...environment, [name]: value },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  let isOver = false;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      isOver = true;
      resolve(code);
    });
  });
  const printed = async (wanted: string): Promise<void> => {
    while (!(output + errors).includes(wanted)) {
      if (isOver) throw new Error(`ended without "${wanted}":\n${output}${errors}`);
      await pause(pollMs);
    }
  };
  return {
    process: child,
    output: () => output,
    errors: () => errors,
    printed,
    exited,
    leftRunning: () => findMarked(mark),
  };
};

const findMarked = (mark: string): readonly number[] => {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readEnvironment(name).includes(mark))
    .map(Number);
};

/** Empty for a process that is gone, is a zombie, or is not ours to look into. */
const readEnvironment = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
};
