// The journal of a shard, read for audit, for the business side and for rebuilding: a stream whose
// entries become typed records of what happened, with every balance before and after.

import { type JournalEntry, readJournalEntry } from "../cdr/journal-entry.ts";
import type { JournalRecord } from "../cdr/journal-record.ts";
import { limits } from "../limits.ts";
import type { Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { unpackWire } from "./profile-value.ts";

/** The next entries after `after`, at most `limits.journalPageEntriesMax`. */
export const readPage = async (
  store: Pick<Store, "call">,
  shard: number,
  { after, until }: { readonly after: string; readonly until: string },
): Promise<readonly JournalEntry[]> => {
  const count = limits.journalPageEntriesMax;
  const range = [keys.journal(shard), `(${after}`, until, "COUNT", count] as const;
  const entries = (await store.call("XRANGE", ...range)) as [Buffer, Buffer[]][];
  return entries.map(([id, fields]) => ({ journalId: id.toString("latin1"), fields }));
};

/** The error is one line that names the entry. */
export const readEntry = (
  shard: number,
  entry: JournalEntry,
): Result<readonly JournalRecord[], string> => readJournalEntry(shard, entry, unpackWire);
