// Engines under test: in the process of the test, or real processes that can be killed; each with
// its peers file, and with clients of both roles. Nothing of it outlives the test.

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Config, readConfig } from "../../engine/config.ts";
import { createLog, type LogLevel } from "../../engine/log.ts";
import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import type { ClientSettings } from "../../engine/protocol/client/settings.ts";
import { startEngine } from "../../engine/server/engine.ts";
import { startGuardian } from "./guardian.ts";
import { type RedisOptions, startRedis } from "./redis-server.ts";
import { answered, tariffDocument } from "./subscribers.ts";

export const networkToken = "n".repeat(43);
/** Of another network element. */
export const otherNetworkToken = "o".repeat(43);
export const businessToken = "b".repeat(43);

export type EngineOptions = {
  readonly redisUrl: string;
  readonly listener?: Config["listener"];
  readonly isRedisCluster?: boolean;
  readonly shards?: number;
  /** 0 or left out: a free one. */
  readonly port?: number;
  readonly logLevel?: LogLevel;
  readonly isClockMovable?: boolean;
};

export type EngineUnderTest = {
  readonly port: number;
  readonly operationsPort: number;
  /** Log lines, one JSON object each. */
  readonly lines: readonly string[];
  /** In order; harmless when repeated. */
  stop(): Promise<void>;
};

export type EngineHere = EngineUnderTest & {
  /** Writes one more network element into the peers file, and has it read again. */
  addNetworkPeer(name: string, token: string): void;
};

export type EngineProcess = EngineUnderTest & {
  readonly process: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** As a crash would. */
  kill(): Promise<void>;
};

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const peers = [
  { name: "smf-1", role: "network", tokenSha256: sha256(networkToken) },
  { name: "smf-2", role: "network", tokenSha256: sha256(otherNetworkToken) },
  { name: "bss-1", role: "business", tokenSha256: sha256(businessToken) },
];

const makeFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-engine-"));
  const peersFile = path.join(folder, "peers.json");
  writeFileSync(peersFile, JSON.stringify({ peers }));
  return { folder, peersFile };
};

const environmentOf = (options: EngineOptions, peersFile: string) => ({
  ENGINE_PORT: String(options.port ?? 0),
  ENGINE_OPS_PORT: "0",
  ENGINE_PEERS_FILE: peersFile,
  ENGINE_SHARDS: String(options.shards ?? 1),
  ENGINE_REDIS_CLUSTER: options.isRedisCluster === true ? "yes" : "no",
  ENGINE_LISTENER: options.listener ?? "",
  REDIS_URL: options.redisUrl,
  LOG_LEVEL: options.logLevel ?? "info",
  CLOCK_MOVABLE: options.isClockMovable === true ? "yes" : "no",
});

/** In this process: quick to start, and `now` can be any clock. */
export const startEngineHere = async (
  options: EngineOptions & { readonly now?: () => number },
): Promise<EngineHere> => {
  const { folder, peersFile } = makeFolder();
  const config = readConfig(environmentOf(options, peersFile));
  if (!config.isOk) throw new Error(config.error.join("\n"));
  const lines: string[] = [];
  const log = createLog(config.value.logLevel, { write: (line) => lines.push(line) });
  const engine = await startEngine(config.value, log, options.now ?? Date.now);
  let stopped: Promise<void> | undefined;
  return {
    port: engine.port,
    operationsPort: engine.operationsPort,
    lines,
    addNetworkPeer: (name, token) => {
      const added = { name, role: "network", tokenSha256: sha256(token) };
      writeFileSync(peersFile, JSON.stringify({ peers: [...peers, added] }));
      engine.reloadPeers();
    },
    stop: () => {
      stopped ??= engine.stop().finally(() => rmSync(folder, { recursive: true, force: true }));
      return stopped;
    },
  };
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const startSecondsMax = 30;
const stopSecondsMax = 20;

type Up = { readonly port: number; readonly operationsPort: number };

/** A process of its own, as operators run it. */
export const startEngineProcess = async (options: EngineOptions): Promise<EngineProcess> => {
  const { folder, peersFile } = makeFolder();
  const guardian = startGuardian(folder);
  const child = spawn(process.execPath, ["--import", "tsx", path.join("engine", "main.ts")], {
    cwd: root,
    env: { ...process.env, ...environmentOf(options, peersFile) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  guardian.guard(child.pid);
  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => {
      guardian.guard(undefined);
      void guardian.release().then(() => resolve(signal ?? code ?? 0));
    });
  });
  const lines: string[] = [];
  const { port, operationsPort } = await waitUntilUp(child, lines, exited);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const impatience = setTimeout(() => child.kill("SIGKILL"), stopSecondsMax * 1_000);
    await exited;
    clearTimeout(impatience);
  };
  const common = { port, operationsPort, lines, process: child, exited };
  return { ...common, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
};

/** It says so in its log, with the ports that it got. */
const waitUntilUp = (
  child: ChildProcessByStdio<null, Readable, Readable>,
  lines: string[],
  exited: Promise<unknown>,
) =>
  new Promise<Up>((resolve, reject) => {
    const give = (line: string) => {
      lines.push(line);
      if (line.includes('"the engine is up"')) resolve(JSON.parse(line) as Up);
    };
    createInterface({ input: child.stdout }).on("line", give);
    createInterface({ input: child.stderr }).on("line", give);
    const fail = () => reject(new Error(`the engine did not start: ${lines.slice(-5).join(" ")}`));
    void exited.then(fail);
    setTimeout(fail, startSecondsMax * 1_000).unref();
  });

export const endpointOf = ({ port }: { readonly port: number }) => `ws://127.0.0.1:${port}`;

type Given = Partial<Omit<ClientSettings, "endpoints" | "token">>;
type Place = { readonly port: number };

const clientWith = (token: string, engines: readonly Place[], settings: Given): Client =>
  createClient({ endpoints: engines.map(endpointOf), token, ...settings });

export const networkClient = (engines: readonly Place[], settings: Given = {}): Client =>
  clientWith(networkToken, engines, settings);

export const otherNetworkClient = (engines: readonly Place[], settings: Given = {}): Client =>
  clientWith(otherNetworkToken, engines, settings);

export const businessClient = (engines: readonly Place[], settings: Given = {}): Client =>
  clientWith(businessToken, engines, settings);

/** What the operations port says at `place`, as `/readyz`. */
export const askOperations = async (engine: { readonly operationsPort: number }, place: string) => {
  const url = `http://127.0.0.1:${engine.operationsPort}${place}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, text: await response.text() };
};

/** The value of a line of /metrics, such as `name{label="x"}`; 0 where there is none. */
export const readMetric = async (
  engine: { readonly operationsPort: number },
  line: string,
): Promise<number> => {
  const { text } = await askOperations(engine, "/metrics");
  const found = text.split("\n").find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? 0);
};

/** Polls until it is true; throws what was waited for when it never is. */
export const until = async (
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  { secondsMax = 15, everyMs = 10 } = {},
): Promise<void> => {
  const deadline = performance.now() + secondsMax * 1_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${secondsMax} s in vain: ${what}`);
    await pause(everyMs);
  }
};

/** Everything that was started, ended in the reverse order. */
export const createCleanUp = () => {
  const ends: (() => Promise<unknown>)[] = [];
  return {
    add: <T extends { stop(): Promise<unknown> } | { close(): Promise<unknown> }>(what: T): T => {
      ends.push(() => ("stop" in what ? what.stop() : what.close()));
      return what;
    },
    run: async () => {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
};

export type CleanUp = Pick<ReturnType<typeof createCleanUp>, "add">;

/** For what one test starts: it ends with that test. */
export const cleanUpOfTest = (): CleanUp => {
  const cleanUp = createCleanUp();
  onTestFinished(cleanUp.run);
  return cleanUp;
};

/** A client of each role to engines that are up; they have the tariff of subscribers.ts then. */
export const openClients = async (
  cleanUp: CleanUp,
  engines: readonly Place[],
  settings: Given = {},
) => {
  const network = cleanUp.add(networkClient(engines, settings));
  const business = cleanUp.add(businessClient(engines, settings));
  answered(await business.publishTariff({ document: tariffDocument() }));
  return { network, business };
};

type ServingOptions = {
  readonly redis?: RedisOptions;
  readonly now?: () => number;
  readonly clients?: Given;
};

/** What most live tests begin with: a Redis, an engine in this process and its clients. */
export const startServing = async (cleanUp: CleanUp, options: ServingOptions = {}) => {
  const redis = cleanUp.add(await startRedis(options.redis));
  const { now = Date.now } = options;
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, now }));
  return { redis, engine, ...(await openClients(cleanUp, [engine], options.clients)) };
};
