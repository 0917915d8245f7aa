// The door of the audit: entries go in by a transaction, and are read by nobody but the auditor.

export { appendChanges, type Stamp } from "./append-changes.ts";
