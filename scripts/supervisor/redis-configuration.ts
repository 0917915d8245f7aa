// The configuration of the Redis that is started for you: loopback only, nothing ever evicted,
// every write in the append-only file. The file is written anew at each start.

import type { Durability } from "../../engine/config.ts";
import { allowedCpus, cpuSettings } from "./cpus.ts";

export type RedisConfiguration = {
  readonly port: number;
  readonly folder: string;
  readonly logFile: string;
  readonly pidFile: string;
  readonly durability: Durability;
};

/** Quotes and escapes as redis.conf wants it, so that any path works. */
const quote = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;

export const redisConfigurationText = (configuration: RedisConfiguration): string =>
  [
    `port ${configuration.port}`,
    "bind 127.0.0.1",
    "protected-mode yes",
    "daemonize no",
    `dir ${quote(configuration.folder)}`,
    `logfile ${quote(configuration.logFile)}`,
    `pidfile ${quote(configuration.pidFile)}`,
    "appendonly yes",
    `appendfsync ${configuration.durability === "everysec" ? "everysec" : "always"}`,
    // The append-only file is the truth; snapshots beside it would only cost.
    'save ""',
    // The file grows by some 60 MB a second at full load, and writing it anew takes a core for
    // seconds: not at every doubling from 64 MB on, as is Redis's default.
    "auto-aof-rewrite-min-size 2gb",
    ...cpuSettings(allowedCpus()),
    "maxmemory-policy noeviction",
    "tcp-keepalive 60",
    // A snapshot is taken by a replica (scripts/snapshot): it neither waits for others nor
    // comes back.
    "repl-backlog-ttl 1",
    "repl-diskless-sync-delay 0",
    "",
  ].join("\n");
