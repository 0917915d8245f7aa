// Records of the journal as rows of the ledger's tables, written straight into what COPY takes.

import type { JournalEntry } from "../../engine/cdr/journal-entry.ts";
import { successCode, verbs } from "../../engine/cdr/journal-numbers.ts";
import type {
  BalanceChange,
  JournalRecord,
  OperationRecord,
  ProfileRecord,
} from "../../engine/cdr/journal-record.ts";
import { type CopyRows, createCopyRows } from "../db/copy-rows.ts";
import { fieldParts } from "./entry-bytes.ts";
import type { JournalPosition } from "./journal-position.ts";

/** In the order in which they are written below. */
export const columns = {
  ledger_entries: ["shard", "entry", "fields"],
  ledger_records: [
    ...["shard", "entry", "place", "account_id", "verb", "at", "event_timestamp"],
    ...["operation_id", "sequence", "tariff_version", "code", "cost", "overrun"],
  ],
  ledger_postings: [
    ...["shard", "entry", "place", "account_id", "slot", "verb"],
    ...["remaining_change", "reserved_change", "credited", "debited", "renewed", "expired"],
    ...["fee", "remaining_after", "reserved_after"],
  ],
  ledger_buckets: [
    ...["account_id", "slot", "entry", "shard", "profile_version"],
    ...["bucket_id", "unit", "currency", "credit_limit"],
  ],
} as const satisfies Record<string, readonly string[]>;

export type LedgerTable = keyof typeof columns;
export type LedgerRows = Readonly<Record<LedgerTable, CopyRows>>;

export const createLedgerRows = (): LedgerRows => ({
  ledger_entries: createCopyRows(columns.ledger_entries.length),
  ledger_records: createCopyRows(columns.ledger_records.length),
  ledger_postings: createCopyRows(columns.ledger_postings.length),
  ledger_buckets: createCopyRows(columns.ledger_buckets.length),
});

type Place = { readonly shard: number; readonly entry: JournalPosition };

export const addEntry = (
  rows: LedgerRows,
  place: Place,
  { fields }: JournalEntry,
  records: readonly JournalRecord[],
): void => {
  const { row, int2, bigint, octets } = rows.ledger_entries;
  row();
  int2(place.shard);
  bigint(place.entry);
  octets(fieldParts(fields));
  for (let i = 0; i < records.length; i++) addRecord(rows, place, i, records[i]!);
};

const addRecord = (rows: LedgerRows, at: Place, place: number, record: JournalRecord): void => {
  if (record.verb === "putAccount") {
    addRecordRow(rows, at, place, record, nothing);
    addBuckets(rows, at, record);
    return;
  }
  const isOperation = record.verb !== "expire";
  const told = isOperation ? toldOf(record) : { ...nothing, operationId: record.id };
  addRecordRow(rows, at, place, record, told);
  const { changes } = record;
  for (let i = 0; i < changes.length; i++) addPosting(rows, at, place, record, changes[i]!, 0);
  if (isOperation) addFee(rows, at, place, record);
};

type Told = {
  readonly operationId: string;
  readonly sequence: number;
  readonly tariffVersion: number;
  readonly code: number;
  readonly cost: number;
  readonly overrun: number;
  /** Undefined: then and there. */
  readonly eventTimestamp: number | undefined;
};

const nothing: Told = {
  operationId: "",
  sequence: 0,
  tariffVersion: 0,
  code: successCode,
  cost: 0,
  overrun: 0,
  eventTimestamp: undefined,
};

const toldOf = (record: OperationRecord): Told => {
  const { id, sequence, tariffVersion, code, cost, usage, said } = record;
  let overrun = 0;
  for (let i = 0; i < usage.length; i++) overrun += usage[i]!.overrun;
  const { eventTimestamp } = said;
  return { operationId: id, sequence, tariffVersion, code, cost, overrun, eventTimestamp };
};

const addRecordRow = (
  { ledger_records: { row, int2, int8, bigint, text } }: LedgerRows,
  { shard, entry }: Place,
  place: number,
  { accountId, at, verb }: JournalRecord,
  { operationId, sequence, tariffVersion, code, cost, overrun, eventTimestamp = at }: Told,
): void => {
  row();
  int2(shard);
  bigint(entry);
  int2(place);
  text(accountId);
  int2(verbs[verb]);
  int8(at);
  int8(eventTimestamp);
  text(operationId);
  int8(sequence);
  int8(tariffVersion);
  int2(code);
  int8(cost);
  int8(overrun);
};

const addPosting = (
  { ledger_postings: { row, int2, int8, bigint, text } }: LedgerRows,
  { shard, entry }: Place,
  place: number,
  { accountId, verb }: JournalRecord,
  change: BalanceChange,
  fee: number,
): void => {
  row();
  int2(shard);
  bigint(entry);
  int2(place);
  text(accountId);
  int2(change.slot);
  int2(verbs[verb]);
  int8(change.remainingAfter - change.remainingBefore);
  int8(change.reservedAfter - change.reservedBefore);
  int8(change.credited);
  int8(change.debited);
  int8(change.renewed);
  int8(change.expired);
  int8(fee);
  int8(change.remainingAfter);
  int8(change.reservedAfter);
};

/** Of what belongs to none of the account's buckets. */
const noSlot = -1;

/**
 * A transfer that has arrived leaves its fee with the operator; no bucket changes by it. The one
 * that it came from may be gone by then: the fee has its double entry all the same, of no bucket.
 */
const addFee = (rows: LedgerRows, at: Place, place: number, record: OperationRecord): void => {
  const { movement, answer } = record;
  if (movement?.kind !== "arrived" || movement.fee === 0) return;
  const remaining = answer.readDoubleLE(3);
  const reserved = answer.readDoubleLE(11);
  const unchanged = {
    slot: Math.max(movement.slot, noSlot),
    remainingBefore: remaining,
    reservedBefore: reserved,
    remainingAfter: remaining,
    reservedAfter: reserved,
    credited: 0,
    debited: 0,
    renewed: 0,
    expired: 0,
  };
  addPosting(rows, at, place, record, unchanged, movement.fee);
};

const addBuckets = (
  { ledger_buckets: { row, int2, int8, bigint, text, nil } }: LedgerRows,
  { shard, entry }: Place,
  { accountId, profile }: ProfileRecord,
): void => {
  for (const [slot, bucket] of profile.buckets.entries()) {
    row();
    text(accountId);
    int2(slot);
    bigint(entry);
    int2(shard);
    int8(profile.version);
    if (bucket === null) {
      nil();
      nil();
      nil();
    } else {
      text(bucket.bucketId);
      text(bucket.unit);
      if (bucket.unit === "money") text(bucket.currency ?? profile.currency);
      else nil();
    }
    int8(bucket?.creditLimit ?? 0);
  }
};
