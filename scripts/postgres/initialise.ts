// Makes a data folder with the roles and the database of Tollgate in it. All is prepared aside and
// appears by one rename: there is a complete one or none. The database `tollgate` belongs to the
// role `tollgate`, which may do nothing outside it; the superuser `postgres` is the operator's.

import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { lastWords, run } from "../bootstrap/run.mjs";
import type { PostgresBinaries } from "./binaries.ts";
import { accessRulesText } from "./configuration.ts";
import { type CommandLine, namedCommandLine, ownerAs, type RunAs } from "./run-as.ts";

export const databaseName = "tollgate";

/** By role. */
export type Passwords = { readonly postgres: string; readonly tollgate: string };

export type Initialisation = {
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly folder: string;
  readonly passwordsFile: string;
  readonly isThrowAway: boolean;
};

const passwordBytes = 24;
const secondsMax = 120;

/** Beside the data, so that one rename publishes it. */
export const asideOf = (folder: string): string => `${folder}.new`;

/** Null where the file is missing or damaged. */
export const readPasswords = (file: string): Passwords | null => {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isPasswords(read) ? read : null;
  } catch {
    return null;
  }
};

const isPasswords = (value: unknown): value is Passwords =>
  typeof value === "object" &&
  value !== null &&
  "postgres" in value &&
  typeof value.postgres === "string" &&
  "tollgate" in value &&
  typeof value.tollgate === "string";

/**
 * Text is compared by code point and cased by Unicode, by Postgres itself: no library of the system
 * whose next version would sort otherwise and break indexes.
 */
export const localeArguments: readonly string[] = [
  ...["--encoding=UTF8", "--locale=C"],
  ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
];

const initdbArguments = (aside: string, isThrowAway: boolean): string[] => [
  ...["--pgdata", aside, "--username=postgres", "--data-checksums", "--no-instructions"],
  // Only until its access rules are replaced, and nothing listens before that.
  "--auth=trust",
  ...localeArguments,
  ...(isThrowAway ? ["--no-sync"] : []),
];

/** A line each, as single-user mode reads them. The passwords are of letters, digits, - and _. */
const setupStatements = ({ postgres, tollgate }: Passwords): string =>
  [
    `ALTER ROLE postgres PASSWORD '${postgres}'`,
    `CREATE ROLE tollgate LOGIN PASSWORD '${tollgate}'`,
    `CREATE DATABASE ${databaseName} OWNER tollgate`,
    "",
  ].join("\n");

const runStep = async (
  { command, args, user }: CommandLine,
  what: string,
  input?: string,
): Promise<Result<void, string>> => {
  const environment = { LC_ALL: "C", TZ: "UTC" };
  const options = { cwd: "/", environment, timeoutSeconds: secondsMax };
  const { code, output } = await run(command, args, {
    ...options,
    ...(user === undefined ? {} : { user }),
    ...(input === undefined ? {} : { input }),
  });
  // Single-user mode ends with 0 whatever its statements did.
  const complaint = /\b(?:ERROR|FATAL|PANIC): .*/.exec(output)?.[0];
  if (code === 0 && complaint === undefined) return ok(undefined);
  return err(
    `${what} failed: ${complaint ?? lastWords(output)}; ` +
      "DATABASE_URL can name a running Postgres instead",
  );
};

const prepareAside = async (
  { binaries, runAs, isThrowAway }: Initialisation,
  aside: string,
  passwords: Passwords,
): Promise<Result<void, string>> => {
  mkdirSync(aside, { mode: 0o700 });
  const owner = ownerAs(runAs);
  if (runAs.kind === "nobody") chownSync(aside, owner.uid, owner.gid);
  const initdb = namedCommandLine(runAs, binaries.initdb, initdbArguments(aside, isThrowAway));
  const made = await runStep(initdb, "initdb");
  if (!made.isOk) return made;
  writeFileSync(path.join(aside, "pg_hba.conf"), accessRulesText);
  const unsynced = isThrowAway ? ["-c", "fsync=off"] : [];
  const single = ["--single", "-D", aside, ...unsynced, "postgres"];
  return await runStep(
    namedCommandLine(runAs, binaries.postgres, single),
    "creating the database",
    setupStatements(passwords),
  );
};

/** Takes about a second. The error is one line; nothing is left behind then. */
export const initialise = async (work: Initialisation): Promise<Result<void, string>> => {
  const aside = asideOf(work.folder);
  const password = (): string => randomBytes(passwordBytes).toString("base64url");
  const passwords: Passwords = { postgres: password(), tollgate: password() };
  try {
    rmSync(aside, { recursive: true, force: true });
    const prepared = await prepareAside(work, aside, passwords);
    if (!prepared.isOk) return prepared;
    writeFileSync(work.passwordsFile, `${JSON.stringify(passwords)}\n`, { mode: 0o600 });
    renameSync(aside, work.folder);
    return ok(undefined);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return err(`cannot make the data folder of Postgres, ${work.folder} (${code})`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
};
