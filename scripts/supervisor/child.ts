// A long-running child: its output appended to a log file, in a session of its own so that Ctrl-C
// in the terminal does not hit it before its turn, and tethered to the supervisor.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { tether } from "./tether.ts";

export type ChildCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly logFile: string;
  /** As whom root runs it; left out: as root. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** How it is asked to end, and how it is told to end at once. */
  readonly signals?: ChildSignals;
};

export type ChildSignals = {
  readonly stop: "SIGTERM" | "SIGINT";
  /** SIGQUIT for one that takes its own children along, as it cannot at SIGKILL. */
  readonly kill: "SIGKILL" | "SIGQUIT";
};

export type Child = {
  readonly pid: number;
  readonly exited: Promise<string>;
  /** How it ended, such as "exit 1" or "SIGKILL"; null while it runs. */
  readonly ending: () => string | null;
  /** The last line it logged as an error, or else its last line; null when it wrote nothing. */
  readonly lastWords: () => string | null;
  /** Asks it to end, and SIGKILL after the grace; resolves when it has ended. */
  readonly stop: (graceMilliseconds: number) => Promise<string>;
  readonly kill: () => void;
};

const logBytesMax = 50 * 1024 * 1024;
const tailBytes = 16 * 1024;
const usualSignals: ChildSignals = { stop: "SIGTERM", kill: "SIGKILL" };

/** Null when the command cannot be started at all. */
export const startChild = (command: ChildCommand): Child | null => {
  const { signals = usualSignals } = command;
  const start = keepLogShort(command.logFile);
  const log = openSync(command.logFile, "a", 0o600);
  const child = spawn(command.command, command.args, {
    cwd: command.folder,
    env: command.environment,
    detached: true,
    stdio: ["ignore", log, log],
    ...command.user,
  });
  closeSync(log);
  child.on("error", () => undefined);
  const { pid } = child;
  if (pid === undefined) return null;
  const untether = tether(pid, signals.stop === "SIGINT" ? "INT" : "TERM");
  let ending: string | null = null;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      const how = signal ?? `exit ${code}`;
      ending = how;
      void untether().then(() => resolve(how));
    });
  });
  return {
    pid,
    exited,
    ending: () => ending,
    lastWords: () => findLastWords(readTail(command.logFile, start)),
    stop: (graceMilliseconds) => stopChild(child, signals.stop, exited, graceMilliseconds),
    kill: () => signalGroup(pid, signals.kill),
  };
};

const stopChild = async (
  child: ChildProcess,
  signal: ChildSignals["stop"],
  exited: Promise<string>,
  graceMilliseconds: number,
): Promise<string> => {
  child.kill(signal);
  const timer = setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMilliseconds);
  const ending = await exited;
  clearTimeout(timer);
  return ending;
};

const signalGroup = (pid: number | undefined, signal: ChildSignals["kill"]): void => {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
};

/**
 * Starts a new file when the log has grown long, keeping one old one; returns where this run
 * begins.
 */
const keepLogShort = (file: string): number => {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= logBytesMax) return size;
  renameSync(file, `${file}.old`);
  return 0;
};

const readTail = (file: string, start: number): string => {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const from = Math.max(start, size - tailBytes);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  const log = openSync(file, "r");
  readSync(log, buffer, 0, buffer.length, from);
  closeSync(log);
  return buffer.toString("utf8");
};

const wordsMax = 300;
const errorLevels: readonly unknown[] = ["error", "fatal", 50, 60];

/** Reads pino's JSON lines and plain text alike; a stack trace is cut down to its message. */
export const findLastWords = (text: string): string | null => {
  const lines = text.split("\n").map((line) => line.trim());
  let last: string | null = null;
  let lastError: string | null = null;
  for (const line of lines) {
    if (line === "" || line.startsWith("at ") || /^Node\.js v|^[\^}\]]+$/.test(line)) continue;
    const entry = readLogEntry(line);
    last = entry.words;
    if (entry.isError) lastError = entry.words;
  }
  return (lastError ?? last)?.slice(0, wordsMax) ?? null;
};

const readLogEntry = (line: string): { words: string; isError: boolean } => {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === "object" && entry !== null && "msg" in entry) {
      const cause =
        "err" in entry ? (entry.err as { message?: unknown } | null)?.message : undefined;
      const words = [entry.msg, cause].filter((part) => typeof part === "string" && part !== "");
      const isError = "level" in entry && errorLevels.includes(entry.level);
      return { words: [...new Set(words)].join(": "), isError };
    }
  } catch {
    // Not JSON: a plain line, such as Node's own report of an uncaught error.
  }
  // Of Postgres's lines, "2026-11-22 04:31:00.123 UTC [99] FATAL:  why", the end is for people.
  const [, severity, words] = /^\d{4}-\S+ \S+ \S+ \[\d+\] ([A-Z]+): +(.+)/.exec(line) ?? [];
  if (words !== undefined) return { words, isError: /FATAL|PANIC/.test(severity ?? "") };
  return { words: line, isError: /^(?:\w*Error\b|fatal\b|\S*\s*# ?fatal)/i.test(line) };
};
