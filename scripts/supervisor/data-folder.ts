// The data folder: everything of one Tollgate in one place, marked as ours. Only a marked folder is
// ever reset, and only the names listed here are deleted in it.

import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import { errorCode, failed, type Step } from "./ending.ts";
import { lockName } from "./running-lock.ts";

const markerName = "tollgate-data.json";
const markerText = "Tollgate data folder";

/**
 * What a reset deletes: the data, not the Redis that was unpacked. The keys of personal data stay:
 * a Postgres of somebody else's, which no reset empties, would be lost without.
 */
const dataNames = [
  ...["redis-data", "redis.conf", "tokens", "peers.json", "logs"],
  ...["postgres-data", "postgres-data.new", "postgres.conf", "postgres-passwords.json"],
] as const;
/** What may already be there when an unmarked folder is taken as ours. */
const unpackedRedisName = "redis";

export type DataFolder = {
  readonly folder: string;
  readonly redisData: string;
  readonly redisConfiguration: string;
  /** Made by the first Postgres that runs there (../postgres/initialise.ts). */
  readonly postgresData: string;
  readonly postgresConfiguration: string;
  readonly postgresPasswords: string;
  /** ../../bss/privacy: made once (privacy-keys.ts). No reset deletes it. */
  readonly privacyKeys: string;
  readonly tokens: string;
  readonly peers: string;
  readonly logs: string;
};

export const dataFolderPaths = (folder: string): DataFolder => ({
  folder,
  redisData: path.join(folder, "redis-data"),
  redisConfiguration: path.join(folder, "redis.conf"),
  postgresData: path.join(folder, "postgres-data"),
  postgresConfiguration: path.join(folder, "postgres.conf"),
  postgresPasswords: path.join(folder, "postgres-passwords.json"),
  privacyKeys: path.join(folder, "privacy-keys.json"),
  tokens: path.join(folder, "tokens"),
  peers: path.join(folder, "peers.json"),
  logs: path.join(folder, "logs"),
});

/**
 * Creates the folder and its marker. A folder with somebody else's files is refused, except the
 * default one inside the repository, where tests and bench may have been first.
 */
export const openDataFolder = (folder: string, isDefault: boolean): Step<DataFolder> => {
  try {
    makeFolder(folder);
    const names = readdirSync(folder);
    const isStrange = names.some(
      (name) => name !== unpackedRedisName && !name.startsWith(lockName),
    );
    if (!isMarked(folder)) {
      if (isStrange && !isDefault) {
        return failed(
          `${folder} holds files of others; set TOLLGATE_DATA to a new or empty folder`,
        );
      }
      const marker = { what: markerText, id: randomUUID(), layout: 1 };
      writeFileSync(path.join(folder, markerName), `${JSON.stringify(marker)}\n`);
    }
    return ok(dataFolderPaths(folder));
  } catch (error) {
    return refuseFolder(folder, error);
  }
};

/** Creates what every run writes into; after a reset too. */
export const createSubfolders = (data: DataFolder): Step<void> => {
  try {
    for (const folder of [data.redisData, data.logs]) makeFolder(folder);
    makeFolder(data.tokens, 0o700);
    for (const folder of [data.redisData, data.logs, data.tokens]) {
      const probe = path.join(folder, `.writable-${process.pid}`);
      writeFileSync(probe, "");
      rmSync(probe);
    }
    return ok(undefined);
  } catch (error) {
    return refuseFolder(data.folder, error);
  }
};

/** Deletes the data of an opened folder. Links are deleted, never followed. */
export const resetDataFolder = (data: DataFolder): Step<void> => {
  if (!isMarked(data.folder)) {
    return failed(`${data.folder} is not marked as Tollgate's; nothing was deleted`);
  }
  try {
    for (const name of dataNames) {
      rmSync(path.join(data.folder, name), { recursive: true, force: true });
    }
    return ok(undefined);
  } catch (error) {
    return refuseFolder(data.folder, error);
  }
};

/** One level: a recursive mkdir never returns where the parent cannot have folders (/proc). */
const makeFolder = (folder: string, mode = 0o755): void => {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
};

const isMarked = (folder: string): boolean => {
  try {
    return readFileSync(path.join(folder, markerName), "utf8").includes(markerText);
  } catch {
    return false;
  }
};

const refuseFolder = (folder: string, error: unknown): Step<never> => {
  const code = errorCode(error);
  const file = error instanceof Error && "path" in error ? String(error.path) : folder;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return failed(
        `no permission to write ${file}; take it over (chown) or set TOLLGATE_DATA elsewhere`,
      );
    case "EEXIST":
    case "ENOTDIR":
      return failed(`${file} is in the way of the data folder; move it or set TOLLGATE_DATA`);
    case "ENOENT":
      return failed(`cannot create ${file}: its parent does not exist; create that first`);
    case "ENOSPC":
      return failed(`no space left for ${file}; free some or set TOLLGATE_DATA to another disk`);
    default:
      return failed(`cannot use the data folder ${folder} (${code}); set TOLLGATE_DATA to another`);
  }
};
