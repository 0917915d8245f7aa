// Everything that a run needs, started in order and stopped in order: Redis, one engine, the load
// client and the replay, each a process of its own.

import type { Redis } from "ioredis";
import type { RunningRedis } from "../../scripts/testing/redis-server.ts";
import { askRedis, startBenchRedis } from "../system/bench-redis.ts";
import { type EngineProcess, startEngineProcess } from "../system/engine-process.ts";
import { startWorker, type Worker } from "../worker/start-worker.ts";
import type { BenchOptions } from "./options.ts";

export type Bench = {
  readonly options: BenchOptions;
  readonly redis: RunningRedis;
  /** For questions to Redis between the phases. */
  readonly questions: Redis;
  readonly engine: EngineProcess;
  readonly client: Worker;
  readonly replayer: Worker;
  /** Ends the load and lets the engine drain; Redis stays. Harmless when repeated. */
  stopLoad(): Promise<void>;
};

/** `cleanUps` are to be called in reverse order, whatever happens. */
export const setUp = async (
  options: BenchOptions,
  cleanUps: (() => Promise<void>)[],
): Promise<Bench> => {
  const { durability, profileFolder } = options;
  const redis = await startBenchRedis(durability);
  cleanUps.push(redis.stop);
  const questions = await askRedis(redis.url);
  cleanUps.push(async () => questions.disconnect());
  const engine = await startEngineProcess({ redisUrl: redis.url, durability, profileFolder });
  cleanUps.push(engine.stop);
  const client = startWorker(new URL("../client/main.ts", import.meta.url), profileFolder);
  cleanUps.push(client.stop);
  const replayer = startWorker(new URL("../ceiling/main.ts", import.meta.url));
  cleanUps.push(replayer.stop);
  const stopLoad = async () => {
    await client.stop();
    await replayer.stop();
    await engine.stop();
  };
  return { options, redis, questions, engine, client, replayer, stopLoad };
};
