// The door of the ledger: the worker that keeps it, and what it has.

export {
  type JournalPosition,
  journalBegin,
  journalIdOf,
  positionOf,
} from "./journal-position.ts";
export { openJournalStream } from "./journal-stream.ts";
export { type LedgerWorker, startLedgerWorker } from "./ledger-worker.ts";
export {
  type LedgerBalance,
  readBalances,
  readCommitted,
  readEntriesAfter,
  readEntriesBefore,
  readOneEntry,
} from "./read-ledger.ts";
