// A real, throw-away Postgres for tests and bench: on a free port, in a temporary folder, gone with
// its owner however that ends. It can crash and come back. Most tests need no server of their own
// but a database (database-of-file.ts).

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitForLeftover } from "../postgres/postmaster.ts";
import { type PreparedPostgres, postgresUrl, preparePostgres } from "../postgres/prepare.ts";
import { waitUntilServing } from "../postgres/readiness.ts";
import { freePorts } from "./free-ports.ts";
import { type Guardian, startGuardian } from "./guardian.ts";

export type RunningPostgres = {
  /** The database `tollgate` as its owner, the role `tollgate`: what a Tollgate gets. */
  readonly url: string;
  /** The database `postgres` as the superuser. */
  readonly superuserUrl: string;
  readonly port: number;
  readonly folder: string;
  /** The server's first process at this moment; another one after `restart`. */
  readonly process: ChildProcess;
  /** Ends it as a crash would (SIGKILL). Folder and port stay, for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder; after a crash it recovers. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; harmless when repeated. */
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** It writes to its disk as in production; without it a power loss would cost everything. */
  readonly isSynced?: boolean;
  /** Where its folder is made; left out: where temporary ones are. */
  readonly parent?: string;
};

const attemptsMax = 5;
const stopMillisecondsMax = 5_000;
const leftoverSecondsMax = 10;

const hasExited = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** Sends the signal and waits; a server that does not heed it in time is killed. */
const end = async (child: ChildProcess, signal: "SIGINT" | "SIGQUIT" | "SIGKILL") => {
  if (hasExited(child)) return;
  child.ref();
  const exited = once(child, "exit");
  child.kill(signal);
  const impatience = setTimeout(() => child.kill("SIGKILL"), stopMillisecondsMax);
  await exited;
  clearTimeout(impatience);
};

const dataFolderIn = (folder: string): string => path.join(folder, "postgres-data");
const logFileIn = (folder: string): string => path.join(folder, "postgres.log");

const spawnServer = ({ commandLine }: PreparedPostgres, folder: string): ChildProcess => {
  const log = openSync(logFileIn(folder), "a");
  const child = spawn(commandLine.command, [...commandLine.args], {
    cwd: "/",
    stdio: ["ignore", log, log],
    detached: true,
    ...commandLine.user,
  });
  closeSync(log);
  child.unref();
  return child;
};

type Place = { readonly folder: string; readonly port: number };

const launch = async (
  prepared: PreparedPostgres,
  { folder, port }: Place,
  guardian: Guardian,
): Promise<ChildProcess> => {
  const dataFolder = dataFolderIn(folder);
  const left = await waitForLeftover(dataFolder, leftoverSecondsMax);
  if (!left.isOk) throw new Error(left.error);
  const child = spawnServer(prepared, folder);
  let failure: string | null = null;
  child.once("error", (error) => {
    failure = error.message;
  });
  guardian.guard(child.pid);
  child.once("exit", () => guardian.guard(undefined));
  const serving = await waitUntilServing({
    folder: dataFolder,
    pid: child.pid ?? 0,
    url: postgresUrl(port, "tollgate", prepared.passwords),
    giveUp: () => failure ?? (hasExited(child) ? "it ended at once" : null),
    isRecovering: left.value,
  });
  if (serving.isOk) return child;
  await end(child, "SIGKILL");
  const log = await readFile(logFileIn(folder), "utf8").catch(() => "");
  const logEnd = log.split("\n").slice(-12).join("\n");
  throw new Error(`Postgres did not start on port ${port}: ${serving.error}\n${logEnd}`);
};

const runIn = async (
  place: Place,
  prepared: PreparedPostgres,
  guardian: Guardian,
): Promise<RunningPostgres> => {
  let child = await launch(prepared, place, guardian);
  let stopped: Promise<void> | undefined;
  return {
    ...place,
    url: postgresUrl(place.port, "tollgate", prepared.passwords),
    superuserUrl: postgresUrl(place.port, "postgres", prepared.passwords, "postgres"),
    get process() {
      return child;
    },
    kill: () => end(child, "SIGKILL"),
    restart: async () => {
      await end(child, "SIGINT");
      child = await launch(prepared, place, guardian);
    },
    stop: () => {
      // What is thrown away need not be written out first.
      stopped ??= end(child, "SIGQUIT").then(() => guardian.release());
      return stopped;
    },
  };
};

/** Starts a Postgres and resolves once it answers; rejects with why it cannot start. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<RunningPostgres> => {
  const { isSynced = false, parent = tmpdir() } = options;
  for (let attempt = 1; ; attempt += 1) {
    const [port = 0] = await freePorts(1);
    const folder = await realpath(await mkdtemp(path.join(parent, "tollgate-postgres-")));
    const guardian = startGuardian(folder, "QUIT");
    try {
      const prepared = await preparePostgres({
        folder: dataFolderIn(folder),
        configurationFile: path.join(folder, "postgres.conf"),
        passwordsFile: path.join(folder, "postgres-passwords.json"),
        port,
        isThrowAway: true,
        isSynced,
      });
      if (!prepared.isOk) throw new Error(prepared.error);
      return await runIn({ folder, port }, prepared.value, guardian);
    } catch (error) {
      await guardian.release();
      const isPortTaken = /could not bind/i.test(String(error));
      if (!isPortTaken || attempt === attemptsMax) throw error;
    }
  }
};
