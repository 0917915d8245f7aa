// Makes an empty Redis what a ledger says that it was. Each shard's entries are read a page ahead
// of those that are carried out. Whatever stops it, the same call goes on.

import { randomUUID } from "node:crypto";
import type { Progress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import type { Database } from "../../bss/db/connection.ts";
import {
  type JournalPosition,
  journalBegin,
  journalIdOf,
  journalPositionAt,
  type LedgerShard,
  positionOf,
  readEntriesAfter,
  readEntryAt,
  readShards,
} from "../../bss/ledger/index.ts";
import type { Store } from "../../engine/store/connection.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import {
  countReplayed,
  finishRebuild,
  type JournalEnd,
  openRebuild,
  readRebuildInstallation,
  wipe,
} from "../../engine/store/rebuild.ts";
import { replayEntries } from "../../engine/store/replay.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { RebuildOptions } from "./options.ts";

export type Rebuilding = {
  readonly store: Store;
  readonly database: Database;
  readonly options: RebuildOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

export type Rebuilt = { readonly entries: number; readonly accounts: number };

const pageEntriesMax = 256;

/** The error is one line for the operator; "interrupted" is for whoever aborted. */
export const rebuildRedis = async (
  rebuilding: Rebuilding,
): Promise<Result<Rebuilt, string | "interrupted">> => {
  const { store, database, options, progress } = rebuilding;
  const shards = await readShards(database);
  const from = shards[0]?.installation;
  if (from === undefined) return err("this database has no ledger");
  if (options.isWiping) {
    progress.begin("wiping");
    await wipe(store, (keys) => progress.show(0, `${wholeFigure(keys)} keys`));
    progress.end("done");
  }
  const until = options.until === undefined ? "" : String(options.until);
  const installation = options.until === undefined ? from : randomUUID();
  const wanted = { installation, from, shards: shards.length, until };
  const opened = await openRebuild(store, wanted);
  if (!opened.isOk) return opened;
  await store.load();
  const total = shards.reduce((sum, { entries }) => sum + entries, 0);
  const done = { entries: 0 };
  const ends: JournalEnd[] = [];
  progress.begin(opened.value === "begun" ? "rebuilding" : "rebuilding, going on");
  const show = () => progress.show(done.entries / total, `${wholeFigure(done.entries)} entries`);
  for (const shard of shards) {
    const end = await rebuildShard(rebuilding, shards.length, shard, (entries) => {
      done.entries += entries;
      show();
    });
    if (!end.isOk) return end;
    ends.push(end.value);
  }
  progress.end(`${wholeFigure(done.entries)} entries`);
  progress.begin("deadlines and identifiers");
  const counted = { accounts: 0 };
  const known = { ...wanted, installation: await readRebuildInstallation(store) };
  await finishRebuild(store, known, ends, (accounts) => {
    counted.accounts = accounts;
    progress.show(0, `${wholeFigure(accounts)} accounts`);
  });
  progress.end(`${wholeFigure(counted.accounts)} accounts`);
  return ok({ entries: done.entries, accounts: counted.accounts });
};

const rebuildShard = async (
  { store, database, options, signal }: Rebuilding,
  shards: number,
  { shard, entry: last, entries: known }: LedgerShard,
  onDone: (entries: number) => void,
): Promise<Result<JournalEnd, string>> => {
  const until = options.until === undefined ? last : journalPositionAt(options.until + 1) - 1n;
  const readProfile = createProfiles(store, shards).read;
  let replayed = await countReplayed(store, shard);
  let at = await positionBehind(database, shard, replayed);
  if (at === undefined) return err(`shard ${shard}: more was carried out than the ledger has`);
  onDone(replayed);
  const read = (after: JournalPosition) =>
    readEntriesAfter(database, shard, { after, until }, pageEntriesMax);
  let page = await read(at);
  while (page.length > 0) {
    if (signal.aborted) return err("interrupted");
    at = positionOf(page.at(-1)!.journalId);
    const following = read(at);
    const outcome = await replayEntries({ store, shard, readProfile }, page);
    replayed += page.length;
    onDone(page.length);
    page = await following;
    if (!outcome.isOk) return outcome;
  }
  if (options.until === undefined && replayed !== known) {
    return err(`shard ${shard}: a gap: the ledger has ${replayed} entries of ${known}`);
  }
  return ok({ shard, last: journalIdOf(at), entries: replayed });
};

/** Undefined: there are not so many. */
const positionBehind = async (
  database: Database,
  shard: number,
  replayed: number,
): Promise<JournalPosition | undefined> =>
  replayed === 0 ? journalBegin : readEntryAt(database, shard, replayed);
