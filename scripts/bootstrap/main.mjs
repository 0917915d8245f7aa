// The bootstrap: packages, a Redis, then the supervisor, which is TypeScript and does the rest. The
// supervisor runs in a session of its own, so that Ctrl-C in a terminal reaches it once, through
// here; it stops everything by itself when this process is gone.

import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { locateRedis } from "../redis/locate.mjs";
import { installDependencies } from "./dependencies.mjs";
import { helpText, parseFlags } from "./flags.mjs";
import { isRefusal } from "./refusal.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const parentCheckMilliseconds = 1000;

const log = (/** @type {string} */ line) => process.stdout.write(`  · ${line}\n`);

/** @param {string} message @param {number} code */
const fail = (message, code) => {
  process.stderr.write(`tollgate: ${message}\n`);
  process.exit(code);
};

/**
 * Until the supervisor runs a signal simply ends the bootstrap, and with it npm or apt (see
 * run.mjs).
 */
const endOnSignal = () => process.exit(130);
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * npm that is killed outright does not take us along; its process being gone is the only sign.
 * @param {() => void} onGone
 */
const watchNpm = (onGone) => {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMilliseconds);
  timer.unref();
};

/**
 * Runs the supervisor to its end and takes over its exit code.
 * @param {readonly string[]} args @param {Record<string, string>} environment
 */
const runSupervisor = (args, environment) => {
  const script = path.join("scripts", "supervisor", "main.ts");
  const supervisor = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  for (const signal of signals) {
    process.off(signal, endOnSignal);
    process.on(signal, () => supervisor.kill(signal === "SIGINT" ? "SIGINT" : "SIGTERM"));
  }
  watchNpm(() => supervisor.kill("SIGTERM"));
  supervisor.on("error", (error) =>
    fail(`the supervisor could not be started: ${error.message}`, 1),
  );
  supervisor.on("exit", (code, signal) => {
    if (code === null) fail(`the supervisor was ended by ${signal}; what it ran was stopped`, 1);
    process.exit(code);
  });
};

/** @param {readonly string[]} args */
export const main = async (args) => {
  const flags = parseFlags(args);
  if (flags.mistake !== null) fail(flags.mistake, 2);
  if (flags.isHelp) {
    process.stdout.write(`${helpText()}\n`);
    return;
  }
  // A terminal that is gone must not end the orderly stop.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  for (const signal of signals) process.on(signal, endOnSignal);
  try {
    await installDependencies({ root, log });
    if (flags.isInstall) return;
    const usualFolder = path.join(root, ".tollgate");
    const dataFolder = path.resolve(root, process.env.TOLLGATE_DATA || usualFolder);
    const isRedisOurs = (process.env.REDIS_URL ?? "") === "";
    const redis = isRedisOurs
      ? await locateRedis({ dataFolder, log, otherFolders: [usualFolder] })
      : null;
    runSupervisor(args, { TOLLGATE_REDIS: JSON.stringify(redis) });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    fail(error.message, 1);
  }
};
