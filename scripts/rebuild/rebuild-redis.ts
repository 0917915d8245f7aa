// Makes an empty Redis what a ledger says that it was: the newest snapshot, and on it what the
// journals have behind it. Each shard's entries are read a page ahead of those that are carried
// out. Whatever stops it, the same call goes on.

import { randomUUID } from "node:crypto";
import { wholeFigure } from "../../bench/report/table.ts";
import { readGoal } from "../../bss/clock/index.ts";
import {
  countCommitted,
  journalBegin,
  journalIdOf,
  journalPositionAt,
  type LedgerShard,
  positionOf,
  readEntriesAfter,
  readShards,
  readSnapshots,
  type Snapshot,
} from "../../bss/ledger/index.ts";
import type { JournalEntry } from "../../engine/cdr/journal-entry.ts";
import { restoreClock } from "../../engine/store/clock.ts";
import type { Store } from "../../engine/store/connection.ts";
import { keys } from "../../engine/store/keys.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import {
  checkNoEngines,
  finishRebuild,
  type JournalEnd,
  noteReplayed,
  noteSpoilt,
  type OpenRebuild,
  openRebuild,
  readJournalEnd,
  readReplayed,
  wipe,
} from "../../engine/store/rebuild.ts";
import { checkReplayed, replayEntries } from "../../engine/store/replay.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { newestOf, type Rebuilding, readAhead, restore } from "./restore.ts";

export type Rebuilt = {
  /** Carried out now or before, behind the snapshot. */
  readonly entries: number;
  readonly accounts: number;
  readonly snapshot: Snapshot | undefined;
};

const pageEntriesMax = 256;

/** The error is one line for the operator; "interrupted" is for whoever aborted. */
export const rebuildRedis = async (
  rebuilding: Rebuilding,
): Promise<Result<Rebuilt, string | "interrupted">> => {
  const { store, database, options, progress } = rebuilding;
  const shards = await readShards(database);
  const from = shards[0]?.installation;
  if (from === undefined) return err("this database has no ledger");
  const snapshots = await readSnapshots(database);
  const newest = newestOf(snapshots, from, options);
  if (!newest.isOk) return newest;
  const alone = await checkNoEngines(store);
  if (!alone.isOk) return alone;
  if (options.isWiping) {
    const wiped = await wipeRedis(rebuilding, from, shards);
    if (!wiped.isOk) return wiped;
  }
  const until = options.until === undefined ? "" : String(options.until);
  const installation = options.until === undefined ? from : randomUUID();
  const id = newest.value === undefined ? "" : String(newest.value.id);
  const wanted = { installation, from, shards: shards.length, until, snapshot: id };
  const opened = await openRebuild(store, wanted);
  if (!opened.isOk) return opened;
  const restored = await restore(rebuilding, opened.value, snapshots);
  if (!restored.isOk) return restored;
  const ends = await rebuildAll(rebuilding, opened.value, shards, restored.value);
  if (!ends.isOk) return ends;
  // Journals tell how time was moved nowhere; that it never goes back is for the database to say.
  await restoreClock(store, await readGoal(database));
  progress.begin("deadlines and identifiers");
  const counted = { accounts: 0 };
  const finished = await finishRebuild(store, opened.value, ends.value.ends, (accounts) => {
    counted.accounts = accounts;
    progress.show(0, `${wholeFigure(accounts)} accounts`);
  });
  if (!finished.isOk) return finished;
  progress.end(`${wholeFigure(counted.accounts)} accounts`);
  return ok({ entries: ends.value.entries, ...counted, snapshot: restored.value });
};

/** Nothing that the ledger does not have is deleted, and nothing of another installation. */
const wipeRedis = async (
  { store, options, progress }: Rebuilding,
  from: string,
  shards: readonly LedgerShard[],
): Promise<Result<void, string>> => {
  const id = (await store.call("HGET", keys.installation, "id")) as Buffer | null;
  if (id !== null && id.toString() !== from) {
    return err(`this Redis is installation ${id}, the ledger is of ${from}: wipe it yourself`);
  }
  for (const { shard, entry, entries } of id === null || options.isAbandoning ? [] : shards) {
    const there = await readJournalEnd(store, shard);
    if (there.entries <= entries && positionOf(there.last) <= entry) continue;
    return err(
      `shard ${shard} has entries that are not in the ledger: let the business side catch up; ` +
        "--wipe --abandon, where it cannot, gives up what was charged by them",
    );
  }
  progress.begin("wiping");
  await wipe(store, (count) => progress.show(0, `${wholeFigure(count)} keys`));
  progress.end("done");
  return ok(undefined);
};

/** Until the ledger has no more: a worker may have had a page in hand when Redis was wiped. */
const rebuildAll = async (
  rebuilding: Rebuilding,
  opened: OpenRebuild,
  shards: readonly LedgerShard[],
  snapshot: Snapshot | undefined,
): ReturnType<typeof rebuildShards> => {
  const rebuilt = await rebuildShards(rebuilding, opened, shards, snapshot);
  if (!rebuilt.isOk) return rebuilt;
  if (rebuilding.options.until !== undefined) return rebuilt;
  const now = await readShards(rebuilding.database);
  const isAll = now.every(({ entries }, index) => entries === shards[index]?.entries);
  return isAll ? rebuilt : rebuildAll(rebuilding, opened, now, snapshot);
};

/** All shards, one after the other. */
const rebuildShards = async (
  rebuilding: Rebuilding,
  { isGoingOn }: OpenRebuild,
  shards: readonly LedgerShard[],
  snapshot: Snapshot | undefined,
): Promise<Result<{ readonly ends: readonly JournalEnd[]; readonly entries: number }, string>> => {
  const { progress, store } = rebuilding;
  await store.load();
  const before = snapshot?.positions.reduce((sum, { entries }) => sum + entries, 0) ?? 0;
  const total = shards.reduce((sum, { entries }) => sum + entries, -before);
  let entries = 0;
  const ends: JournalEnd[] = [];
  progress.begin(isGoingOn ? "rebuilding, going on" : "rebuilding");
  for (const shard of shards) {
    const first = journalBegun(shard.shard, snapshot);
    const end = await rebuildShard(rebuilding, shards.length, shard, first, (more) => {
      entries += more;
      progress.show(entries / Math.max(1, total), `${wholeFigure(entries)} entries`);
    });
    if (!end.isOk) return end;
    ends.push(end.value);
  }
  progress.end(`${wholeFigure(entries)} entries`);
  return ok({ ends, entries });
};

/** Where the journal of a shard begins: behind the snapshot, if it was in it. */
const journalBegun = (shard: number, snapshot: Snapshot | undefined): JournalEnd => {
  const position = snapshot?.positions.find((one) => one.shard === shard);
  const { entry, entries } = position ?? { entry: journalBegin, entries: 0 };
  return { shard, last: journalIdOf(entry), entries };
};

const rebuildShard = async (
  { store, database, options, signal }: Rebuilding,
  shards: number,
  { shard, entry: newest }: LedgerShard,
  first: JournalEnd,
  onDone: (entries: number) => void,
): Promise<Result<JournalEnd, string>> => {
  const until = options.until === undefined ? newest : journalPositionAt(options.until + 1) - 1n;
  const readProfile = createProfiles(store, shards).read;
  const replay = { store, shard, readProfile };
  let done = (await readReplayed(store, shard)) ?? first;
  const read = (after: string, count = pageEntriesMax) =>
    readAhead(readEntriesAfter(database, shard, { after: positionOf(after), until }, count));
  const uncompared = (await readJournalEnd(store, shard)).entries - done.entries;
  if (uncompared > 0) {
    const page = await read(done.last, uncompared);
    const checked = await checkReplayed(replay, page, uncompared);
    if (!checked.isOk) return spoilt(store, checked.error);
    done = await note(store, done, page);
  }
  onDone(done.entries - first.entries);
  let page = await read(done.last);
  while (page.length > 0) {
    if (signal.aborted) return err("interrupted");
    const following = read(page.at(-1)!.journalId);
    const outcome = await replayEntries(replay, page);
    if (!outcome.isOk) return spoilt(store, outcome.error);
    done = await note(store, done, page);
    onDone(page.length);
    page = await following;
  }
  const known = await countCommitted(database, shard, until);
  if (done.entries !== known) {
    return err(`shard ${shard}: a gap: ${done.entries} entries are there of ${known}`);
  }
  return ok(done);
};

const note = async (store: Store, before: JournalEnd, page: readonly JournalEntry[]) => {
  const entries = before.entries + page.length;
  const done = { shard: before.shard, last: page.at(-1)?.journalId ?? before.last, entries };
  await noteReplayed(store, done);
  return done;
};

const spoilt = async (store: Store, problem: string) => {
  await noteSpoilt(store, problem);
  return err(problem);
};
