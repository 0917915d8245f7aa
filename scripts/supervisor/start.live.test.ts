// `npm start` from the outside: the real bootstrap, Redis and engine, as a user meets them.

import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePorts } from "../testing/free-ports.ts";
import { startRedis } from "../testing/redis-server.ts";
import {
  createTrialPlace,
  leftRunning,
  removeTrialPlace,
  startTrial,
  type TrialPlace,
} from "./trial-start.ts";

const isReady = "Ctrl-C stops everything";

let place: TrialPlace;
beforeEach(async () => {
  place = await createTrialPlace();
});
afterEach(() => removeTrialPlace(place));

const nothingLeft = async (): Promise<void> => {
  while (leftRunning(place).length > 0) await pause(50);
};

const startAndStop = async (args: readonly string[] = []): Promise<string> => {
  const start = startTrial(place, args);
  await start.printed(isReady);
  start.bootstrap.kill("SIGINT");
  expect(await start.exited).toBe(0);
  expect(leftRunning(place)).toEqual([]);
  return start.output();
};

/** Ends by itself with one line; nothing stays behind. */
const expectRefusal = async (
  environment: Record<string, string>,
  message: RegExp,
  exitCode = 1,
): Promise<void> => {
  const start = startTrial(place, [], environment);
  expect(await start.exited).toBe(exitCode);
  const complaint = start.output().slice(start.output().indexOf("tollgate: "));
  expect(complaint).toMatch(message);
  expect(complaint.trim().split("\n").length).toBe(1);
  expect(leftRunning(place)).toEqual([]);
};

test("starts, stops on Ctrl-C, finds its data again, and starts afresh when told to", async () => {
  expect(await startAndStop()).toMatch(/1,000 subscribers, new/);
  expect(await startAndStop()).toMatch(/1,000 subscribers, as they were/);
  expect(await startAndStop(["--reset"])).toMatch(/1,000 subscribers, new/);
});

test("a second start on the same data is refused, and the first one goes on", async () => {
  const first = startTrial(place);
  await first.printed(isReady);
  const second = startTrial(place);
  expect(await second.exited).toBe(1);
  expect(second.output()).toMatch(/already running on this data folder \(process \d+\)/);
  const ready = await fetch(`http://127.0.0.1:${place.operationsPort}/readyz`);
  expect(ready.status).toBe(200);
  first.bootstrap.kill("SIGTERM");
  expect(await first.exited).toBe(0);
});

test("a crashed engine is started again", async () => {
  const start = startTrial(place);
  await start.printed(isReady);
  const pid = Number(/1 engine, process (\d+)/.exec(start.output())?.[1]);
  process.kill(pid, "SIGKILL");
  await start.printed("engine 1 ended (SIGKILL)");
  await start.printed("engine 1 is back");
  start.bootstrap.kill("SIGINT");
  expect(await start.exited).toBe(0);
  expect(leftRunning(place)).toEqual([]);
});

test.each(["before it is ready", "when it runs"])(
  "nothing outlives a bootstrap that is killed %s",
  async (moment) => {
    const start = startTrial(place);
    if (moment === "when it runs") await start.printed(isReady);
    else while (leftRunning(place).length < 3) await pause(10);
    start.bootstrap.kill("SIGKILL");
    await nothingLeft();
  },
);

test("the smoke session is charged beside a running Tollgate, and its books balance", async () => {
  const running = startTrial(place);
  await running.printed(isReady);
  const smoke = startTrial(place, ["--smoke"]);
  expect(await smoke.exited).toBe(0);
  expect(smoke.output()).toMatch(/initiate 0[\s\S]*update 1[\s\S]*terminate 3/);
  expect(smoke.output()).toContain("The books balance");
  running.bootstrap.kill("SIGINT");
  expect(await running.exited).toBe(0);
  expect(leftRunning(place)).toEqual([]);
});

test.each(["ENGINE_PORT", "ENGINE_OPS_PORT", "REDIS_PORT", "POSTGRES_PORT"])(
  "a taken %s is one line",
  async (variable) => {
    // Chosen anew: what was free when this file began may be somebody's connection by now.
    const [engine = 0, operations = 0, redis = 0, postgres = 0] = await freePorts(4);
    const ports: Record<string, string> = {
      ENGINE_PORT: String(engine),
      ENGINE_OPS_PORT: String(operations),
      REDIS_PORT: String(redis),
      POSTGRES_PORT: String(postgres),
    };
    const server = net.createServer().listen(Number(ports[variable]), "127.0.0.1");
    await expectRefusal(ports, new RegExp(`port \\d+ is taken; .* set ${variable} `));
    server.close();
  },
);

test("a wrong value, a Redis that is not there, a folder that is not ours: one line", async () => {
  await expectRefusal({ ENGINE_PORT: "eighty" }, /ENGINE_PORT/, 2);
  await expectRefusal({ REDIS_URL: "redis://:secret@127.0.0.1:1" }, /:\*\*\*@127\.0\.0\.1:1/);
  await expectRefusal({ TOLLGATE_DATA: "/proc/tollgate" }, /\/proc\/tollgate/);
});

test("uses the Redis behind REDIS_URL once it is fit, and leaves it running", async () => {
  const redis = await startRedis();
  await expectRefusal({ REDIS_URL: redis.url }, /no append-only file.*CONFIG SET appendonly yes/);
  await redis.stop();
  const fit = await startRedis({ appendOnly: true });
  const start = startTrial(place, [], { REDIS_URL: fit.url });
  await start.printed(isReady);
  expect(start.output()).toMatch(/redis +redis:\/\/127\.0\.0\.1:\d+ +version \S+, yours/);
  start.bootstrap.kill("SIGINT");
  expect(await start.exited).toBe(0);
  expect(fit.process.exitCode).toBeNull();
  await fit.stop();
});
