// The door of the audit: entries go in by a transaction, and are read by nobody but the auditor.

export { appendChanges, changesStatement, type Stamp } from "./append-changes.ts";
export { canonicalJson } from "./canonical-json.ts";
export type { ChainProblem } from "./chain-problem.ts";
export { protectChange } from "./protect-change.ts";
export { auditRoutes } from "./routes.ts";
export { type Head, headText, type Sealing, sealEntries } from "./seal-entries.ts";
export { type SealingOptions, type SealingWorker, startSealing } from "./start-sealing.ts";
export { type Verification, type Verified, verifySeals } from "./verify-seals.ts";
