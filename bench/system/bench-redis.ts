// The Redis of a run: a throw-away one on a free port and in a temporary folder, with the very
// settings of the one that `npm start` starts.

import type { ChildProcess } from "node:child_process";
import { Redis } from "ioredis";
import type { Durability } from "../../engine/config.ts";
import { redisConfigurationText } from "../../scripts/supervisor/redis-configuration.ts";
import { type RunningRedis, startRedis } from "../../scripts/testing/redis-server.ts";

/** What the test harness sets itself, or what is about places. */
const ownSettings = ["port", "bind", "daemonize", "dir", "logfile", "pidfile", "appendonly"];

/** As words of a command line. */
export const startSettings = (durability: Durability): readonly string[] => {
  const place = { port: 0, folder: "", logFile: "", pidFile: "", durability };
  return redisConfigurationText(place)
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([name = ""]) => name !== "" && !ownSettings.includes(name))
    .flatMap(([name = "", ...values]) => [`--${name}`, values.join(" ").replaceAll('"', "")]);
};

export const startBenchRedis = (durability: Durability): Promise<RunningRedis> =>
  startRedis({ appendOnly: true, extra: startSettings(durability) });

export const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error("Redis is not running");
  return pid;
};

/** A connection for questions; close it with `disconnect`. */
export const askRedis = async (url: string): Promise<Redis> => {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0 });
  redis.on("error", () => undefined);
  await redis.connect();
  return redis;
};

/** One number out of INFO. */
export const infoNumber = async (redis: Redis, section: string, name: string): Promise<number> => {
  const text = await redis.info(section);
  const value = Number(new RegExp(`^${name}:(\\d+)`, "m").exec(text)?.[1]);
  if (!Number.isFinite(value)) throw new Error(`INFO ${section} has no ${name}`);
  return value;
};
