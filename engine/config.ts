// The engine's settings, all of them from the environment. Read once at the start, every problem
// found at once, each as one line that names the variable; after that a frozen value nobody can
// change.

import { limits } from "./limits.ts";
import { type LogLevel, logLevels } from "./log.ts";
import { type Environment, portMax, readerOf } from "./values/environment-reader.ts";
import { err, ok, type Result } from "./values/result.ts";

export const durabilities = ["everysec", "always"] as const;
export type Durability = (typeof durabilities)[number];

export const listenerKinds = ["uWebSockets.js", "ws"] as const;
export type ListenerKind = (typeof listenerKinds)[number];

/** With a CA every peer must show a certificate that it has signed (mutual TLS). */
export type TlsFiles = {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly caFile: string | undefined;
};

export type Config = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly operationsPort: number;
  /** May hold a password: never log it under another name than `redisUrl`. */
  readonly redisUrl: string;
  readonly isRedisCluster: boolean;
  readonly peersFile: string;
  /** Fixed at installation: accounts are spread over the shards by hash. */
  readonly shards: number;
  readonly durability: Durability;
  readonly logLevel: LogLevel;
  /** A test installation, whose time can be moved through the API; never where money is real. */
  readonly isClockMovable: boolean;
  readonly tls: TlsFiles | undefined;
  /** undefined: uWebSockets.js where its binary loads, else ws. */
  readonly listener: ListenerKind | undefined;
};

export const readConfig = (env: Environment): Result<Config, readonly string[]> => {
  const problems: string[] = [];
  const read = readerOf(env, problems);
  const config: Config = {
    host: read.host("ENGINE_HOST", "127.0.0.1"),
    port: read.integer("ENGINE_PORT", 7600, 0, portMax),
    operationsPort: read.integer("ENGINE_OPS_PORT", 7601, 0, portMax),
    redisUrl: read.url("REDIS_URL", "redis://127.0.0.1:7679", ["redis", "rediss"]),
    isRedisCluster: read.oneOf("ENGINE_REDIS_CLUSTER", ["yes", "no"], "no") === "yes",
    peersFile: read.required("ENGINE_PEERS_FILE", "the JSON file that lists who may connect"),
    shards: read.integer("ENGINE_SHARDS", 1, 1, limits.shardsMax),
    durability: read.oneOf("ENGINE_DURABILITY", durabilities, "everysec"),
    logLevel: read.oneOf("LOG_LEVEL", logLevels, "info"),
    isClockMovable: read.oneOf("CLOCK_MOVABLE", ["yes", "no"], "no") === "yes",
    tls: readTls(read.text, problems),
    listener: read.oneOf("ENGINE_LISTENER", listenerKinds, undefined),
  };
  if (config.port !== 0 && config.port === config.operationsPort) {
    problems.push(`ENGINE_OPS_PORT: ${config.port} is ENGINE_PORT already; give it another one`);
  }
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
};

const readTls = (
  text: (name: string) => string | undefined,
  problems: string[],
): TlsFiles | undefined => {
  const keyFile = text("ENGINE_TLS_KEY_FILE");
  const certificateFile = text("ENGINE_TLS_CERT_FILE");
  const caFile = text("ENGINE_TLS_CA_FILE");
  if (keyFile !== undefined && certificateFile !== undefined) {
    return { keyFile, certificateFile, caFile };
  }
  const isAnySet = [keyFile, certificateFile, caFile].some((file) => file !== undefined);
  if (!isAnySet) return undefined;
  if (keyFile === undefined) problems.push("ENGINE_TLS_KEY_FILE: missing; TLS needs it");
  if (certificateFile === undefined) problems.push("ENGINE_TLS_CERT_FILE: missing; TLS needs it");
  return undefined;
};
