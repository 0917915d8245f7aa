// What `npm start` was asked for: environment and flags, checked before anything is touched. What
// concerns the engine is read by the engine's own rules; here is what only the supervisor knows.

import path from "node:path";
import { type Config, readConfig } from "../../engine/config.ts";
import type { Environment } from "../../engine/values/environment-reader.ts";
import { ok } from "../../engine/values/result.ts";
import { badRequest, type Step } from "./ending.ts";

export type Settings = {
  readonly isReset: boolean;
  readonly isSmoke: boolean;
  /** `operationsPort` is the first engine's; the others count up from it. */
  readonly engine: Config;
  readonly engineProcesses: number;
  /** Whether a Redis is started; otherwise `engine.redisUrl` is somebody else's. */
  readonly isRedisOurs: boolean;
  readonly redisPort: number;
  /** Somebody's Postgres, as DATABASE_URL names it; null where one is started. */
  readonly foreignDatabaseUrl: string | null;
  readonly postgresPort: number;
  /** The API of the business side. */
  readonly businessPort: number;
  /** Its health and metrics. */
  readonly businessOperationsPort: number;
  /** 0: never by itself. */
  readonly snapshotEveryHours: number;
  readonly dataFolder: string;
  readonly isDataFolderDefault: boolean;
};

type Machine = { readonly root: string; readonly cores: number };
type Wish = { readonly isReset: boolean; readonly isSmoke: boolean };

const engineProcessesMax = 64;
const portMax = 65_535;
/** As `npm run snapshot -- --if-older-than` takes them. */
const snapshotHoursMax = 8_784;
const dataFolderDefault = ".tollgate";

export const readSettings = (
  environment: Environment,
  wish: Wish,
  machine: Machine,
): Step<Settings> => {
  const mistakes: string[] = [];
  const text = (name: string): string | null => environment[name]?.trim() || null;
  const integer = (name: string, fallback: number, max: number, min = 1): number => {
    const value = text(name);
    if (value === null) return fallback;
    const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= min && parsed <= max) return parsed;
    mistakes.push(`${name}: expected a whole number from ${min} to ${max}, got "${value}"`);
    return fallback;
  };
  const processesDefault = Math.max(1, Math.floor(machine.cores / 2));
  const engineProcesses = integer("ENGINE_PROCESSES", processesDefault, engineProcessesMax);
  const redisPort = integer("REDIS_PORT", 7679, portMax);
  const postgresPort = integer("POSTGRES_PORT", 7632, portMax);
  const businessPort = integer("BSS_PORT", 7700, portMax);
  const businessOperationsPort = integer("BSS_OPS_PORT", 7701, portMax);
  const snapshotEveryHours = integer("SNAPSHOT_EVERY_HOURS", 24, snapshotHoursMax, 0);
  const foreignDatabaseUrl = text("DATABASE_URL");
  if (foreignDatabaseUrl !== null && !isDatabaseUrl(foreignDatabaseUrl)) {
    mistakes.push("DATABASE_URL: expected postgres://user:password@host:port/database");
  }
  const dataFolder = path.resolve(machine.root, text("TOLLGATE_DATA") ?? dataFolderDefault);
  const isRedisOurs = text("REDIS_URL") === null;
  const engine = readConfig({
    ...environment,
    REDIS_URL: text("REDIS_URL") ?? `redis://127.0.0.1:${redisPort}`,
    ENGINE_PEERS_FILE: path.join(dataFolder, "peers.json"),
  });
  if (!engine.isOk) return badRequest([...mistakes, ...engine.error].join("; "));
  const settings: Settings = {
    ...wish,
    engine: engine.value,
    engineProcesses,
    isRedisOurs,
    redisPort,
    foreignDatabaseUrl,
    postgresPort,
    businessPort,
    businessOperationsPort,
    snapshotEveryHours,
    dataFolder,
    isDataFolderDefault: dataFolder === path.resolve(machine.root, dataFolderDefault),
  };
  if (mistakes.length === 0) mistakes.push(...contradictions(settings));
  return mistakes.length === 0 ? ok(settings) : badRequest(mistakes.join("; "));
};

const isDatabaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return /^postgres(?:ql)?:$/.test(protocol) && pathname.length > 1;
};

/** A port that Tollgate will listen on, with the variable that moves it. */
export type PortUse = { readonly port: number; readonly variable: string; readonly host: string };

export const portUses = (settings: Settings): readonly PortUse[] => [
  { port: settings.engine.port, variable: "ENGINE_PORT", host: settings.engine.host },
  ...Array.from({ length: settings.engineProcesses }, (_, index) => ({
    port: settings.engine.operationsPort + index,
    variable: "ENGINE_OPS_PORT",
    host: settings.engine.host,
  })),
  ...(settings.isRedisOurs
    ? [{ port: settings.redisPort, variable: "REDIS_PORT", host: "127.0.0.1" }]
    : []),
  ...(settings.foreignDatabaseUrl === null
    ? [{ port: settings.postgresPort, variable: "POSTGRES_PORT", host: "127.0.0.1" }]
    : []),
  { port: settings.businessPort, variable: "BSS_PORT", host: settings.engine.host },
  { port: settings.businessOperationsPort, variable: "BSS_OPS_PORT", host: settings.engine.host },
];

/** Of a throw-away Tollgate. */
export type FreePorts = {
  readonly engine: number;
  readonly operations: number;
  readonly redis: number;
  readonly postgres: number;
  readonly business: number;
  readonly businessOperations: number;
};

/** The same on other ports and in another folder: a throw-away Tollgate beside a running one. */
export const moveSettings = (
  settings: Settings,
  { dataFolder, ports }: { readonly dataFolder: string; readonly ports: FreePorts },
): Settings => ({
  ...settings,
  engineProcesses: 1,
  engine: {
    ...settings.engine,
    host: "127.0.0.1",
    port: ports.engine,
    operationsPort: ports.operations,
    redisUrl: settings.isRedisOurs ? `redis://127.0.0.1:${ports.redis}` : settings.engine.redisUrl,
    peersFile: path.join(dataFolder, "peers.json"),
  },
  redisPort: ports.redis,
  postgresPort: ports.postgres,
  businessPort: ports.business,
  businessOperationsPort: ports.businessOperations,
  dataFolder,
  isDataFolderDefault: false,
});

/** An address fit for a terminal or a log: without its password, and what may hold another. */
export const maskUrl = (url: string): string =>
  url.replace(/\?.*$/, "").replace(/(\/\/[^/@]*:)[^/@]*@/, "$1***@");

/** Values that are fine alone and impossible together. */
const contradictions = (settings: Settings): string[] => {
  const found: string[] = [];
  const taken = new Map<number, string>();
  for (const { port, variable } of portUses(settings)) {
    const other = taken.get(port);
    taken.set(port, variable);
    if (port === 0) {
      found.push(`${variable}: 0 is no port that others could find; name one from 1 to ${portMax}`);
    } else if (port > portMax) {
      found.push(`${variable}: leaves no port for each engine process; set a lower one`);
    } else if (other !== undefined) {
      found.push(`${other} and ${variable} both need port ${port}; move one of them`);
    }
  }
  if (!settings.isRedisOurs && settings.isReset) {
    found.push(
      "--reset never touches the Redis behind REDIS_URL; empty it yourself, start without --reset",
    );
  }
  if (settings.foreignDatabaseUrl !== null && settings.isReset) {
    found.push(
      "--reset never touches the database behind DATABASE_URL; empty it yourself, " +
        "start without --reset",
    );
  }
  return found.slice(0, 1);
};
