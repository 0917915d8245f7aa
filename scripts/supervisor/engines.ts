// Starts the engine processes on their shared port and waits until each one says that it is ready.

import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ok } from "../../engine/values/result.ts";
import { type Child, startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { failed, interrupted, type Step } from "./ending.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import type { Settings } from "./settings.ts";

export type EngineStart = {
  readonly root: string;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly onStarted: (kept: KeptChild) => void;
};

const readySecondsMax = 30;
const pollMilliseconds = 50;
const askMilliseconds = 2_000;
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
    waitReady: (child) => waitReady(child, start, index, logFile),
    say: start.say,
    stopGraceMilliseconds,
  });
};

const waitReady = async (
  child: Child,
  start: EngineStart,
  index: number,
  logFile: string,
): Promise<Step<void>> => {
  const url = `${operationsUrl(start.settings, index)}/readyz`;
  const deadline = Date.now() + readySecondsMax * 1000;
  let reason = "no answer";
  while (Date.now() < deadline) {
    if (start.stopping.aborted) return interrupted;
    if (child.ending() !== null) {
      const words = child.lastWords() ?? "no reason given";
      return failed(
        `${engineName(index)} ended at once (${child.ending()}): ${words} (${logFile})`,
      );
    }
    const status = await askStatus(url);
    if (status === "200") return ok(undefined);
    reason = status;
    await pause(pollMilliseconds);
  }
  return failed(
    `${engineName(index)} is not ready after ${readySecondsMax} s (${reason}); see ${logFile}`,
  );
};

/** "200", or why not: another status with its body, or that nothing answers. */
const askStatus = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(askMilliseconds) });
    const body = await response.text();
    return response.status === 200 ? "200" : `${response.status} ${body.slice(0, 200).trim()}`;
  } catch {
    return "no answer";
  }
};
