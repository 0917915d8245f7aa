// A whole Tollgate to break: two engines, two workers of the ledger, Redis and Postgres, as `npm
// start` runs them, and a wire that can be spoilt on each way between them. On free ports and in a
// folder of its own; nothing of it outlives the command.

import { createHash, randomBytes } from "node:crypto";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startSettings } from "../../../bench/system/bench-redis.ts";
import type { Durability } from "../../../engine/config.ts";
import { freePorts } from "../../testing/free-ports.ts";
import { type RunningPostgres, startPostgres } from "../../testing/postgres-server.ts";
import { type RunningRedis, startRedis } from "../../testing/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "../../testing/tcp-proxy.ts";
import { mountObstacle } from "./own-mounts.ts";
import type { Part, StorePart } from "./part.ts";
import { startProgram } from "./program-part.ts";
import type { RunFolder } from "./run-folder.ts";
import { serverPart } from "./server-part.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

/** Who talks to whom. */
export const linkNames = [
  "element-engine",
  "engine-redis",
  "worker-redis",
  "worker-postgres",
] as const;
export type LinkName = (typeof linkNames)[number];

export type World = {
  readonly engines: readonly Part[];
  readonly workers: readonly Part[];
  readonly redis: StorePart;
  readonly postgres: StorePart;
  /** A wire for each of the processes that talk over it. */
  readonly links: Readonly<Record<LinkName, readonly TcpProxy[]>>;
  readonly disks: { readonly redis: SmallDisk; readonly postgres: SmallDisk } | undefined;
  /** Why there are no disks that could be full. */
  readonly diskObstacle: string;
  /** Of Redis. */
  readonly durability: Durability;
  /** With its append-only file. */
  readonly redisFolder: string;
  /** Past the wires. */
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Of the wires to the engines. */
  readonly endpoints: readonly string[];
  readonly networkToken: string;
  readonly businessToken: string;
  /** What is not well, in a line each. */
  problems(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

const pairs = [0, 1] as const;
const redisDiskMebibytes = 768;
const postgresDiskMebibytes = 2_048;
/** What is committed goes soon, so that letting go of it is part of the trial. */
const journalKeptSeconds = 5;
const startSecondsMax = 60;

type Disks = NonNullable<World["disks"]>;

type Mounted = { readonly disks: Disks | undefined; readonly obstacle: string };

const mountDisks = async (disks: string): Promise<Mounted> => {
  const obstacle = mountObstacle();
  if (obstacle !== undefined) return { disks: undefined, obstacle };
  try {
    const redis = await mountSmallDisk(path.join(disks, "redis"), redisDiskMebibytes);
    const postgres = await mountSmallDisk(path.join(disks, "postgres"), postgresDiskMebibytes);
    return { disks: { redis, postgres }, obstacle: "" };
  } catch (error) {
    const words = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { disks: undefined, obstacle: `no small disk: ${words}` };
  }
};

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const writePeers = async (folder: string) => {
  const networkToken = randomBytes(32).toString("base64url");
  const businessToken = randomBytes(32).toString("base64url");
  const peersFile = path.join(folder, "peers.json");
  const peers = [
    { name: "chaos-network", role: "network", tokenSha256: sha256(networkToken) },
    { name: "chaos-business", role: "business", tokenSha256: sha256(businessToken) },
  ];
  await writeFile(peersFile, JSON.stringify({ peers }), { mode: 0o600 });
  return { networkToken, businessToken, peersFile };
};

const moved = (url: string, { port }: { readonly port: number }): string => {
  const there = new URL(url);
  there.port = String(port);
  return there.href;
};

type Stores = {
  readonly redis: RunningRedis;
  readonly postgres: RunningPostgres;
  readonly durability: Durability;
};

const startEngines = async (
  { redis, durability }: Stores,
  { logs, peersFile }: { readonly logs: string; readonly peersFile: string },
) => {
  const ports = await freePorts(2 * pairs.length);
  const toRedis = await Promise.all(pairs.map(() => startTcpProxy(redis.port)));
  const toEngines = await Promise.all(pairs.map((one) => startTcpProxy(ports[one]!)));
  const parts = pairs.map((one) => {
    const operationsPort = ports[pairs.length + one]!;
    const environment = {
      ENGINE_PORT: String(ports[one]),
      ENGINE_OPS_PORT: String(operationsPort),
      ENGINE_PEERS_FILE: peersFile,
      ENGINE_DURABILITY: durability,
      REDIS_URL: `redis://127.0.0.1:${toRedis[one]!.port}`,
    };
    const name = `engine ${one + 1}`;
    return startProgram({ name, file: "engine/main.ts", environment, operationsPort, logs });
  });
  return { parts, toEngines, toRedis };
};

const startWorkers = async ({ redis, postgres }: Stores, logs: string) => {
  const ports = await freePorts(pairs.length);
  const toRedis = await Promise.all(pairs.map(() => startTcpProxy(redis.port)));
  const toPostgres = await Promise.all(pairs.map(() => startTcpProxy(postgres.port)));
  const parts = pairs.map((one) => {
    const operationsPort = ports[one]!;
    const environment = {
      BSS_PORT: "0",
      PRIVACY_KEYS_FILE: path.join(logs, "privacy-keys.json"),
      // It has nothing to publish or to move: that the ledger follows is what is proven.
      BSS_ENGINE_TOKEN: "of no engine",
      BSS_FIRST_PASSWORD_FILE: path.join(logs, "first-password"),
      BSS_OPS_PORT: String(operationsPort),
      DATABASE_URL: moved(postgres.url, toPostgres[one]!),
      REDIS_URL: `redis://127.0.0.1:${toRedis[one]!.port}`,
      LEDGER_JOURNAL_KEPT_SECONDS: String(journalKeptSeconds),
    };
    const name = `worker ${one + 1}`;
    return startProgram({ name, file: "bss/main.ts", environment, operationsPort, logs });
  });
  return { parts, toRedis, toPostgres };
};

const startStores = async (
  { logs }: RunFolder,
  durability: Durability,
  disks: Disks | undefined,
): Promise<Stores> => {
  const redis = await startRedis({
    appendOnly: true,
    extra: [...startSettings(durability), "--logfile", path.join(logs, "redis.log")],
    ...(disks && { parent: disks.redis.folder }),
  });
  try {
    const place = disks && { parent: disks.postgres.folder };
    return { redis, postgres: await startPostgres({ isSynced: true, ...place }), durability };
  } catch (error) {
    await redis.stop();
    throw error;
  }
};

/** Resolves when all of it is well; rejects when it is not in time, and then nothing is left. */
export const startWorld = async (
  folder: RunFolder,
  durability: Durability,
  signal?: AbortSignal,
): Promise<World> => {
  const { disks, obstacle } = await mountDisks(folder.disks);
  const stores = await startStores(folder, durability, disks);
  try {
    const world = await buildAround(stores, folder, { disks, obstacle });
    await Promise.all([...world.engines, ...world.workers].map((part) => part.start()));
    await untilWell(world, signal);
    return world;
  } catch (error) {
    await Promise.all([stores.redis.stop(), stores.postgres.stop()]);
    throw error;
  }
};

/** Nothing but the stores runs yet. */
const buildAround = async (
  stores: Stores,
  folder: RunFolder,
  { disks, obstacle }: Mounted,
): Promise<World> => {
  const peers = await writePeers(folder.folder);
  const engines = await startEngines(stores, { ...folder, ...peers });
  const workers = await startWorkers(stores, folder.logs);
  const links = {
    "element-engine": engines.toEngines,
    "engine-redis": engines.toRedis,
    "worker-redis": workers.toRedis,
    "worker-postgres": workers.toPostgres,
  };
  const redis = serverPart({ name: "Redis", server: stores.redis, signal: "SIGTERM" });
  const postgres = serverPart({ name: "Postgres", server: stores.postgres, signal: "SIGINT" });
  const programs = [...engines.parts, ...workers.parts];
  return {
    engines: engines.parts,
    workers: workers.parts,
    ...{ redis, postgres, links, disks, diskObstacle: obstacle, ...peers },
    durability: stores.durability,
    redisFolder: stores.redis.folder,
    redisUrl: stores.redis.url,
    databaseUrl: stores.postgres.url,
    endpoints: engines.toEngines.map(({ port }) => `ws://127.0.0.1:${port}`),
    problems: async () => {
      const all = await Promise.all([redis, postgres, ...programs].map((part) => part.problem()));
      return all.filter((problem) => problem !== undefined);
    },
    stop: async () => {
      await disks?.redis.empty();
      await disks?.postgres.empty();
      for (const part of [redis, postgres, ...programs]) part.thaw();
      await Promise.all(programs.map((part) => part.kill()));
      const log = path.join(stores.postgres.folder, "postgres.log");
      await cp(log, path.join(folder.logs, "postgres.log")).catch(() => undefined);
      await Promise.all([stores.redis.stop(), stores.postgres.stop()]);
      await Promise.all(Object.values(links).flatMap((some) => some.map((one) => one.stop())));
    },
  };
};

const untilWell = async (world: World, signal: AbortSignal | undefined): Promise<void> => {
  const deadline = Date.now() + startSecondsMax * 1_000;
  for (;;) {
    const problems = await world.problems();
    // The ledger only begins once an engine has marked this Redis as its own: that is no problem.
    if (problems.length === 0) return;
    if (signal?.aborted || Date.now() > deadline) {
      await world.stop();
      throw new Error(`it does not come up: ${problems.join("; ")}`);
    }
    await pause(100);
  }
};
