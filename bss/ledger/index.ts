// The door of the ledger: the worker that keeps it, and what it has.

export {
  type JournalPosition,
  journalBegin,
  journalIdOf,
  positionAt as journalPositionAt,
  positionOf,
} from "./journal-position.ts";
export { openJournalStream } from "./journal-stream.ts";
export { type LedgerWorker, startLedgerWorker } from "./ledger-worker.ts";
export {
  type LedgerBalance,
  type LedgerShard,
  readBalances,
  readCommitted,
  readEntriesAfter,
  readEntriesBefore,
  readEntryAt,
  readOneEntry,
  readShards,
} from "./read-ledger.ts";
