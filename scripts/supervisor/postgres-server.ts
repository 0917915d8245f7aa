// Starts the Postgres that is brought for you and keeps it running. What has to be there first, and
// how one tells that it serves, is in ../postgres.

import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import type { DatabaseFacts } from "../postgres/ask.ts";
import { waitForLeftover } from "../postgres/postmaster.ts";
import { type PreparedPostgres, postgresUrl, preparePostgres } from "../postgres/prepare.ts";
import { waitUntilServing } from "../postgres/readiness.ts";
import { type Child, type ChildSignals, startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { failed, interrupted, type Step } from "./ending.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import type { Settings } from "./settings.ts";

export type PostgresStart = {
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly onStarted: (kept: KeptChild) => void;
};

export type StartedPostgres = {
  readonly kept: KeptChild;
  readonly url: string;
  readonly version: string;
};

/** SIGINT ends it without waiting for its clients; SIGQUIT leaves the work to a recovery. */
const signals: ChildSignals = { stop: "SIGINT", kill: "SIGQUIT" };
/** It writes out what it holds in memory: at most its shared buffers. */
const stopGraceMilliseconds = 30_000;
/** Longer than the tether of a supervisor that was killed gives it (tether.ts). */
const leftoverSecondsMax = 14;
/** A start says so only when it takes long. */
const recoveryToldAfterMilliseconds = 1_000;

export const startPostgres = async (start: PostgresStart): Promise<Step<StartedPostgres>> => {
  const { settings, data } = start;
  const left = await waitForLeftover(data.postgresData, leftoverSecondsMax);
  if (!left.isOk) return failed(left.error);
  if (start.stopping.aborted) return interrupted;
  const prepared = await preparePostgres({
    folder: data.postgresData,
    configurationFile: data.postgresConfiguration,
    passwordsFile: data.postgresPasswords,
    port: settings.postgresPort,
    isThrowAway: settings.isSmoke,
  });
  if (!prepared.isOk) return failed(prepared.error);
  if (start.stopping.aborted) return interrupted;
  return await keep(start, prepared.value, left.value);
};

const keep = async (
  start: PostgresStart,
  prepared: PreparedPostgres,
  wasKilled: boolean,
): Promise<Step<StartedPostgres>> => {
  const { data, settings } = start;
  const logFile = path.join(data.logs, "postgres.log");
  const url = postgresUrl(settings.postgresPort, "tollgate", prepared.passwords);
  let isRecovering = wasKilled;
  let version = "";
  const { command, args, user } = prepared.commandLine;
  const kept = await keepRunning({
    name: "Postgres",
    logFile,
    start: () =>
      startChild({ command, args, user, environment: process.env, folder: "/", logFile, signals }),
    onStarted: start.onStarted,
    waitReady: async (child) => {
      const ready = await waitServing(child, start, { url, isRecovering });
      // Once it has run, whatever makes it start again was a crash.
      isRecovering = true;
      if (!ready.isOk) return ready;
      version = ready.value.version;
      return ok(undefined);
    },
    say: start.say,
    stopGraceMilliseconds,
  });
  return kept.isOk ? ok({ kept: kept.value, url, version }) : kept;
};

const waitServing = async (
  child: Child,
  { data, stopping, say }: PostgresStart,
  { url, isRecovering }: { readonly url: string; readonly isRecovering: boolean },
): Promise<Step<DatabaseFacts>> => {
  const endedAtOnce = (): string | null =>
    child.ending() === null
      ? null
      : `Postgres ended at once (${child.ending()}): ${child.lastWords() ?? "no reason given"}`;
  const patience = setTimeout(
    () => say("Postgres is recovering from a crash: it goes through its log"),
    recoveryToldAfterMilliseconds,
  );
  if (!isRecovering) clearTimeout(patience);
  const serving = await waitUntilServing({
    folder: data.postgresData,
    pid: child.pid,
    url,
    giveUp: () => (stopping.aborted ? "" : endedAtOnce()),
    isRecovering,
  });
  clearTimeout(patience);
  if (serving.isOk) return serving;
  if (stopping.aborted) return interrupted;
  return failed(`${serving.error} (${path.join(data.logs, "postgres.log")})`);
};
