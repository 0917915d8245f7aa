// Takes a snapshot of a Redis that charges on: a replica copies it, what the copy has goes into the
// ledger's database, and it counts when the ledger has every entry that led to it.

import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Progress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import type { Database } from "../../bss/db/connection.ts";
import {
  addSnapshotPage,
  beginSnapshot,
  completeSnapshot,
  countCommitted,
  dropOldSnapshots,
  dropSnapshot,
  positionOf,
  readShards,
  type SnapshotPosition,
} from "../../bss/ledger/index.ts";
import type { Store } from "../../engine/store/connection.ts";
import { keys } from "../../engine/store/keys.ts";
import { accountLayout } from "../../engine/store/lua-constants.ts";
import { readJournalEnd } from "../../engine/store/rebuild.ts";
import { dumpKeys } from "../../engine/store/snapshot.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { readInstallation } from "../redis-settings.ts";
import { type Primary, startReplica } from "./replica.ts";

export type Taking = {
  readonly store: Store;
  readonly database: Database;
  readonly binary: RedisBinary;
  /** So many are kept, with this one; the others are deleted. */
  readonly kept: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

export type Taken = { readonly id: number; readonly accounts: number; readonly dropped: number };

const pollMs = 100;
/** The ledger's worker commits something more often than that while there is something. */
const standsStillMsMax = 60_000;

/** The error is one line for the operator; "interrupted" is for whoever aborted. */
export const takeSnapshot = async (taking: Taking): Promise<Result<Taken, string>> => {
  const { database, kept } = taking;
  const known = await readFitness(taking);
  if (!known.isOk) return known;
  const { installation } = known.value;
  const begunAt = Date.now();
  const id = await beginSnapshot(database, { installation, accountLayout, begunAt });
  let isComplete = false;
  try {
    const copied = await copyAll(taking, id, known.value.shards);
    if (!copied.isOk) return copied;
    const committed = await waitCommitted(taking, copied.value.positions);
    if (!committed.isOk) return committed;
    await completeSnapshot(database, { id, ...copied.value });
    isComplete = true;
    const dropped = await dropOldSnapshots(database, installation, kept, begunAt);
    return ok({ id, accounts: copied.value.accounts, dropped });
  } finally {
    if (!isComplete) await dropSnapshot(database, id).catch(() => undefined);
  }
};

type Installation = { readonly installation: string; readonly shards: number };

/** Whose Redis it is, and that the ledger follows it. */
const readFitness = async ({ store, database }: Taking): Promise<Result<Installation, string>> => {
  if (Number(await store.call("EXISTS", keys.rebuild)) === 1) {
    return err("this Redis is half rebuilt: npm run rebuild goes on with it");
  }
  const shards = await readInstallation(store);
  if (!shards.isOk) return shards;
  const installation = String(await store.call("HGET", keys.installation, "id"));
  const [first] = await readShards(database);
  if (first === undefined) return err("this database has no ledger: start the business side");
  if (first.installation !== installation) {
    return err(
      `this Redis is installation ${installation}, the ledger is of ${first.installation}: ` +
        "set REDIS_URL and DATABASE_URL of the same one",
    );
  }
  return ok({ installation, shards: shards.value });
};

type Copied = {
  readonly accounts: number;
  readonly pages: number;
  readonly positions: readonly SnapshotPosition[];
};

/** Node by node; each shard is on one of them. */
const copyAll = async (
  taking: Taking,
  id: number,
  shards: number,
): Promise<Result<Copied, string>> => {
  const sum = { accounts: 0, pages: 0, positions: [] as SnapshotPosition[] };
  for (const node of taking.store.nodes()) {
    const primary = primaryOf(node);
    if (!primary.isOk) return primary;
    const copied = await copyNode(taking, primary.value, id, shards, sum.pages);
    if (!copied.isOk) return copied;
    sum.accounts += copied.value.accounts;
    sum.pages += copied.value.pages;
    sum.positions.push(...copied.value.positions);
  }
  return ok(sum);
};

const primaryOf = ({ options }: Redis): Result<Primary, string> => {
  const { host = "127.0.0.1", port = 6379, username, password, db = 0, tls } = options;
  if (options.path !== undefined) {
    return err("a Redis on a socket file cannot be copied: give REDIS_URL a host and a port");
  }
  // Of a rediss:// address the client has no more to say than that: its types do not know it.
  const secure = (tls as unknown) === true ? {} : tls;
  const names = { username: username ?? undefined, password: password ?? undefined };
  return ok({ host, port, ...names, database: db, tls: secure });
};

const copyNode = async (
  { database, binary, progress, signal }: Taking,
  primary: Primary,
  id: number,
  shards: number,
  firstPage: number,
): Promise<Result<Copied, string>> => {
  const replica = await startReplica(binary, primary);
  try {
    progress.begin("copying Redis");
    const copied = await replica.copy({
      signal,
      onCopied: (octets, all) =>
        progress.show(octets / Math.max(1, all), `${wholeFigure(octets / 1e6)} MB`),
    });
    if (!copied.isOk) return copied;
    const { store } = replica;
    const positions: SnapshotPosition[] = [];
    for (let shard = 0; shard < shards; shard++) {
      const end = await readJournalEnd(store, shard);
      if (end.entries === 0) continue;
      positions.push({ shard, entry: positionOf(end.last), entries: end.entries });
    }
    const all = Number(await store.call("DBSIZE"));
    progress.end(`${wholeFigure(all)} keys`);
    progress.begin("saving");
    const { accounts, pages } = await dumpKeys(store, async (fields, sum) => {
      signal.throwIfAborted();
      await addSnapshotPage(database, id, firstPage + sum.pages - 1, fields);
      // Of an account there is a profile as well.
      progress.show((2 * sum.accounts) / all, `${wholeFigure(sum.accounts)} accounts`);
    });
    progress.end(`${wholeFigure(accounts)} accounts`);
    return ok({ accounts, pages, positions });
  } finally {
    await replica.stop();
  }
};

/** What the copy has must be in the ledger, and no more and no less must have led to it. */
const waitCommitted = async (
  { database, progress, signal }: Taking,
  positions: readonly SnapshotPosition[],
): Promise<Result<void, string>> => {
  progress.begin("waiting for the ledger");
  let movedAt = Date.now();
  let before = -1;
  for (;;) {
    if (signal.aborted) return err("interrupted");
    const shards = new Map((await readShards(database)).map((row) => [row.shard, row]));
    const behind = positions.reduce(
      (sum, { shard, entries }) => sum + Math.max(0, entries - (shards.get(shard)?.entries ?? 0)),
      0,
    );
    if (behind === 0) break;
    if (behind !== before) [before, movedAt] = [behind, Date.now()];
    if (Date.now() - movedAt > standsStillMsMax) {
      return err(`the ledger stands still, ${wholeFigure(behind)} entries behind: see bss /readyz`);
    }
    progress.show(0, `${wholeFigure(behind)} entries behind`);
    await pause(pollMs);
  }
  for (const { shard, entry, entries } of positions) {
    const committed = await countCommitted(database, shard, entry);
    if (committed === entries) continue;
    return err(
      `shard ${shard}: ${wholeFigure(entries)} entries led to what Redis has, and the ledger has ` +
        `${wholeFigure(committed)}: npm run audit says where they differ`,
    );
  }
  progress.end("it has all that led to this");
  return ok(undefined);
};
