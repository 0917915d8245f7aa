// The port that a program of Tollgate says in its log once it is up.

import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

const startMsMax = 60_000;
const wordsMax = 10;

/** Reads its log until it says where it listens; what it logs later is warnings, passed on. */
export const readPort = (child: ChildProcess, what: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const last: string[] = [];
    const give = (problem: string) =>
      reject(new Error(`${what} ${problem}: ${last.join("\n").trim()}`));
    const impatience = setTimeout(give, startMsMax, "did not start in time");
    child.once("exit", () => give("ended at once"));
    if (child.stdout === null) return give("has no output");
    createInterface(child.stdout).on("line", (line) => {
      const { port, level } = readEntry(line);
      if (level === "warn" || level === "error" || level === "fatal")
        process.stderr.write(`${line}\n`);
      last.push(line);
      if (last.length > wordsMax) last.shift();
      if (port === undefined) return;
      clearTimeout(impatience);
      resolve(port);
    });
  });

/** A line of the log; the one that names the operations port too is the last of the start. */
const readEntry = (line: string): { port?: number; level?: unknown } => {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const isUp = typeof entry["port"] === "number" && entry["operationsPort"] !== undefined;
    return { level: entry["level"], ...(isUp ? { port: entry["port"] as number } : {}) };
  } catch {
    return {};
  }
};
