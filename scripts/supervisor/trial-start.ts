// `npm start` as a user runs it, for tests: its own ports and data folder, what it printed, and
// what it left running. Every process of a start carries the data folder in its environment, but
// those of Postgres, which write over theirs: they work in a folder of it.

import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePorts } from "../testing/free-ports.ts";
import { tether } from "./tether.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pollMilliseconds = 50;

export type TrialPlace = {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly enginePort: number;
  readonly operationsPort: number;
};

export type TrialStart = {
  readonly bootstrap: ChildProcess;
  readonly output: () => string;
  /** Resolves when `words` were printed; rejects when the start ended without them. */
  readonly printed: (words: string) => Promise<void>;
  readonly exited: Promise<number | null>;
};

/** A place for any number of starts one after the other. */
export const createTrialPlace = async (): Promise<TrialPlace> => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tollgate-start-")));
  const [enginePort = 0, operationsPort = 0, redis = 0, postgres = 0, ...business] =
    await freePorts(6);
  const environment = {
    TOLLGATE_DATA: folder,
    ENGINE_PORT: String(enginePort),
    ENGINE_OPS_PORT: String(operationsPort),
    ENGINE_PROCESSES: "1",
    REDIS_PORT: String(redis),
    REDIS_URL: "",
    POSTGRES_PORT: String(postgres),
    DATABASE_URL: "",
    BSS_PORT: String(business[0]),
    BSS_OPS_PORT: String(business[1]),
  };
  return { folder, environment, enginePort, operationsPort };
};

export const startTrial = (
  place: TrialPlace,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): TrialStart => {
  const bootstrap = spawn(process.execPath, [path.join("scripts", "start.mjs"), ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...place.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test run that is killed takes its starts along.
  const untether = bootstrap.pid === undefined ? () => undefined : tether(bootstrap.pid);
  let output = "";
  let isOver = false;
  const keep = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  bootstrap.stdout.on("data", keep);
  bootstrap.stderr.on("data", keep);
  const exited = new Promise<number | null>((resolve) => {
    bootstrap.once("close", (code) => {
      isOver = true;
      void untether();
      resolve(code);
    });
  });
  const printed = async (words: string): Promise<void> => {
    while (!output.includes(words)) {
      if (isOver) throw new Error(`ended without "${words}":\n${output}`);
      await pause(pollMilliseconds);
    }
  };
  return { bootstrap, output: () => output, printed, exited };
};

/** Ids of what still runs for this place. */
export const leftRunning = (place: TrialPlace): readonly number[] => {
  if (!existsSync("/proc/self/environ")) return [];
  const mark = `TOLLGATE_DATA=${place.folder}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readEnvironment(pid).includes(mark) || worksIn(pid, place.folder))
    .map(Number);
};

/** Ends what a failed test left, then deletes the folder. */
export const removeTrialPlace = (place: TrialPlace): void => {
  for (const pid of leftRunning(place)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
  }
  rmSync(place.folder, { recursive: true, force: true });
};

/** Empty for a process that is gone, is a zombie, or is not ours to look into. */
const readEnvironment = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
};

const worksIn = (pid: string, folder: string): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
  } catch {
    return false;
  }
};
