// What the walk through all accounts (engine/server/patrol.ts) costs for each account that nobody
// meets: CPU time of Redis and of the engine, without the SCAN that finds them.

import { lookAt } from "../../engine/server/patrol.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../../engine/simulation/direct-engine.ts";
import type { PutAccount } from "../../engine/simulation/model-account.ts";
import { accountRequest, topUp } from "../../engine/simulation/small-operator.ts";
import { keys } from "../../engine/store/keys.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import { createShard } from "../../engine/store/shard.ts";
import { machineStopwatch } from "../../engine/store/stopwatch.ts";
import { openTariffs } from "../../engine/store/tariffs.ts";
import { cpuMicrosOf } from "../redis/cpu.ts";
import { preciseFigure, renderTable } from "../report/table.ts";
import { pidOf, startBenchRedis } from "../system/bench-redis.ts";

export type IdleFigures = {
  readonly name: string;
  /** Of one account, in microseconds. */
  readonly redisUs: number;
  readonly engineUs: number;
};

const day = 86_400_000;
const fillAtOnce = 512;

export const measureIdleAccounts = async (accounts: number): Promise<readonly IdleFigures[]> => {
  const clock = { now: Date.parse("2027-01-15T12:00:00Z") };
  const now = () => clock.now;
  const redis = await startBenchRedis("everysec");
  const engine = await openDirectEngine({ redisUrl: redis.url, now });
  try {
    const plain = await fill(engine, "plain", accounts, (request) => request);
    const due = await fill(engine, "due", accounts, (request) => renewed(request, now() + day));
    const look = await openWalk(engine, now);
    const measure = async (name: string, accountKeys: readonly string[]) => {
      const redisBefore = cpuMicrosOf(pidOf(redis.process));
      const before = process.cpuUsage();
      await look(accountKeys);
      const { user, system } = process.cpuUsage(before);
      const redisUs = (cpuMicrosOf(pidOf(redis.process)) - redisBefore) / accounts;
      return { name, redisUs, engineUs: (user + system) / accounts };
    };
    await measure("warms up", due);
    const figures = [
      await measure("nothing that could be due", plain),
      await measure("a renewal and an end, not due", due),
    ];
    clock.now += 40 * day;
    return [...figures, await measure("renewed, and a rest expired", due)];
  } finally {
    await engine.close();
    await redis.stop();
  }
};

/** With an allowance by months, and a bucket that ends. */
const renewed = (request: PutAccount, validUntil: number): PutAccount => {
  const [data, bonus, main] = request.buckets;
  const period = { unit: "month", anchorDay: 1, count: 1 } as const;
  const renewal = { period, amount: 1_000_000, rollover: null };
  return { ...request, buckets: [{ ...data!, renewal }, { ...bonus!, validUntil }, main!] };
};

/** The keys of the accounts. */
const fill = async (
  engine: DirectEngine,
  name: string,
  accounts: number,
  make: (request: PutAccount) => PutAccount,
): Promise<readonly string[]> => {
  const ids = Array.from({ length: accounts }, (_, index) => `${name}-${index}`);
  for (let i = 0; i < accounts; i += fillAtOnce) {
    const some = ids.slice(i, i + fillAtOnce);
    await engine.handle(
      some.map(
        (id): AnyRequest => ({ operation: "putAccount", request: make(accountRequest(id)) }),
      ),
    );
    await engine.handle(some.map((id) => topUp(id, "fill", "bonus", 1_000)));
  }
  return ids.map((id) => keys.account(0, id));
};

const openWalk = async ({ store }: DirectEngine, now: () => number) => {
  const tariffs = await openTariffs(store);
  const onFault = (error: unknown) => {
    throw error;
  };
  const shard = createShard({ number: 0, store, tariffs, now, onFault, onStaleProfile: onFault });
  const context = {
    ...{ now, stopwatch: machineStopwatch, onFault, profiles: createProfiles(store, 1) },
    submit: (task: Parameters<typeof shard.submit>[0]) => shard.submit(task, "asking"),
  };
  return async (accountKeys: readonly string[]) => {
    const failed = await lookAt(context, accountKeys);
    if (failed > 0) throw new Error(`${failed} accounts could not be settled`);
  };
};

export const idleTable = (figures: readonly IdleFigures[]): string =>
  renderTable([
    ["an account that nobody meets", "Redis µs", "engine µs"],
    ...figures.map(({ name, redisUs, engineUs }) => [
      name,
      preciseFigure(redisUs),
      preciseFigure(engineUs),
    ]),
  ]);
