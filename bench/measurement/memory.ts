// What an account takes in Redis: the memory of all accounts with an open session each, over their
// number. What Redis keeps per change and not per account is measured apart: the journal, which the
// business side takes out, and the answers of top-ups, which are forgotten after a day or two.

import type { Redis } from "ioredis";
import { keys } from "../../engine/store/keys.ts";
import { infoNumber } from "../system/bench-redis.ts";
import { waitForRewrite } from "../system/snapshot.ts";

export type Memory = {
  readonly usedBytes: number;
  readonly journalBytes: number;
  readonly topUpAnswersBytes: number;
};

export type AccountMemory = {
  readonly bytesPerAccount: number;
  readonly journalBytesPerAccount: number;
  readonly topUpAnswersBytesPerAccount: number;
};

const shard = 0;

/** Nobody may write meanwhile. */
export const readMemory = async (redis: Redis): Promise<Memory> => {
  await waitForRewrite(redis);
  const sizeOf = async (key: string) => (await redis.memory("USAGE", key, "SAMPLES", 0)) ?? 0;
  return {
    usedBytes: await infoNumber(redis, "memory", "used_memory"),
    journalBytes: await sizeOf(keys.journal(shard)),
    topUpAnswersBytes:
      (await sizeOf(keys.topUps(shard))) + (await sizeOf(keys.topUpsPrevious(shard))),
  };
};

export const memoryPerAccount = (
  before: Memory,
  after: Memory,
  accounts: number,
): AccountMemory => {
  const grown = (part: keyof Memory) => after[part] - before[part];
  const apart = grown("journalBytes") + grown("topUpAnswersBytes");
  return {
    bytesPerAccount: Math.round((grown("usedBytes") - apart) / accounts),
    journalBytesPerAccount: Math.round(grown("journalBytes") / accounts),
    topUpAnswersBytesPerAccount: Math.round(grown("topUpAnswersBytes") / accounts),
  };
};
