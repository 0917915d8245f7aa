// A rebuild begins with a snapshot: the newest one that is not later than what is asked for. Its
// pages go back one by one, and each shard's journal goes on behind where it was then.

import type { Progress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import type { Database } from "../../bss/db/connection.ts";
import {
  journalIdOf,
  journalMomentOf,
  readSnapshotPage,
  type Snapshot,
} from "../../bss/ledger/index.ts";
import type { Store } from "../../engine/store/connection.ts";
import { accountLayout } from "../../engine/store/lua-constants.ts";
import {
  beginJournal,
  noteRestored,
  type OpenRebuild,
  readRestored,
} from "../../engine/store/rebuild.ts";
import { restorePage } from "../../engine/store/snapshot.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { RebuildOptions } from "./options.ts";

export type Rebuilding = {
  readonly store: Store;
  readonly database: Database;
  readonly options: RebuildOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** It is looked at when its turn comes; that it fails meanwhile is no unhandled rejection. */
export const readAhead = <T>(reading: Promise<T>): Promise<T> => {
  reading.catch(() => undefined);
  return reading;
};

/** Undefined: none. The error is one line. */
export const newestOf = (
  snapshots: readonly Snapshot[],
  installation: string,
  { until = Number.POSITIVE_INFINITY, isWhole }: RebuildOptions,
): Result<Snapshot | undefined, string> => {
  if (isWhole) return ok(undefined);
  const isThen = ({ positions }: Snapshot) =>
    positions.every(({ entry }) => journalMomentOf(entry) <= until);
  const newest = snapshots.find(isThen);
  if (newest === undefined) return ok(undefined);
  const { id } = newest;
  if (newest.installation !== installation) {
    return err(
      `snapshot ${id} is of installation ${newest.installation}, the ledger of ${installation}: ` +
        `delete it (npm run snapshot -- --drop ${id}), or rebuild without: --whole`,
    );
  }
  if (newest.accountLayout !== accountLayout) {
    return err(
      `snapshot ${id} has accounts of layout ${newest.accountLayout}, this program knows ` +
        `${accountLayout}: use the program that took it, or rebuild without: --whole`,
    );
  }
  return ok(newest);
};

/** What was restored; undefined: the rebuild begins at the beginning. */
export const restore = async (
  { store, database, options, progress, signal }: Rebuilding,
  { snapshot: id }: OpenRebuild,
  snapshots: readonly Snapshot[],
): Promise<Result<Snapshot | undefined, string>> => {
  if (id === "") return ok(undefined);
  if (options.isWhole) return err("another rebuild was begun here: --wipe begins anew");
  const snapshot = snapshots.find((one) => String(one.id) === id);
  if (snapshot === undefined) return err(`snapshot ${id} is gone: --wipe begins with another one`);
  const restored = await readRestored(store);
  if (restored === "all") return ok(snapshot);
  progress.begin(`restoring snapshot ${id}`);
  const read = (page: number) => readAhead(readSnapshotPage(database, snapshot.id, page));
  let next = read(restored);
  for (let page = restored; page < snapshot.pages; page++) {
    if (signal.aborted) return err("interrupted");
    const fields = await next;
    next = read(page + 1);
    const done = fields.isOk ? await restorePage(store, fields.value) : fields;
    if (!done.isOk) {
      return err(`snapshot ${id}, page ${page}: ${done.error}: --wipe --whole rebuilds without it`);
    }
    await noteRestored(store, page + 1);
    progress.show((page + 1) / snapshot.pages, `${wholeFigure(page + 1)} pages`);
  }
  for (const { shard, entry, entries } of snapshot.positions) {
    await beginJournal(store, { shard, last: journalIdOf(entry), entries });
  }
  await noteRestored(store, "all");
  progress.end(`${wholeFigure(snapshot.accounts)} accounts`);
  return ok(snapshot);
};
