// The door of the ledger: the worker that keeps it.

export { openJournalStream } from "./journal-stream.ts";
export { type LedgerWorker, startLedgerWorker } from "./ledger-worker.ts";
