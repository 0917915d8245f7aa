// What every live test stands on: a real Redis that is quickly there, can crash and come back, and
// is gone with its owner, whatever ends the owner.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { type RedisOptions, startRedis } from "./redis-server.ts";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const start = async (options?: RedisOptions) => {
  const redis = await startRedis(options);
  onTestFinished(redis.stop);
  const client = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return { redis, client };
};

test("answers at once, is of the version that was located, and is gone after stop", async () => {
  const { redis, client } = await start();
  const pid = redis.process.pid as number;
  expect(await client.ping()).toBe("PONG");
  expect(await client.info("server")).toContain(`redis_version:${inject("redisServer").version}`);
  await redis.stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(redis.folder)).toBe(false);
});

test("two servers beside each other share nothing", async () => {
  const [one, other] = await Promise.all([start(), start()]);
  await one.client.set("key", "of one");
  expect(await other.client.get("key")).toBeNull();
  expect(one.redis.folder).not.toBe(other.redis.folder);
});

test("after a crash it is there again on the same port with what its file holds", async () => {
  const { redis, client } = await start({ appendOnly: true, extra: ["--appendfsync", "always"] });
  await client.set("key", "kept");
  await redis.kill();
  expect(redis.process.signalCode).toBe("SIGKILL");
  await redis.restart();
  const again = new Redis(redis.url);
  onTestFinished(() => again.disconnect());
  expect(await again.get("key")).toBe("kept");
});

test("tells why a server does not start, and leaves nothing", async () => {
  await expect(startRedis({ extra: ["--no-such-setting", "1"] })).rejects.toThrow("did not start");
});

test("starts with a password too", async () => {
  const { redis } = await start({ extra: ["--requirepass", "secret"] });
  const client = new Redis(redis.url, { password: "secret" });
  onTestFinished(() => client.disconnect());
  expect(await client.ping()).toBe("PONG");
});

/** A program that starts a Redis, tells where, and then does what `ending` says. */
const startOwner = async (ending: string) => {
  const program = `
    import { startRedis } from "./scripts/testing/redis-server.ts";
    const redis = await startRedis();
    console.log(JSON.stringify({ pid: redis.process.pid, folder: redis.folder }));
    ${ending}`;
  const owner: ChildProcess = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "pipe", "ignore"] },
  );
  onTestFinished(() => void owner.kill("SIGKILL"));
  const exited = once(owner, "exit");
  const [line] = (await once(owner.stdout!, "data")) as [Buffer];
  const { pid, folder } = JSON.parse(line.toString()) as { pid: number; folder: string };
  return { owner, exited, pid, folder };
};

const stays = "setInterval(() => undefined, 1000);";
const endings: readonly { name: string; ending: string; signal?: NodeJS.Signals }[] = [
  { name: "killed", ending: stays, signal: "SIGKILL" },
  { name: "interrupted", ending: stays, signal: "SIGINT" },
  { name: "terminated", ending: stays, signal: "SIGTERM" },
  { name: "ended by an exception", ending: "throw new Error();" },
  { name: "ended without stop", ending: "process.exit(0);" },
  { name: "out of work", ending: "" },
];

test.each(endings)("server and folder are gone when the owner is $name", async (row) => {
  const { owner, exited, pid, folder } = await startOwner(row.ending);
  if (row.signal !== undefined) {
    expect(isAlive(pid)).toBe(true);
    owner.kill(row.signal);
  }
  await exited;
  for (let waits = 0; waits < 100 && (isAlive(pid) || existsSync(folder)); waits += 1) {
    await pause(50);
  }
  expect({ isAlive: isAlive(pid), hasFolder: existsSync(folder) }).toEqual({
    isAlive: false,
    hasFolder: false,
  });
});
