// The journal of a shard, read for audit, for the business side and for rebuilding: a stream whose
// entries become typed records of what happened, with every balance before and after. What was
// refused or merely repeated changed nothing and is no record. An entry that cannot be read whole
// is an error that names it, never a wrong number.

import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { readBatchEntry } from "./journal-batch.ts";
import { readExpiryEntry } from "./journal-expiry.ts";
import type { JournalRecord, ProfileRecord } from "./journal-record.ts";
import { keys } from "./keys.ts";
import { unpackProfile } from "./profile-value.ts";

/** As Redis keeps it: names and values of the fields take turns. */
export type JournalEntry = { readonly journalId: string; readonly fields: readonly Buffer[] };

export const journalStart = "0-0";

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
  { journalId, fields }: JournalEntry,
): Result<readonly JournalRecord[], string> => {
  try {
    return ok(recordsOf(journalId, fields));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`journal of shard ${shard}, entry ${journalId}: ${reason}`);
  }
};

const recordsOf = (journalId: string, fields: readonly Buffer[]): readonly JournalRecord[] => {
  const kind = fields[0]?.toString("latin1");
  if (kind === "q") {
    const [batch, accountIds, said, reply] = valuesOf(fields, ["q", "k", "s", "a"]);
    const ids = accountIds!;
    return readBatchEntry(journalId, {
      batch: batch!,
      accountIds: ids,
      said: said!,
      reply: reply!,
    });
  }
  if (kind === "p") {
    const [profile, accountId, at] = valuesOf(fields, ["p", "k", "t"]);
    return [readProfileEntry(journalId, profile!, accountId!.toString("latin1"), at!)];
  }
  if (kind === "x") {
    const [records, at] = valuesOf(fields, ["x", "t"]);
    return readExpiryEntry(journalId, records!, readTime(at!));
  }
  throw new Error(`an entry that begins with field "${kind}" is of no known kind`);
};

/** Of the fields with these names, and no others. */
export const valuesOf = (
  fields: readonly Buffer[],
  names: readonly string[],
): readonly Buffer[] => {
  const found = fields.filter((_, index) => index % 2 === 0).map((name) => name.toString("latin1"));
  if (fields.length !== 2 * names.length || found.join() !== names.join()) {
    throw new Error(`fields ${names.join()} were expected, these are ${found.join()}`);
  }
  return fields.filter((_, index) => index % 2 === 1);
};

const readTime = (text: Buffer): number => {
  const at = Number(text.toString("latin1"));
  if (text.length === 0 || !Number.isSafeInteger(at)) throw new Error("its time is no number");
  return at;
};

const readProfileEntry = (
  journalId: string,
  bytes: Buffer,
  accountId: string,
  at: Buffer,
): ProfileRecord => ({
  journalId,
  at: readTime(at),
  accountId,
  verb: "putAccount",
  profile: unpackProfile(accountId, bytes),
});
