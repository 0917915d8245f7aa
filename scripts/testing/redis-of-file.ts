// The Redis of a file of live tests, with a client that looks behind the engines; and engines
// without sockets over it, each for one test and told the time by it.

import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import {
  type DirectEngine,
  type DirectEngineOptions,
  openDirectEngine,
} from "../../engine/simulation/direct-engine.ts";
import { audit } from "../../engine/store/audit.ts";
import { cleanUpOfTest } from "./engine.ts";
import { type RunningRedis, startRedis } from "./redis-server.ts";

export type RedisOfFile = { readonly url: string; readonly client: Redis };

/** It is there from before the first test of the file until after the last. */
export const redisOfFile = (): RedisOfFile => {
  let redis: RunningRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });
  return {
    get url() {
      return redis.url;
    },
    get client() {
      return client;
    },
  };
};

/** The same, and empty whenever a test begins. */
export const emptyRedisOfFile = (): RedisOfFile => {
  const redis = redisOfFile();
  beforeEach(async () => {
    await redis.client.flushall();
  });
  return redis;
};

/** Closed when the test is over. */
export const engineOfTest = async (
  redis: RedisOfFile,
  clock: { readonly now: number },
  rest: Partial<DirectEngineOptions> = {},
): Promise<DirectEngine> => {
  const options = { redisUrl: redis.url, now: () => clock.now, ...rest };
  return cleanUpOfTest().add(await openDirectEngine(options));
};

/** Every balance follows from the journal, and no engine met what must not be. */
export const expectSound = async (...engines: readonly [DirectEngine, ...DirectEngine[]]) => {
  const report = await audit(engines[0].store, 1, () => undefined);
  expect(report.isOk ? report.value.drifted : report.error).toEqual([]);
  expect(engines.flatMap(({ faults }) => faults)).toEqual([]);
};
