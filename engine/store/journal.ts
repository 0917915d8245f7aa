// The journal of a shard, read for audit and explanations: a stream whose entries become typed
// records of what happened, with every balance before and after.

import { type JournalEntry, journalStart, readJournalEntry } from "../cdr/journal-entry.ts";
import type { JournalRecord } from "../cdr/journal-record.ts";
import { limits } from "../limits.ts";
import type { Result } from "../values/result.ts";
import { keys } from "./keys.ts";
import { unpackWire } from "./profile-value.ts";

/** Where entries are read from. The stream has those that Redis has not let go of yet. */
export type Journal = {
  /** The next entries after `after`, up to `until`, at most `count`. */
  after(
    shard: number,
    range: { readonly after: string; readonly until: string },
    count: number,
  ): Promise<readonly JournalEntry[]>;
  /**
   * The newest first, at most `count`; `until` as XREVRANGE has it: "+", an entry's id, or "(" and
   * an id. Entries that do not name the account may be left out. `next` is the `until` of the next
   * page; undefined: there are no more.
   */
  before(
    shard: number,
    accountId: string,
    until: string,
    count: number,
  ): Promise<{ readonly entries: readonly JournalEntry[]; readonly next: string | undefined }>;
  /** Undefined: there is no such entry. */
  one(shard: number, journalId: string): Promise<JournalEntry | undefined>;
  /** How many entries `after` may read in all. */
  length(shard: number): Promise<number>;
  /** How many entries there were before the first one. */
  gone(shard: number): Promise<number>;
};

type Call = (command: string, ...args: (string | number)[]) => Promise<unknown>;

export const streamJournal = (call: Call): Journal => {
  const read = async (command: string, ...args: (string | number)[]): Promise<JournalEntry[]> => {
    const entries = (await call(command, ...args)) as [Buffer, Buffer[]][];
    return entries.map(([id, fields]) => ({ journalId: id.toString("latin1"), fields }));
  };
  return {
    after: (shard, { after, until }, count) =>
      read("XRANGE", keys.journal(shard), `(${after}`, until, "COUNT", count),
    before: async (shard, _, until, count) => {
      const entries = await read("XREVRANGE", keys.journal(shard), until, "-", "COUNT", count);
      const next = entries.length < count ? undefined : `(${entries.at(-1)!.journalId}`;
      return { entries, next };
    },
    one: async (shard, journalId) =>
      (await read("XRANGE", keys.journal(shard), journalId, journalId))[0],
    length: async (shard) => Number(await call("XLEN", keys.journal(shard))),
    gone: async (shard) => {
      const { added, length } = await readStreamInfo(call, shard);
      return added - length;
    },
  };
};

/** The next entries after `after`, at most `limits.journalPageEntriesMax`. */
export const readPage = (
  { journal }: { readonly journal: Journal },
  shard: number,
  range: { readonly after: string; readonly until: string },
): Promise<readonly JournalEntry[]> => journal.after(shard, range, limits.journalPageEntriesMax);

/** The error is one line that names the entry. */
export const readEntry = (
  shard: number,
  entry: JournalEntry,
): Result<readonly JournalRecord[], string> => readJournalEntry(shard, entry, unpackWire);

/** Of a journal: its last id, and how many entries it ever had and has; 0 where there is none. */
export const readStreamInfo = async (call: Call, shard: number) => {
  const key = keys.journal(shard);
  if (Number(await call("EXISTS", key)) === 0) return { last: journalStart, added: 0, length: 0 };
  const info = (await call("XINFO", "STREAM", key)) as unknown[];
  const field = (name: string) => String(info[info.findIndex((at) => String(at) === name) + 1]);
  const [added, length] = [Number(field("entries-added")), Number(field("length"))];
  return { last: field("last-generated-id"), added, length };
};
