// Starts one redis-server process and waits until it answers. Knows how to tell our Redis from a
// stranger that took the port in between: by the folder it says it works in.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RedisBinary } from "./redis-binary.ts";

const startSecondsMax = 30;
const answerMillisecondsMax = 1_000;
const pauseMilliseconds = 10;
const logName = "redis.log";

/** Sends inline commands and collects what comes back until `isComplete` or the time is over. */
const ask = async (port: number, commands: string, isComplete: (answer: string) => boolean) => {
  const socket = connect({ port, host: "127.0.0.1" }).setEncoding("utf8");
  socket.setTimeout(answerMillisecondsMax, () => socket.destroy());
  let answer = "";
  try {
    await once(socket, "connect");
    socket.write(commands);
    for await (const chunk of socket) {
      answer += chunk;
      if (isComplete(answer)) break;
    }
  } catch {
    // Refused or reset: not listening yet.
  } finally {
    socket.destroy();
  }
  return answer;
};

/** Whether the Redis on `port` is the one that works in `folder` and has loaded its data. */
const isReady = async (port: number, folder: string): Promise<boolean> => {
  const answer = await ask(port, "CONFIG GET dir\r\nPING\r\n", (text) =>
    /^[+-](PONG|LOADING|NOAUTH|MASTERDOWN)/m.test(text),
  );
  // With a password we cannot ask further; that our process still runs must then do.
  return answer.startsWith("-NOAUTH") || (answer.includes("+PONG") && answer.includes(folder));
};

/** The end of the server's log, where it says why it stopped. */
export const readLogEnd = async (folder: string): Promise<string> => {
  const log = await readFile(path.join(folder, logName), "utf8").catch(() => "");
  return log.split("\n").slice(-12).join("\n").trim();
};

export type Launch = {
  readonly binary: RedisBinary;
  readonly port: number;
  readonly folder: string;
  readonly settings: readonly string[];
  /** Told at once what to guard, before anything can go wrong. */
  readonly onSpawn: (child: ChildProcess) => void;
};

/**
 * Resolves with a server that answers PING; rejects with the end of its log when it ends before.
 */
export const launchRedis = async (launch: Launch): Promise<ChildProcess> => {
  const { binary, port, folder, settings, onSpawn } = launch;
  const place = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder];
  const child = spawn(binary.command, [...place, "--logfile", logName, ...settings], {
    env: { ...process.env, ...binary.environment },
    stdio: "ignore",
    detached: true,
  });
  child.unref();
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  onSpawn(child);
  const giveUpAt = performance.now() + startSecondsMax * 1_000;
  while (performance.now() < giveUpAt && failure === undefined) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await isReady(port, folder)) return child;
    await pause(pauseMilliseconds);
  }
  child.kill("SIGKILL");
  const reason = failure?.message ?? (await readLogEnd(folder));
  throw new Error(`${binary.command} did not start on port ${port}: ${reason}`);
};
