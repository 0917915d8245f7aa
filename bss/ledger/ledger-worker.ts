// The worker that keeps the ledger: follows the journals of its share of the shards, lets Redis go
// of what is committed, and says how far behind it is. Redis or Postgres may be away for as long as
// they like; the journal waits in Redis, and the worker goes on from what is committed.

import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../db/connection.ts";
import { reasonOf } from "../db/database-error.ts";
import { endSilentTransactions, isLockTimeout } from "../db/silent-transactions.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Page } from "./commit-page.ts";
import { followShard, lagOf, type PageSize } from "./follow-shard.ts";
import { type JournalPosition, positionAt } from "./journal-position.ts";
import type { Committed, Installation, JournalStream } from "./journal-stream.ts";
import { openLedgerShard } from "./open-ledger-shard.ts";
import { createPartitions, daysFrom, type Partitions } from "./partitions.ts";
import { openShardClaims, type ShardClaims } from "./shard-claims.ts";

export type ShardStatus = {
  readonly shard: number;
  /** Age of the oldest entry that is not committed; 0: there is none. */
  readonly lagMs: number;
  /** Why it is not followed at the moment; undefined: it is. */
  readonly problem: string | undefined;
};

export type LedgerWorker = {
  /** Of the shards that this worker follows, and of those that it cannot. */
  status(): readonly ShardStatus[];
  /** Why no shard can be followed at all; undefined: some can. */
  problem(): string | undefined;
  /** Ends what is under way, in order. */
  stop(): Promise<void>;
};

export type LedgerWorkerOptions = {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly journal: JournalStream;
  /** What is committed stays in Redis so long. */
  readonly keptMs: number;
  readonly now: () => number;
  readonly log: Log;
  readonly onCommitted: (entries: number, records: number) => void;
};

type Follower = {
  readonly shard: number;
  readonly installation: string;
  readonly generation: number;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
};

type Worker = LedgerWorkerOptions & {
  readonly stopping: AbortController;
  readonly pending: Map<number, Page | undefined>;
  readonly problems: Map<number, string>;
  readonly followers: Map<number, Follower>;
  readonly partitions: Partitions;
  problem: string | undefined;
  /** Why the days ahead are not made; undefined: they are. */
  aheadProblem: string | undefined;
};

export const startLedgerWorker = (options: LedgerWorkerOptions): LedgerWorker => {
  const worker: Worker = {
    ...options,
    stopping: new AbortController(),
    pending: new Map(),
    problems: new Map(),
    followers: new Map(),
    partitions: createPartitions(options.database),
    problem: "it has just begun",
    aheadProblem: undefined,
  };
  const ended = claimShards(worker);
  return {
    status: () =>
      [...new Set([...worker.pending.keys(), ...worker.problems.keys()])].map((shard) => ({
        shard,
        lagMs: lagOf(worker.pending.get(shard), options.now()),
        problem: worker.problems.get(shard),
      })),
    problem: () => worker.problem,
    stop: async () => {
      worker.stopping.abort();
      await ended;
    },
  };
};

/** Looks again and again which shards are this worker's, and has each followed. */
const claimShards = async (worker: Worker): Promise<void> => {
  const { log, stopping } = worker;
  const claims = openShardClaims(worker.databaseUrl);
  while (!stopping.signal.aborted) {
    try {
      await claimOnce(worker, claims);
      void keepAhead(worker);
    } catch (error) {
      if (worker.problem === undefined) log.warn({ problem: reasonOf(error) }, "the ledger waits");
      worker.problem = reasonOf(error);
      // Another worker may reach what this one cannot.
      await claims.release();
    }
    await pauseOf(stopping.signal)(limits.ledgerClaimMs);
  }
  for (const { stop } of worker.followers.values()) stop.abort();
  await Promise.all([...worker.followers.values()].map(({ ended }) => ended));
  await claims.release();
};

const claimOnce = async (worker: Worker, claims: ShardClaims): Promise<void> => {
  const installation = await worker.journal.installation();
  if (installation === undefined) {
    for (const { stop } of worker.followers.values()) stop.abort();
    forget(worker, new Set());
    worker.problem = "no engine has started on this Redis yet, or it is being rebuilt";
    return claims.release();
  }
  const held = await claims.balance(installation.shards);
  const generation = claims.generation();
  for (const one of worker.followers.values()) {
    const isCurrent = one.generation === generation && one.installation === installation.id;
    if (!held.has(one.shard) || !isCurrent) one.stop.abort();
  }
  forget(worker, held);
  for (const shard of held) follow(worker, installation, shard, generation);
  worker.problem = undefined;
};

/** Outside of the commits: one that finds no place for its rows has to make it itself. */
const keepAhead = async (worker: Worker): Promise<void> => {
  const { log, now, partitions } = worker;
  const problem = await partitions.prepare(daysFrom(now())).then(
    () => undefined,
    (error) => reasonAndEnd(worker, error),
  );
  if (problem !== undefined && problem !== worker.aheadProblem) {
    log.warn({ problem }, "the ledger has no partitions for the days ahead");
  }
  worker.aheadProblem = problem;
};

/** What other workers follow is theirs to tell of. */
const forget = ({ pending, problems }: Worker, held: ReadonlySet<number>): void => {
  for (const shard of [...pending.keys(), ...problems.keys()]) {
    if (held.has(shard)) continue;
    pending.delete(shard);
    problems.delete(shard);
  }
};

const follow = (
  worker: Worker,
  installation: Installation,
  shard: number,
  generation: number,
): void => {
  if (worker.followers.has(shard)) return;
  const stop = new AbortController();
  const ended = keepFollowing(worker, installation, shard, stop.signal).finally(() => {
    worker.followers.delete(shard);
  });
  worker.followers.set(shard, { shard, installation: installation.id, generation, stop, ended });
};

/** Begins anew after each failure, a little later each time. */
const keepFollowing = async (
  worker: Worker,
  installation: Installation,
  shard: number,
  signal: AbortSignal,
): Promise<void> => {
  const { log, problems } = worker;
  const pause = pauseOf(signal);
  const pageSize = { entries: limits.ledgerPageEntriesMax };
  let retryMs: number = limits.ledgerRetryMsMin;
  const onGood = () => {
    retryMs = limits.ledgerRetryMsMin;
    problems.delete(shard);
  };
  const place = { installation, shard, signal, pageSize, onGood };
  while (!signal.aborted) {
    const problem = await followOnce(worker, place).catch((error) => reasonAndEnd(worker, error));
    if (problem === undefined) continue;
    if (problems.get(shard) !== problem) log.error({ shard, problem }, "a shard is not followed");
    problems.set(shard, problem);
    await pause(retryMs);
    retryMs = Math.min(2 * retryMs, limits.ledgerRetryMsMax);
  }
};

/** A worker that went silent may be in the way: its transactions are ended. */
const reasonAndEnd = async ({ database, log }: Worker, error: unknown): Promise<string> => {
  if (isLockTimeout(error)) {
    const ended = await endSilentTransactions(database).catch(() => 0);
    if (ended > 0) log.warn({ ended }, "transactions of a worker that went silent were ended");
  }
  return reasonOf(error);
};

type ShardPlace = {
  readonly installation: Installation;
  readonly shard: number;
  readonly signal: AbortSignal;
  readonly pageSize: PageSize;
  /** A page is committed, or there is none: that one was read says nothing of Postgres. */
  readonly onGood: () => void;
};

/** Why it ended, where that is a problem. Rejects when Redis or Postgres fails. */
const followOnce = async (
  worker: Worker,
  { installation, shard, signal, pageSize, onGood }: ShardPlace,
): Promise<string | undefined> => {
  const { database, journal, keptMs, now, onCommitted, partitions, pending } = worker;
  const opened = await openLedgerShard(database, installation, shard);
  if (!opened.isOk) return opened.error;
  const trim = trimming(journal, shard, keptMs, now);
  const ended = await followShard(
    {
      shard,
      installation: installation.id,
      journal,
      database,
      partitions,
      signal,
      pause: pauseOf(signal),
      pageSize,
      onRead: (page) => {
        if (page === undefined) onGood();
        pending.set(shard, page);
        trim();
      },
      onCommitted: (page, committed) => {
        onGood();
        onCommitted(page.entries, page.records);
        trim(committed);
      },
    },
    opened.value,
  );
  if (ended === "stopped") return undefined;
  return ended === "overtaken" ? "another worker is ahead" : ended.problem;
};

/** Now and then; that it fails is told by the next read. */
const trimming = (journal: JournalStream, shard: number, keptMs: number, now: () => number) => {
  let latest: JournalPosition | undefined;
  let trimmedAt = 0;
  return (committed?: Committed) => {
    latest = committed?.entry ?? latest;
    if (latest === undefined || now() < trimmedAt + limits.ledgerTrimMs) return;
    trimmedAt = now();
    const oldest = positionAt(Math.max(0, now() - keptMs));
    // The last committed entry stays: that it is there shows that nothing was lost behind it.
    journal.trim(shard, oldest < latest ? oldest : latest).catch(() => undefined);
  };
};

const pauseOf = (signal: AbortSignal) => (ms: number) =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
