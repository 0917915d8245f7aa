// The journal of a shard backwards, as far as it concerns one account: what explanations are made
// from. Entries of others are passed over by the list of account ids in front of them.

import { batchFields, type JournalEntry } from "../cdr/journal-entry.ts";
import type { ExpiryRecord, ProfileRecord } from "../cdr/journal-record.ts";
import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { readEntry } from "./journal.ts";
import { type AskedOperation, readAskedBatch } from "./journal-asked.ts";

export type AccountRecord = {
  readonly journalId: string;
  /** Place within the entry. */
  readonly index: number;
} & (
  | { readonly kind: "operation"; readonly operation: AskedOperation }
  | { readonly kind: "profile"; readonly record: ProfileRecord }
  /** A session that nobody continued. */
  | { readonly kind: "closed"; readonly record: ExpiryRecord }
);

/** The account begins with it. */
export const isOpening = (record: AccountRecord): boolean =>
  record.kind === "profile" && record.record.profile.version === 1;

export type PageBack = {
  /** The latest first. */
  readonly records: readonly AccountRecord[];
  readonly entries: number;
  /** `until` of the next page; undefined: the journal has no more. */
  readonly next: string | undefined;
};

/** `until` as `Journal` has it. The error names an entry. */
export const readPageBack = async (
  { journal }: Pick<Store, "journal">,
  shard: number,
  accountId: string,
  until: string,
  count: number = limits.journalPageEntriesMax,
): Promise<Result<PageBack, string>> => {
  const { entries, next } = await journal.before(shard, accountId, until, count);
  const records: AccountRecord[] = [];
  for (const entry of entries) {
    const found = readAccountEntry(shard, accountId, entry);
    if (!found.isOk) return found;
    records.push(...found.value.toReversed());
  }
  return ok({ records, entries: entries.length, next });
};

/** In the order in which they happened. */
export const readAccountEntry = (
  shard: number,
  accountId: string,
  entry: JournalEntry,
): Result<readonly AccountRecord[], string> => {
  const { journalId, fields } = entry;
  if (fields[2]?.toString("latin1") === "k" && !isNamed(fields[3]!, accountId)) return ok([]);
  try {
    if (fields[0]?.toString("latin1") === "q") return ok(operationsOf(accountId, entry));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`journal of shard ${shard}, entry ${journalId}: ${reason}`);
  }
  const records = readEntry(shard, entry);
  if (!records.isOk) return records;
  const found: AccountRecord[] = [];
  for (const [index, record] of records.value.entries()) {
    if (record.accountId !== accountId) continue;
    if (record.verb === "putAccount") found.push({ journalId, index, kind: "profile", record });
    if (record.verb === "expire") found.push({ journalId, index, kind: "closed", record });
  }
  return ok(found);
};

/** Of a batch the ids of its accounts, each with a line feed; of a profile its own. */
const isNamed = (accountIds: Buffer, accountId: string): boolean =>
  `\n${accountIds.toString("latin1")}\n`.includes(`\n${accountId}\n`);

const operationsOf = (
  accountId: string,
  { journalId, fields }: JournalEntry,
): readonly AccountRecord[] => {
  return readAskedBatch(journalId, batchFields(fields))
    .filter((operation) => operation.accountId === accountId)
    .map((operation) => ({ journalId, index: operation.index, kind: "operation", operation }));
};

/** Whose each operation of an entry is, by place. */
export const accountsOf = (shard: number, entry: JournalEntry): Result<string[], string> => {
  const names = entry.fields[3]?.toString("latin1").split("\n") ?? [];
  const isListed = entry.fields[2]?.toString("latin1") === "k";
  const accounts: string[] = [];
  for (const accountId of isListed ? new Set(names) : new Set(closedIn(shard, entry))) {
    if (accountId === "") continue;
    const records = readAccountEntry(shard, accountId, entry);
    if (!records.isOk) return records;
    for (const { index } of records.value) accounts[index] = accountId;
  }
  return ok(accounts);
};

const closedIn = (shard: number, entry: JournalEntry): readonly string[] => {
  const records = readEntry(shard, entry);
  return records.isOk ? records.value.map(({ accountId }) => accountId) : [];
};
