// The engine of a run: one process as `npm start` runs it, on free ports, with access tokens that
// live as long as the run. A guardian ends it and removes its folder however the run ends.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Durability } from "../../engine/config.ts";
import { startGuardian } from "../../scripts/testing/guardian.ts";
import { endProcess } from "./end-process.ts";
import { readPort } from "./read-port.ts";

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
    stopped ??= endProcess(child).then(() => guardian.release());
    return stopped;
  };
  try {
    const port = await readPort(child, "the engine");
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

const sha256 = (token: string): string => createHash("sha256").update(token).digest("hex");
