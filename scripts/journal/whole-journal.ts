// The journal of an installation from its beginning: entries that are in the ledger are read there,
// the others in Redis. Between the two nothing is left out: Redis lets go of nothing that is not
// committed, and where both are asked it is made sure that the one begins where the other ends.

import type { Database } from "../../bss/db/connection.ts";
import {
  type JournalPosition,
  positionOf,
  readCommitted,
  readEntriesAfter,
  readEntriesBefore,
  readOneEntry,
} from "../../bss/ledger/index.ts";
import { type JournalEntry, journalStart } from "../../engine/cdr/journal-entry.ts";
import type { Journal } from "../../engine/store/journal.ts";

/** No entry of Redis' is later. */
const end = "8796093022207-1048575";
const attemptsMax = 10;

const inclusive = (until: string): JournalPosition =>
  positionOf(until === "+" ? end : until.replace("(", ""));

export const wholeJournal = (
  stream: Journal,
  database: Database,
  installation: string,
): Journal => {
  const fromStream = async (
    shard: number,
    { after, until }: { readonly after: string; readonly until: string },
    count: number,
  ): Promise<readonly JournalEntry[] | "passed"> => {
    const entries = await stream.after(shard, { after, until }, count);
    // Is the last known entry still there, nothing behind it was let go of meanwhile.
    const isWhole = after === journalStart || (await stream.one(shard, after)) !== undefined;
    return isWhole || (await beginsBehind(shard, after)) ? entries : "passed";
  };

  /** As in a Redis that was rebuilt: what the ledger has is gone there, and nothing else. */
  const beginsBehind = async (shard: number, after: string): Promise<boolean> => {
    const committed = await readCommitted(database, shard, installation);
    if (committed?.entry !== positionOf(after)) return false;
    return (await stream.gone(shard)) <= committed.entries;
  };

  return {
    after: async (shard, range, count) => {
      const positions = { after: positionOf(range.after), until: inclusive(range.until) };
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const kept = await readEntriesAfter(database, shard, positions, count);
        if (kept.length > 0) return kept;
        const entries = await fromStream(shard, range, count);
        if (entries !== "passed") return entries;
      }
      throw new Error(`the journal of shard ${shard} has a gap behind entry ${range.after}`);
    },
    before: async (shard, accountId, until, count) => {
      const { entries } = await stream.before(shard, accountId, until, count);
      if (entries.length > 0) return { entries, next: `(${entries.at(-1)!.journalId}` };
      const isIncluded = !until.startsWith("(");
      const before = isIncluded ? inclusive(until) + 1n : inclusive(until);
      const kept = await readEntriesBefore(database, shard, accountId, before, count);
      const next = kept.length < count ? undefined : `(${kept.at(-1)!.journalId}`;
      return { entries: kept, next };
    },
    one: async (shard, journalId) =>
      (await stream.one(shard, journalId)) ??
      (await readOneEntry(database, shard, positionOf(journalId))),
    length: async (shard) => {
      const committed = await readCommitted(database, shard, installation);
      return Math.max(committed?.entries ?? 0, await stream.length(shard));
    },
    gone: async () => 0,
  };
};
