// `npm run bench -- --door api`: the business side with its stores, measured through its API.

import { startPostgres } from "../../scripts/testing/postgres-server.ts";
import { findRedisServer } from "../../scripts/testing/redis-binary.ts";
import { describeMachine, machineLines } from "../report/machine.ts";
import { openProgress } from "../report/progress.ts";
import { preciseFigure, renderTable, wholeFigure } from "../report/table.ts";
import { startBenchRedis } from "../system/bench-redis.ts";
import { startEngineProcess } from "../system/engine-process.ts";
import { startBusinessProcess } from "./business-process.ts";
import {
  type ApiFigures,
  fillCustomers,
  measureGets,
  measureLists,
  measurePosts,
} from "./measure-api.ts";

export type ApiBenchOptions = {
  readonly outstanding: number;
  readonly seconds: number;
  /** Customers that are there already. */
  readonly rows: number;
  readonly profileFolder?: string | undefined;
};

export type ApiResult = {
  readonly getOpsPerSecond: number;
  readonly getP99Ms: number;
  readonly postOpsPerSecond: number;
  readonly postP99Ms: number;
  readonly listP99Ms: number;
  readonly figures: Readonly<Record<"get" | "post" | "list", ApiFigures>>;
};

export const runApiBench = async (
  options: ApiBenchOptions,
  cleanUps: (() => Promise<void>)[],
): Promise<ApiResult> => {
  const redis = await startBenchRedis("everysec");
  cleanUps.push(redis.stop);
  const postgres = await startPostgres({ isSynced: true });
  cleanUps.push(postgres.stop);
  const engine = await startEngineProcess({ redisUrl: redis.url, durability: "everysec" });
  cleanUps.push(engine.stop);
  const business = await startBusinessProcess({
    ...{ databaseUrl: postgres.url, redisUrl: redis.url },
    ...{ engineUrl: engine.endpoint, engineToken: engine.businessToken },
    profileFolder: options.profileFolder,
  });
  cleanUps.push(business.stop);
  const setting = { ...options, business, postgres, progress: openProgress() };
  await fillCustomers(setting, options.rows);
  const get = await measureGets(setting, options.rows);
  const list = await measureLists(setting, options.rows);
  const post = await measurePosts(setting);
  return {
    ...{ getOpsPerSecond: get.perSecond, getP99Ms: get.p99Ms },
    ...{ postOpsPerSecond: post.perSecond, postP99Ms: post.p99Ms },
    listP99Ms: list.p99Ms,
    figures: { get, post, list },
  };
};

/** With the machine it was measured on. */
export const apiResultText = async (
  { figures: { get, post, list } }: ApiResult,
  { rows, outstanding }: ApiBenchOptions,
): Promise<string> => {
  const { version: redisVersion } = await findRedisServer();
  const machine = describeMachine({ redisVersion, measuredAt: new Date() });
  const each = (figureOf: (one: ApiFigures) => string) => [get, post, list].map(figureOf);
  const table = renderTable([
    ["", "GET of one", "POST", "page of 50"],
    ["requests under way", wholeFigure(outstanding), wholeFigure(outstanding), "1"],
    ["requests a second", ...each(({ perSecond }) => wholeFigure(perSecond))],
    ["p50, ms", ...each(({ p50Ms }) => preciseFigure(p50Ms))],
    ["p99, ms", ...each(({ p99Ms }) => preciseFigure(p99Ms))],
    ["CPU of the business side, µs a request", ...each(({ ownUs }) => preciseFigure(ownUs))],
    ["CPU of Postgres, µs a request", ...each(({ postgresUs }) => preciseFigure(postgresUs))],
  ]);
  const lines = machineLines(machine).join("\n");
  return `${lines}\n\n${wholeFigure(rows)} customers, through the API with an API key\n\n${table}`;
};
