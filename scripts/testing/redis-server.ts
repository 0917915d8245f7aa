// A real, throw-away Redis for tests and bench: on a free port, in a temporary folder, gone with
// its owner however that ends. Several may run beside each other and beside a running Tollgate.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "./free-ports.ts";
import { type Guardian, startGuardian } from "./guardian.ts";
import { findRedisServer, type RedisBinary } from "./redis-binary.ts";
import { launchRedis } from "./redis-launch.ts";

export type RedisOptions = {
  /** AOF with everysec, as in production; without it nothing is written to disk. */
  readonly appendOnly?: boolean;
  /** A cluster node without slots; `startRedisCluster` makes a cluster of several. */
  readonly cluster?: boolean;
  /** More settings as on the command line: `["--maxmemory", "100mb"]`. They win over ours. */
  readonly extra?: readonly string[];
  /** Where its folder is made; left out: where temporary ones are. */
  readonly parent?: string;
};

export type RunningRedis = {
  readonly url: string;
  readonly port: number;
  /** Where cluster nodes talk to each other; of no meaning outside a cluster. */
  readonly clusterPort: number;
  readonly folder: string;
  /** The server's process at this moment; another one after `restart`. */
  readonly process: ChildProcess;
  /** Ends it as a crash would (SIGKILL). Folder and port stay, for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
  /** Ends it in order and removes its folder; harmless when repeated. */
  stop(): Promise<void>;
};

const attemptsMax = 5;
const stopMillisecondsMax = 5_000;

const settingsOf = (options: RedisOptions, clusterPort: number): string[] => [
  ...["--save", "", "--appendonly", options.appendOnly === true ? "yes" : "no"],
  ...["--appendfsync", "everysec", "--repl-diskless-sync-delay", "0"],
  ...(options.cluster === true
    ? ["--cluster-enabled", "yes", "--cluster-port", String(clusterPort)]
    : []),
  ...(options.extra ?? []),
];

const hasExited = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** Sends the signal and waits; a server that does not heed it in time is killed. */
const end = async (child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
  if (hasExited(child)) return;
  child.ref();
  const exited = once(child, "exit");
  child.kill(signal);
  const impatience = setTimeout(() => child.kill("SIGKILL"), stopMillisecondsMax);
  await exited;
  clearTimeout(impatience);
};

type Place = { readonly port: number; readonly clusterPort: number; readonly folder: string };

const runIn = async (
  place: Place,
  options: RedisOptions,
  binary: RedisBinary,
  guardian: Guardian,
): Promise<RunningRedis> => {
  const { port, clusterPort, folder } = place;
  const settings = settingsOf(options, clusterPort);
  const onSpawn = (spawned: ChildProcess): void => {
    guardian.guard(spawned.pid);
    spawned.once("exit", () => guardian.guard(undefined));
  };
  const launch = (): Promise<ChildProcess> =>
    launchRedis({ binary, port, folder, settings, onSpawn });
  let child = await launch();
  let stopped: Promise<void> | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    ...place,
    get process() {
      return child;
    },
    kill: () => end(child, "SIGKILL"),
    restart: async () => {
      await end(child, "SIGTERM");
      child = await launch();
    },
    stop: () => {
      stopped ??= end(child, "SIGTERM").then(() => guardian.release());
      return stopped;
    },
  };
};

/**
 * Starts a Redis and resolves once it answers. Rejects with the end of its log when it cannot
 * start.
 */
export const startRedis = async (options: RedisOptions = {}): Promise<RunningRedis> => {
  const binary = await findRedisServer();
  for (let attempt = 1; ; attempt += 1) {
    const [port, clusterPort] = (await freePorts(2)) as [number, number];
    const { parent = tmpdir() } = options;
    const folder = await realpath(await mkdtemp(path.join(parent, "tollgate-redis-")));
    const guardian = startGuardian(folder);
    try {
      return await runIn({ port, clusterPort, folder }, options, binary, guardian);
    } catch (error) {
      await guardian.release();
      const isPortTaken = /in use|bind/i.test(String(error));
      if (!isPortTaken || attempt === attemptsMax) throw error;
    }
  }
};
