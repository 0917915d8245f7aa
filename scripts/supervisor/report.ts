// What the terminal shows once everything is up: what runs where, and what to try first.

import { homedir } from "node:os";
import { subscriberAt } from "../../bench/traffic/subscribers.ts";
import { webSocketUrl } from "../seed/local-client.ts";
import { tokenFiles } from "./access-tokens.ts";
import { businessOperationsUrl, businessUrl } from "./business.ts";
import type { DataFolder } from "./data-folder.ts";
import { operationsUrl } from "./engines.ts";
import { maskUrl, type Settings } from "./settings.ts";
import { alignColumns, bold, dim } from "./terminal.ts";

export type Running = {
  readonly version: string;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly enginePids: readonly number[];
  readonly redisVersion: string;
  /** Null where the Redis is somebody else's. */
  readonly redisPid: number | null;
  readonly databaseUrl: string;
  readonly databaseVersion: string;
  /** Null where the Postgres is somebody else's. */
  readonly postgresPid: number | null;
  readonly businessPid: number;
  /** Of the business side's first administrator, told once; null: it has been. */
  readonly firstPassword: string | null;
  /** What there is of the demo operator. */
  readonly demo: string;
  readonly startMilliseconds: number;
};

/** The E.164 digits of the first subscriber. */
const exampleNumber = subscriberAt(0).msisdn.replace("msisdn-", "");

const durabilityMeans = {
  everysec: "a crash of Redis or a power loss costs 2 s at most",
  always: "on disk before it is acknowledged",
} as const;

export const reportText = (running: Running): string => {
  const { settings, data } = running;
  const health = operationsUrl(settings, 0);
  const rows = [
    ["charging", webSocketUrl(settings), processes(running.enginePids)],
    ["business", `${businessUrl(settings)}/api/docs`, "its API, TM Forum's and our own"],
    ["health", `${health}/readyz`, otherPorts(settings)],
    ["metrics", `${health}/metrics`, ""],
    ["ledger", `${businessOperationsUrl(settings)}/readyz`, `process ${running.businessPid}`],
    ["redis", maskUrl(settings.engine.redisUrl), redisText(running)],
    ["postgres", databaseAddress(running), databaseText(running)],
    ["durability", settings.engine.durability, durabilityMeans[settings.engine.durability]],
    ["data", shorten(data.folder), running.demo],
    ["tokens", shorten(tokenFiles(data).network), "for network elements"],
    ["", shorten(tokenFiles(data).business), "for the business side"],
    ["logs", shorten(data.logs), ""],
  ];
  const { firstPassword } = running;
  const password =
    firstPassword === null
      ? []
      : [
          bold(`  ${firstPassword}`),
          dim("  Told once; npm run administrator gives a new one."),
          "",
        ];
  const tries = [
    ["npm run day", "a compressed day of traffic, live"],
    [`npm run balance -- ${exampleNumber}`, "what a subscriber has left"],
    [`curl ${health}/readyz`, "whether an engine is ready"],
  ];
  const seconds = (running.startMilliseconds / 1000).toFixed(1);
  return [
    "",
    bold(`  Tollgate ${running.version} is running`) + dim(`   ready after ${seconds} s`),
    "",
    ...alignColumns(rows).map((row) => `  ${row}`),
    "",
    ...password,
    bold("  Try"),
    ...alignColumns(tries).map((row) => `    ${row}`),
    "",
    dim("  Ctrl-C stops everything; the next start finds its data."),
    "",
  ].join("\n");
};

const processes = (pids: readonly number[]): string =>
  pids.length === 1
    ? `1 engine, process ${pids[0]}`
    : `${pids.length} engines, processes ${pids.join(" ")}`;

const otherPorts = (settings: Settings): string => {
  const first = settings.engine.operationsPort;
  const last = first + settings.engineProcesses - 1;
  return last === first ? "" : `one per engine: ports ${first} to ${last}`;
};

const redisText = ({ redisVersion, redisPid }: Running): string =>
  `version ${redisVersion}, ${redisPid === null ? "yours" : `process ${redisPid}`}`;

const databaseText = ({ databaseVersion, postgresPid }: Running): string =>
  `version ${databaseVersion}, ${postgresPid === null ? "yours" : `process ${postgresPid}`}`;

/** Of ours neither role nor password: both are the data folder's business. */
const databaseAddress = ({ databaseUrl, postgresPid }: Running): string =>
  postgresPid === null ? maskUrl(databaseUrl) : databaseUrl.replace(/\/\/.*@/, "//");

/** Paths below the working or home folder without what everybody knows. */
const shorten = (file: string): string => {
  const here = `${process.cwd()}/`;
  if (file.startsWith(here)) return file.slice(here.length);
  const home = `${homedir()}/`;
  return file.startsWith(home) ? `~/${file.slice(home.length)}` : file;
};
