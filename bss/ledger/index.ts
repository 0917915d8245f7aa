// The door of the ledger: the worker that keeps it, and what it has.

export { type FoundOperation, findOperation } from "./find-operation.ts";
export {
  type JournalPosition,
  journalBegin,
  journalIdOf,
  momentOf as journalMomentOf,
  positionAt as journalPositionAt,
  positionOf,
} from "./journal-position.ts";
export { openJournalStream } from "./journal-stream.ts";
export { type LedgerWorker, startLedgerWorker } from "./ledger-worker.ts";
export { type Consumed, readBucketsAt, type SlotBucket, sumConsumed } from "./read-buckets.ts";
export {
  countCommitted,
  type LedgerBalance,
  type LedgerShard,
  readBalances,
  readCommitted,
  readEntriesAfter,
  readEntriesBefore,
  readOneEntry,
  readProfileEntries,
  readShards,
} from "./read-ledger.ts";
export {
  type LedgerRecord,
  type RecordPlace,
  readRecords,
  readUsageAt,
  readUsageBack,
} from "./read-records.ts";
export {
  addSnapshotPage,
  beginSnapshot,
  completeSnapshot,
  dropOldSnapshots,
  dropSnapshot,
  readSnapshotPage,
  readSnapshots,
  type Snapshot,
  type SnapshotPosition,
} from "./snapshots.ts";
