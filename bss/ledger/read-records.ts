// Records of the ledger as the journal told them, newest first: of some accounts by their index, of
// all by the journal's own order. A page costs the same wherever it begins.

import { type JournalEntry, readJournalEntry } from "../../engine/cdr/journal-entry.ts";
import { verbs } from "../../engine/cdr/journal-numbers.ts";
import type { JournalRecord, OperationRecord } from "../../engine/cdr/journal-record.ts";
import type { Statements } from "../db/connection.ts";
import { readFields } from "./entry-bytes.ts";
import { type JournalPosition, journalIdOf } from "./journal-position.ts";
import { unpack } from "./unpack.ts";

/** Which record: the third of an entry of a shard. They are in this order. */
export type RecordPlace = {
  readonly entry: JournalPosition;
  readonly shard: number;
  readonly place: number;
};

export type LedgerRecord = RecordPlace & { readonly record: OperationRecord };

export type RecordSpan = {
  /** Undefined: of all. */
  readonly accountIds?: readonly string[] | undefined;
  /** The first that counts, and the first that does no more. */
  readonly from: JournalPosition;
  readonly before: RecordPlace;
};

export type RecordPage = {
  readonly records: readonly LedgerRecord[];
  /** Where the next page begins; undefined: there is nothing more. */
  readonly next: RecordPlace | undefined;
};

/** What uses units or gives them back; all else moves balances without use. */
const usageVerbs = [verbs.initiate, verbs.update, verbs.terminate, verbs.event, verbs.refund];
const usageNames: readonly string[] = ["initiate", "update", "terminate", "event", "refund"];

const ofAccounts = `
  SELECT DISTINCT page.shard, page.entry, e.fields FROM (
    SELECT r.shard, r.entry, r.place FROM unnest($1::text[]) AS wanted (account_id),
    LATERAL (
      SELECT shard, entry, place FROM ledger_records
      WHERE account_id = wanted.account_id AND entry >= $2
        AND (entry, shard, place) < ($3, $4, $5) AND verb = ANY ($7)
      ORDER BY entry DESC, shard DESC, place DESC LIMIT $6) AS r
    ORDER BY r.entry DESC, r.shard DESC, r.place DESC LIMIT $6) AS page
  JOIN ledger_entries AS e ON e.shard = page.shard AND e.entry = page.entry
  ORDER BY page.entry DESC, page.shard DESC`;

const ofAll = `
  SELECT e.shard, e.entry, e.fields FROM ledger_shards AS s,
  LATERAL (
    SELECT shard, entry, fields FROM ledger_entries
    WHERE shard = s.shard AND entry >= $1 AND entry <= $2
      AND ((entry, shard) < ($2, $3::int2) OR ($5 AND entry = $2 AND shard = $3::int2))
    ORDER BY entry DESC LIMIT $4) AS e
  ORDER BY e.entry DESC, e.shard DESC LIMIT $4`;

type EntryRow = { readonly shard: number; readonly entry: string; readonly fields: Buffer };

const readRows = async (
  statements: Statements,
  { accountIds, from, before }: RecordSpan,
  count: number,
): Promise<readonly EntryRow[]> => {
  const { entry, shard, place } = before;
  const { rows } =
    accountIds === undefined
      ? await statements.query<EntryRow>(ofAll, [from, entry, shard, count, place > 0])
      : await statements.query<EntryRow>(ofAccounts, [
          ...[accountIds, from, entry, shard, place],
          ...[count, usageVerbs],
        ]);
  return rows;
};

export const isBefore = (one: RecordPlace, other: RecordPlace): boolean => {
  if (one.entry !== other.entry) return one.entry < other.entry;
  return one.shard !== other.shard ? one.shard < other.shard : one.place < other.place;
};

const isUsage = (record: JournalRecord): record is OperationRecord =>
  usageNames.includes(record.verb) &&
  "usage" in record &&
  (record.cost !== 0 || record.usage.some(({ used }) => used > 0));

/** What an entry changed, in its order. Throws where it cannot be read. */
export const readRecords = (shard: number, entry: JournalEntry): readonly JournalRecord[] => {
  const read = readJournalEntry(shard, entry, unpack);
  if (!read.isOk) throw new Error(read.error);
  return read.value;
};

/** The newest first, as they are shown. */
const recordsOf = (row: EntryRow): readonly LedgerRecord[] => {
  const [shard, entry] = [row.shard, BigInt(row.entry)];
  const fields = readFields(row.fields);
  // With refusals: so the places are those that the ledger counts.
  const read = readJournalEntry(shard, { journalId: journalIdOf(entry), fields }, unpack, true);
  if (!read.isOk) throw new Error(read.error);
  return read.value
    .map((record, place) => ({ entry, shard, place, record }))
    .filter((one): one is LedgerRecord => isUsage(one.record))
    .toReversed();
};

/** How many entries are looked through for one page before it is given up half full. */
const roundsMax = 20;

/** At most `count` records; fewer before the end only where next to nothing of it is usage. */
export const readUsageBack = async (
  statements: Statements,
  span: RecordSpan,
  count: number,
): Promise<RecordPage> => {
  const found: LedgerRecord[] = [];
  const wanted = span.accountIds === undefined ? undefined : new Set(span.accountIds);
  let { before } = span;
  for (let round = 0; round < roundsMax; round++) {
    const rows = await readRows(statements, { ...span, before }, count + 1);
    for (const row of rows) {
      for (const one of recordsOf(row)) {
        const isOthers = wanted?.has(one.record.accountId) === false;
        if (isOthers || !isBefore(one, before)) continue;
        if (found.length === count) return { records: found, next: nextOf(found) };
        found.push(one);
      }
    }
    const last = rows.at(-1);
    if (last === undefined) return { records: found, next: undefined };
    before = { entry: BigInt(last.entry), shard: last.shard, place: 0 };
  }
  return { records: found, next: before };
};

/** The last one itself is where the next page ends. */
const nextOf = (found: readonly LedgerRecord[]): RecordPlace | undefined => found.at(-1);

/** Undefined: there is no such record of usage. */
export const readUsageAt = async (
  statements: Statements,
  { entry, shard, place }: RecordPlace,
): Promise<LedgerRecord | undefined> => {
  const { rows } = await statements.query<EntryRow>(
    "SELECT shard, entry, fields FROM ledger_entries WHERE shard = $1 AND entry = $2",
    [shard, entry],
  );
  return rows.flatMap(recordsOf).find((one) => one.place === place);
};
