// What a step took: time, and CPU of this process, Redis and Postgres with all that it started.

import { execFileSync } from "node:child_process";
import type { RunningPostgres } from "../../scripts/testing/postgres-server.ts";
import type { RunningRedis } from "../../scripts/testing/redis-server.ts";
import { cpuMicrosOf, endedChildrenMicrosOf } from "../redis/cpu.ts";
import { pidOf } from "../system/bench-redis.ts";

export type Place = { readonly redis: RunningRedis; readonly postgres: RunningPostgres };

export type Usage = {
  readonly seconds: number;
  readonly ownUs: number;
  readonly redisUs: number;
  readonly postgresUs: number;
  readonly ownMiB: number;
};

/** The first process, its children, and those that have ended. */
export const postgresMicros = (first: number): number => {
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(first)], {
    encoding: "utf8",
  });
  const pids = [first, ...children.trim().split(/\s+/).filter(Boolean).map(Number)];
  const living = pids.reduce((sum, pid) => sum + microsOfOneThere(pid), 0);
  return living + endedChildrenMicrosOf(first);
};

/** One that has ended since is among the children that ended. */
const microsOfOneThere = (pid: number): number => {
  try {
    return cpuMicrosOf(pid);
  } catch {
    return 0;
  }
};

export const measureUsage = async (
  { redis, postgres }: Place,
  step: () => Promise<void>,
): Promise<Usage> => {
  const first = pidOf(postgres.process);
  const postgresBefore = postgresMicros(first);
  const redisBefore = cpuMicrosOf(pidOf(redis.process));
  const before = process.cpuUsage();
  const beganAt = performance.now();
  await step();
  const seconds = (performance.now() - beganAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return {
    seconds,
    ownUs: user + system,
    redisUs: cpuMicrosOf(pidOf(redis.process)) - redisBefore,
    postgresUs: postgresMicros(first) - postgresBefore,
    ownMiB: process.memoryUsage().rss / 2 ** 20,
  };
};
