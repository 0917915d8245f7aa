// Everything that has to be there before Postgres is started: its programs, as whom it runs, a data
// folder of its own that belongs to that one, and its configuration. Used by `npm start` and by
// throw-away servers alike.

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { findPostgresBinaries } from "./binaries.ts";
import { postgresConfigurationText } from "./configuration.ts";
import { databaseName, initialise, type Passwords, readPasswords } from "./initialise.ts";
import { handOver } from "./ownership.ts";
import { type CommandLine, commandLineAs, findRunAs, ownerAs } from "./run-as.ts";

export type PostgresPlace = {
  /** Its parent exists and is ours. */
  readonly folder: string;
  readonly configurationFile: string;
  readonly passwordsFile: string;
  readonly port: number;
  readonly isThrowAway: boolean;
  /** Of one that is thrown away: it writes to its disk as one that is not, for who breaks it. */
  readonly isSynced?: boolean;
};

export type PreparedPostgres = {
  /** Starts the server in the foreground, its log on standard error. */
  readonly commandLine: CommandLine;
  readonly passwords: Passwords;
  readonly isNew: boolean;
};

export const postgresUrl = (
  port: number,
  role: keyof Passwords,
  passwords: Passwords,
  database = databaseName,
): string => `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${database}`;

/** Of the packaged Postgres. */
const majorVersion = "18";

/** Files of the data folder that Postgres of another major version wrote are not for this one. */
const checkVersion = (folder: string): Result<void, string> => {
  const found = readFileSync(path.join(folder, "PG_VERSION"), "utf8").trim();
  return found === majorVersion
    ? ok(undefined)
    : err(
        `${folder} was written by Postgres ${found}, this is ${majorVersion}; dump it with the ` +
          "earlier Tollgate, or start afresh: npm start -- --reset",
      );
};

const openExisting = (place: PostgresPlace): Result<Passwords, string> => {
  const version = checkVersion(place.folder);
  if (!version.isOk) return version;
  const passwords = readPasswords(place.passwordsFile);
  return passwords === null
    ? err(
        `${place.passwordsFile} is missing or damaged; without it ${place.folder} cannot be ` +
          "opened: restore it, or start afresh: npm start -- --reset",
      )
    : ok(passwords);
};

/** What fails is one line with the remedy. */
export const preparePostgres = async (
  place: PostgresPlace,
): Promise<Result<PreparedPostgres, string>> => {
  const { folder, configurationFile, passwordsFile, isThrowAway } = place;
  const binaries = findPostgresBinaries();
  if (!binaries.isOk) return binaries;
  const parent = path.dirname(folder);
  // A temporary folder is made for its owner only; its own files keep their permissions.
  if (isThrowAway && process.geteuid?.() === 0) chmodSync(parent, 0o711);
  const runAs = await findRunAs(binaries.value, parent);
  if (!runAs.isOk) return runAs;
  const isNew = !existsSync(folder);
  if (isNew) {
    const work = { folder, passwordsFile, isThrowAway };
    const made = await initialise({ binaries: binaries.value, runAs: runAs.value, ...work });
    if (!made.isOk) return made;
  }
  const passwords = openExisting(place);
  if (!passwords.isOk) return passwords;
  const owned = handOver(folder, ownerAs(runAs.value));
  if (!owned.isOk) return owned;
  writeFileSync(
    configurationFile,
    postgresConfigurationText({ ...place, isThrowAway: isThrowAway && !place.isSynced }),
  );
  // It holds no secret, and whoever Postgres runs as has to read it, whatever the umask is.
  chmodSync(configurationFile, 0o644);
  const args = ["-c", `config_file=${configurationFile}`];
  const commandLine = commandLineAs(runAs.value, binaries.value.postgres, args);
  return ok({ commandLine, passwords: passwords.value, isNew });
};
