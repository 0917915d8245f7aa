// The business side: its database, then a process of it, which brings the schema up to date by
// itself. Both come up beside Redis and the engines, which never wait for them.

import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import { webSocketUrl } from "../seed/local-client.ts";
import { tokenFiles } from "./access-tokens.ts";
import { startChild } from "./child.ts";
import { bringUpDatabase, type DatabaseUp } from "./database.ts";
import type { Step } from "./ending.ts";
import { reachableHost } from "./engines.ts";
import { firstPasswordFile } from "./first-password.ts";
import { type KeptChild, keepRunning } from "./keep-running.ts";
import type { PostgresStart } from "./postgres-server.ts";
import { preparePrivacyKeys } from "./privacy-keys.ts";
import type { Settings } from "./settings.ts";
import { waitAnswering } from "./wait-answering.ts";

export type BusinessStart = Omit<PostgresStart, "onStarted"> & {
  readonly root: string;
  readonly onPostgresStarted: (kept: KeptChild) => void;
  readonly onBusinessStarted: (kept: KeptChild) => void;
};

export type BusinessUp = { readonly database: DatabaseUp; readonly business: KeptChild };

/** A page of the ledger under way is committed first. */
const stopGraceMilliseconds = 10_000;

export const businessOperationsUrl = ({ businessOperationsPort, engine }: Settings): string =>
  `http://${reachableHost(engine.host)}:${businessOperationsPort}`;

export const businessUrl = ({ businessPort, engine }: Settings): string =>
  `http://${reachableHost(engine.host)}:${businessPort}`;

export const bringUpBusiness = async (start: BusinessStart): Promise<Step<BusinessUp>> => {
  const database = await bringUpDatabase({ ...start, onStarted: start.onPostgresStarted });
  if (!database.isOk) return database;
  const business = await startBusiness(start, database.value.url);
  return business.isOk ? ok({ database: database.value, business: business.value }) : business;
};

const startBusiness = (start: BusinessStart, databaseUrl: string): Promise<Step<KeptChild>> => {
  const { settings, data } = start;
  const keys = preparePrivacyKeys(data);
  if (!keys.isOk) return Promise.resolve(keys);
  const name = "the business side";
  const logFile = path.join(data.logs, "business.log");
  const environment = {
    ...process.env,
    BSS_HOST: settings.engine.host,
    BSS_PUBLIC_URL: process.env["BSS_PUBLIC_URL"] ?? businessUrl(settings),
    BSS_FIRST_PASSWORD_FILE: firstPasswordFile(data),
    BSS_PORT: String(settings.businessPort),
    BSS_OPS_PORT: String(settings.businessOperationsPort),
    DATABASE_URL: databaseUrl,
    PRIVACY_KEYS_FILE: keys.value,
    REDIS_URL: settings.engine.redisUrl,
    ENGINE_URL: webSocketUrl(settings),
    BSS_ENGINE_TOKEN: "",
    BSS_ENGINE_TOKEN_FILE: tokenFiles(data).business,
  };
  return keepRunning({
    name,
    logFile,
    start: () =>
      startChild({
        command: process.execPath,
        args: ["--import", "tsx", path.join("bss", "main.ts")],
        environment,
        folder: start.root,
        logFile,
      }),
    onStarted: start.onBusinessStarted,
    // To be ready is more: that the ledger has caught up, which may take a while after a rest.
    waitReady: (child) =>
      waitAnswering({
        ...{ name, child, logFile, stopping: start.stopping },
        url: `${businessOperationsUrl(settings)}/livez`,
      }),
    say: start.say,
    stopGraceMilliseconds,
  });
};
