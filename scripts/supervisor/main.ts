// The supervisor behind `npm start`: brings everything up, shows what runs where, and brings it
// down again when asked. Started by scripts/start.mjs, which found the Redis.

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import packageDocument from "../../package.json" with { type: "json" };
import { parseFlags } from "../bootstrap/flags.mjs";
import type { RedisBinary } from "../redis/locate.mjs";
import { freePorts } from "../testing/free-ports.ts";
import { chargeSmokeSession, fillInDemo } from "./demo.ts";
import { type Ending, interruption, type Step } from "./ending.ts";
import { takeFirstPassword } from "./first-password.ts";
import { reportText } from "./report.ts";
import { moveSettings, readSettings, type Settings } from "./settings.ts";
import { listenForStop, type StopRequest } from "./stop-request.ts";
import { complain, print, say } from "./terminal.ts";
import { createTollgate, type Tollgate, type Up } from "./tollgate.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const stopped: Ending = { message: null, exitCode: 0 };

type Show = (settings: Settings, up: Up, startedAt: number, stop: StopRequest) => Promise<Ending>;

const runUntilStopped: Show = async (settings, up, startedAt, stop) => {
  const demo = await fillInDemo(settings, up, stop.signal);
  if (!demo.isOk) return demo.error;
  print(
    reportText({
      version: packageDocument.version,
      settings,
      data: up.data,
      enginePids: up.engines.map((engine) => engine.pid()),
      redisVersion: up.redisVersion,
      redisPid: up.redis?.pid() ?? null,
      databaseUrl: up.database.url,
      databaseVersion: up.database.version,
      postgresPid: up.database.postgres?.pid() ?? null,
      businessPid: up.business.pid(),
      firstPassword: takeFirstPassword(up.data),
      demo: demo.value,
      startMilliseconds: Date.now() - startedAt,
    }),
  );
  await stop.requested;
  return stopped;
};

const runSmoke: Show = async (settings, up) => {
  const charged = await chargeSmokeSession(settings, up);
  return charged.isOk ? stopped : charged.error;
};

const runTollgate = async (
  settings: Settings,
  redisBinary: RedisBinary | null,
  startedAt: number,
  show: Show = runUntilStopped,
): Promise<Ending> => {
  let tollgate: Tollgate | null = null;
  const stop = listenForStop(() => {
    complain("stopping by force");
    tollgate?.killAll();
  });
  tollgate = createTollgate({ root, settings, redisBinary, say, stopping: stop.signal });
  let ending: Ending = interruption;
  try {
    const up = await tollgate.bringUp();
    ending = up.isOk ? await show(settings, up.value, startedAt, stop) : up.error;
  } finally {
    if (stop.signal.aborted)
      say("stopping: engines drain, then Redis and Postgres sync their files");
    await tollgate.bringDown();
    if (stop.signal.aborted) say("stopped");
  }
  return ending;
};

const smoke = async (
  settings: Settings,
  redisBinary: RedisBinary | null,
  startedAt: number,
): Promise<Ending> => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-smoke-"));
  const [engine = 0, operations = 0, redis = 0, postgres = 0, ...others] = await freePorts(6);
  const [business = 0, businessOperations = 0] = others;
  const ports = { engine, operations, redis, postgres, business, businessOperations };
  const place = { dataFolder: folder, ports };
  const ending = await runTollgate(moveSettings(settings, place), redisBinary, startedAt, runSmoke);
  if (ending.message === null) rmSync(folder, { recursive: true, force: true });
  return ending;
};

const main = async (): Promise<Ending> => {
  const startedAt = Date.now();
  const flags = parseFlags(process.argv.slice(2));
  const settings: Step<Settings> = readSettings(process.env, flags, {
    root,
    cores: availableParallelism(),
  });
  if (!settings.isOk) return settings.error;
  const redisBinary: RedisBinary | null = JSON.parse(process.env["TOLLGATE_REDIS"] ?? "null");
  return await (settings.value.isSmoke
    ? smoke(settings.value, redisBinary, startedAt)
    : runTollgate(settings.value, redisBinary, startedAt));
};

// A terminal that has closed must not end the orderly stop.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const ending = await main();
if (ending.message !== null) complain(ending.message);
process.exit(ending.exitCode);
