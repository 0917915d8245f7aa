// The engine of a run: one process as `npm start` runs it, on free ports, with access tokens that
// live as long as the run. A guardian ends it and removes its folder however the run ends.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Durability } from "../../engine/config.ts";
import { startGuardian } from "../../scripts/testing/guardian.ts";

export type EngineProcess = {
  readonly pid: number;
  readonly endpoint: string;
  readonly networkToken: string;
  readonly businessToken: string;
  /** Lets it drain; harmless when repeated. */
  stop(): Promise<void>;
};

export type EngineProcessOptions = {
  readonly redisUrl: string;
  readonly durability: Durability;
  /** Where to put a CPU profile of it. */
  readonly profileFolder?: string | undefined;
};

const startMsMax = 30_000;
const stopMsMax = 12_000;
const wordsMax = 10;

export const startEngineProcess = async (options: EngineProcessOptions): Promise<EngineProcess> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-bench-engine-"));
  const guardian = startGuardian(folder);
  const networkToken = randomBytes(32).toString("base64url");
  const businessToken = randomBytes(32).toString("base64url");
  const peersFile = path.join(folder, "peers.json");
  const peers = [
    { name: "bench-network", role: "network", tokenSha256: sha256(networkToken) },
    { name: "bench-business", role: "business", tokenSha256: sha256(businessToken) },
  ];
  await writeFile(peersFile, JSON.stringify({ peers }), { mode: 0o600 });
  const child = launch(options, peersFile);
  guardian.guard(child.pid);
  child.once("exit", () => guardian.guard(undefined));
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= end(child).then(() => guardian.release());
    return stopped;
  };
  try {
    const port = await readPort(child);
    const endpoint = `ws://127.0.0.1:${port}`;
    return { pid: child.pid ?? 0, endpoint, networkToken, businessToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const launch = (
  { redisUrl, durability, profileFolder }: EngineProcessOptions,
  peersFile: string,
): ChildProcess => {
  const profiling =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  // Nothing of a Tollgate that is set up on this machine.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(ENGINE_|LOG_)/.test(name));
  return spawn(process.execPath, [...profiling, "--import", "tsx", "engine/main.ts"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      ...Object.fromEntries(inherited),
      ENGINE_PORT: "0",
      ENGINE_OPS_PORT: "0",
      ENGINE_PEERS_FILE: peersFile,
      ENGINE_DURABILITY: durability,
      REDIS_URL: redisUrl,
    },
    // In a group of its own: Ctrl-C reaches the run, which lets the engine drain.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
};

/** Reads its log until it says where it listens; what it logs later is warnings, passed on. */
const readPort = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    const last: string[] = [];
    const give = (problem: string) =>
      reject(new Error(`the engine ${problem}: ${last.join("\n").trim()}`));
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

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await exited;
  clearTimeout(impatience);
};

const sha256 = (token: string): string => createHash("sha256").update(token).digest("hex");
