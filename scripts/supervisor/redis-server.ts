// Starts the Redis that is brought for you and waits until it has loaded its data; or makes sure
// that the one behind REDIS_URL may hold balances.

import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ok } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { type Child, startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { failed, interrupted, type Step } from "./ending.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import { processStart } from "./process-identity.ts";
import { redisConfigurationText } from "./redis-configuration.ts";
import { askRedis, explainUnreachable, judgeRedis, type RedisInfo } from "./redis-fitness.ts";
import type { Settings } from "./settings.ts";

export type RedisStart = {
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly binary: RedisBinary;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly onStarted: (kept: KeptChild) => void;
};

const pollMilliseconds = 50;
/** A long append-only file takes its time; Redis loads about 1 GB in ten seconds. */
const loadSecondsMax = 900;
const answerSecondsMax = 20;
const stopGraceMilliseconds = 15_000;
const leftoverSecondsMax = 14;

export const startRedis = async (start: RedisStart): Promise<Step<KeptChild>> => {
  const { settings, data, binary } = start;
  const pidFile = path.join(data.redisData, "redis.pid");
  const leftover = await waitForLeftover(pidFile);
  if (!leftover.isOk) return leftover;
  const logFile = path.join(data.logs, "redis.log");
  const configuration = redisConfigurationText({
    port: settings.redisPort,
    folder: data.redisData,
    logFile,
    pidFile,
    durability: settings.engine.durability,
  });
  writeFileSync(data.redisConfiguration, configuration, { mode: 0o600 });
  return await keepRunning({
    name: "Redis",
    logFile,
    start: () =>
      startChild({
        command: binary.command,
        args: [data.redisConfiguration],
        environment: { ...process.env, ...binary.environment },
        folder: data.redisData,
        logFile,
      }),
    onStarted: start.onStarted,
    waitReady: (child) => waitLoaded(child, start),
    say: start.say,
    stopGraceMilliseconds,
  });
};

/** Asks until our own process (not a stranger on its port) answers and has loaded its data. */
const waitLoaded = async (child: Child, start: RedisStart): Promise<Step<void>> => {
  const startedAt = Date.now();
  const isWithin = (seconds: number): boolean => Date.now() - startedAt < seconds * 1000;
  let isLoading = false;
  while (isWithin(isLoading ? loadSecondsMax : answerSecondsMax)) {
    if (start.stopping.aborted) return interrupted;
    if (child.ending() !== null) {
      return failed(`Redis ended at once (${child.ending()}): ${child.lastWords() ?? "no reason"}`);
    }
    const answer = await askRedis(start.settings.engine.redisUrl);
    if (answer.isOk && answer.value.get("process_id") === String(child.pid)) {
      if (answer.value.get("loading") !== "1") return ok(undefined);
      if (!isLoading) start.say("Redis is loading its data");
      isLoading = true;
    }
    await pause(pollMilliseconds);
  }
  return failed(
    `Redis did not answer within ${answerSecondsMax} s; see its log in ${start.data.logs}`,
  );
};

/**
 * After a run that was killed its Redis still writes for a moment: two must never share the data.
 */
const waitForLeftover = async (pidFile: string): Promise<Step<void>> => {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (!Number.isSafeInteger(pid) || pid <= 0) return ok(undefined);
  const deadline = Date.now() + leftoverSecondsMax * 1000;
  while (Date.now() < deadline) {
    if (processStart(pid) === null || !(await isRedisProcess(pid))) return ok(undefined);
    await pause(pollMilliseconds);
  }
  return failed(
    `a Redis of an earlier run still uses this data (process ${pid}); stop it: kill ${pid}`,
  );
};

/** Where /proc can tell, an id that was given to something else since is not mistaken for Redis. */
const isRedisProcess = async (pid: number): Promise<boolean> => {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "redis");
  return /redis|valkey/.test(command);
};

/** The Redis behind REDIS_URL, if it is fit to hold balances. */
export const checkForeignRedis = async (url: string): Promise<Step<RedisInfo>> => {
  const answer = await askRedis(url);
  if (!answer.isOk) return failed(explainUnreachable(url, answer.error));
  const complaint = judgeRedis(answer.value, url);
  return complaint === null ? ok(answer.value) : failed(complaint);
};
