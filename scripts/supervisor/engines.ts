// Starts the engine processes on their shared port and waits until each one says that it is ready.

import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import { startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Step } from "./ending.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import type { Settings } from "./settings.ts";
import { waitAnswering } from "./wait-answering.ts";

export type EngineStart = {
  readonly root: string;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly onStarted: (kept: KeptChild) => void;
};

/** Engines drain in 8 s at most (engine/limits.ts). */
const stopGraceMilliseconds = 10_000;

export const engineName = (index: number): string => `engine ${index + 1}`;

/** Host for a URL on this machine: what listens everywhere is reached on the loopback. */
export const reachableHost = (host: string): string => {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
};

export const operationsUrl = (settings: Settings, index: number): string =>
  `http://${reachableHost(settings.engine.host)}:${settings.engine.operationsPort + index}`;

/** All engines, or the first reason why not; the caller stops those that were started. */
export const startEngines = async (start: EngineStart): Promise<Step<readonly KeptChild[]>> => {
  const failing = new AbortController();
  const stopping = AbortSignal.any([start.stopping, failing.signal]);
  let problem: Step<never> | null = null;
  const engines: KeptChild[] = [];
  await Promise.all(
    Array.from({ length: start.settings.engineProcesses }, async (_, index) => {
      const outcome = await startEngine({ ...start, stopping }, index);
      if (outcome.isOk) {
        engines[index] = outcome.value;
        return;
      }
      // The others need not be waited for: their own wait ends as interrupted.
      problem ??= outcome;
      failing.abort();
    }),
  );
  return problem ?? ok(engines);
};

const startEngine = (start: EngineStart, index: number): Promise<Step<KeptChild>> => {
  const { settings, data } = start;
  const logFile = path.join(data.logs, `engine-${index + 1}.log`);
  const environment = {
    ...process.env,
    ENGINE_HOST: settings.engine.host,
    ENGINE_PORT: String(settings.engine.port),
    ENGINE_OPS_PORT: String(settings.engine.operationsPort + index),
    ENGINE_PEERS_FILE: settings.engine.peersFile,
    REDIS_URL: settings.engine.redisUrl,
  };
  return keepRunning({
    name: engineName(index),
    logFile,
    start: () =>
      startChild({
        command: process.execPath,
        args: ["--import", "tsx", path.join("engine", "main.ts")],
        environment,
        folder: start.root,
        logFile,
      }),
    onStarted: start.onStarted,
    waitReady: (child) =>
      waitAnswering({
        name: engineName(index),
        child,
        url: `${operationsUrl(settings, index)}/readyz`,
        logFile,
        stopping: start.stopping,
      }),
    say: start.say,
    stopGraceMilliseconds,
  });
};
