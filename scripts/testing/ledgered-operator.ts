// A small operator whose Redis can be lost: its engine has charged what there is to charge, its
// ledger follows when it is told to, and the commands that bring Redis back run on both.

import { beforeEach } from "vitest";
import type { DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { sessionMessage, tariffDocument, traffic } from "../../engine/simulation/small-operator.ts";
import { checkInstallation } from "../../engine/store/installation.ts";
import { type DatabaseOfFile, databaseOfFile } from "./database-of-file.ts";
import { cleanUpOfTest } from "./engine.ts";
import { ledgerOfTest, untilCommitted } from "./ledger-of-test.ts";
import { emptyRedisOfFile, engineOfTest, type RedisOfFile, redisOfFile } from "./redis-of-file.ts";
import { runCommand } from "./run-command.ts";

export type LedgeredOperator = {
  readonly redis: RedisOfFile;
  /** Empty, for what is not to touch the first one. */
  readonly other: RedisOfFile;
  readonly database: DatabaseOfFile;
  readonly clock: { now: number };
  /** Of the test that runs; whoever closes it may put another one there. */
  engine: DirectEngine;
  /** Until the ledger has all that is in the journals. */
  commit(): Promise<void>;
  environment(url?: string): NodeJS.ProcessEnv;
  /** `npm run rebuild`. */
  rebuild(words?: readonly string[], url?: string): ReturnType<typeof runCommand>;
  /** `npm run snapshot`. */
  snapshot(words?: readonly string[], url?: string): ReturnType<typeof runCommand>;
  audit(): ReturnType<typeof runCommand>;
};

export const shards = 3;
export const accountIds = Array.from({ length: 10 }, (_, index) => `account-${index}`);

/** Of a session that `traffic` has left open at sequence 1. */
export const updateOf = (accountId: string, sequence: number, at: number) => {
  const place = { sessionId: "s2", sequence, at };
  return sessionMessage("update", accountId, place, [{ ratingGroup: 100, usedUnit: 61 }]);
};

/** Anew for each test of the file. */
export const ledgeredOperatorOfFile = (): LedgeredOperator => {
  const redis = emptyRedisOfFile();
  const other = redisOfFile();
  const database = databaseOfFile();
  const clock = { now: Date.now() };
  const environment = (url = redis.url) => ({
    PATH: process.env["PATH"],
    REDIS_URL: url,
    DATABASE_URL: database.url,
  });
  let engine: DirectEngine;
  beforeEach(async () => {
    clock.now = Date.now();
    await other.client.flushall();
    await database.sql`TRUNCATE ledger_shards, ledger_entries, ledger_records, ledger_postings,
      ledger_buckets, ledger_snapshots CASCADE`;
    engine = await engineOfTest(redis, clock, { shards });
    await checkInstallation(engine.store, shards);
    await chargeAll(engine, clock.now);
  });
  return {
    ...{ redis, other, database, clock, environment },
    get engine() {
      return engine;
    },
    set engine(another) {
      engine = another;
    },
    commit: async () => {
      const place = { redisUrl: redis.url, databaseUrl: database.url };
      const worker = ledgerOfTest(cleanUpOfTest(), place);
      await untilCommitted(redis.client, database, shards);
      await worker.stop();
    },
    rebuild: (words = [], url) => runCommand("scripts/rebuild/main.ts", words, environment(url)),
    snapshot: (words = [], url) => runCommand("scripts/snapshot/main.ts", words, environment(url)),
    audit: () => runCommand("scripts/audit.ts", [], environment()),
  };
};

const chargeAll = async (engine: DirectEngine, now: number): Promise<void> => {
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
  for (const requests of traffic(accountIds, now)) await engine.handle(requests);
  const [from, to] = accountIds as [string, string];
  const names = { fromAccountId: from, fromBucketId: "main", toAccountId: to, toBucketId: "main" };
  const amounts = { amount: 1_000_000, fee: 50_000, kind: "transfer" } as const;
  await engine.handle([
    { operation: "transfer", request: { requestId: "gift", ...names, ...amounts } },
  ]);
};
