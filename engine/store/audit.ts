// Derives every balance from the journal, and holds the result against what Redis has, account by
// account, while the engines go on charging.
//
// No drift is seen that is not there, because both sides are of the same moment: one call reads
// some accounts together with the id of the journal's last entry, and a change and its journal
// entry are one execution. The derivation is then taken on to exactly that entry, and those
// accounts, and only those, are compared. The next accounts are read at a later moment, and the
// derivation goes on to that. Memory holds the accounts and one page of the journal, however long
// that is.

import { type JournalEntry, journalStart } from "../cdr/journal-entry.ts";
import type { JournalRecord } from "../cdr/journal-record.ts";
import { limits } from "../limits.ts";
import { ok, type Result } from "../values/result.ts";
import { applyProfile } from "./audit-account.ts";
import { compareAccount } from "./audit-compare.ts";
import { type DerivedAccount, newAccount, noteProblem } from "./audit-derived.ts";
import type { DriftedAccount } from "./audit-drift.ts";
import type { Layouts } from "./audit-layout.ts";
import { type Books, compareLedger } from "./audit-ledger.ts";
import { applyExpiry, applyOperation } from "./audit-operation.ts";
import { findStrangers } from "./audit-strangers.ts";
import { addAccount, addTotals, type Totals } from "./audit-totals.ts";
import { applyTransfer, type OpenTransfers } from "./audit-transfers.ts";
import { compareTransfers } from "./audit-transits.ts";
import type { Store } from "./connection.ts";
import { readEntry, readPage } from "./journal.ts";
import { keys } from "./keys.ts";

export type AuditReport = {
  readonly accounts: number;
  readonly records: number;
  readonly entries: number;
  /** Compared with the ledger; undefined: there is none. */
  readonly ledgerBuckets: number | undefined;
  /** By unit. */
  readonly totals: Totals;
  readonly drifted: readonly DriftedAccount[];
};

/** How far it is: journal entries read, of so many; then accounts compared, of so many. */
export type AuditProgress = (
  stage: "journal" | "accounts",
  done: number,
  total: number,
  records: number,
) => void;

/** The error, one line, says which entry cannot be read. Rejects when Redis cannot be reached. */
export const audit = async (
  store: Store,
  shards: number,
  onProgress: AuditProgress,
  books?: Books,
): Promise<Result<AuditReport, string>> => {
  const counts = { entries: 0, records: 0 };
  const transfers: OpenTransfers = { byKey: new Map(), begun: new Map() };
  const derivations = Array.from({ length: shards }, (_, shard) =>
    newDerivation(shard, counts, transfers),
  );
  let total = 0;
  for (const { shard } of derivations) total += await store.journal.length(shard);
  const onPage = () => onProgress("journal", counts.entries, total, counts.records);
  const elsewhere: DriftedAccount[] = [];
  let ledgerBuckets = books && 0;
  for (const derivation of derivations) {
    const { accounts, shard } = derivation;
    const onStranger = (accountId: string) => {
      elsewhere.push({
        shard,
        accountId,
        problems: ["it is in the ledger, but not in the journal"],
      });
    };
    if (books !== undefined) {
      const upTo = (last: string) => deriveUpTo(store, derivation, last, onPage);
      const compared = await compareLedger(books, { shard, accounts, onStranger }, upTo);
      if (!compared.isOk) return compared;
      ledgerBuckets = ledgerBuckets! + compared.value;
    }
    const { last } = await readMoment(store, shard, []);
    const derived = await deriveUpTo(store, derivation, last, onPage);
    if (!derived.isOk) return derived;
  }
  elsewhere.push(...(await findStrangers(store, derivations)));
  const comparison = { counts, elsewhere, ledgerBuckets, onProgress, transfers };
  return compareAll(store, derivations, comparison);
};

/** What the journal of one shard has led to so far. */
type Derivation = {
  readonly shard: number;
  readonly accounts: Map<string, DerivedAccount>;
  readonly layouts: Layouts;
  /** Accounts that Redis has and the journal, so far, has not. */
  readonly strangers: Set<string>;
  last: string;
  /** Sums of buckets that were taken away. */
  readonly retired: Totals;
  /** Shared by all shards. */
  readonly counts: Counts;
  readonly transfers: OpenTransfers;
};
type Counts = { entries: number; records: number };

const newDerivation = (shard: number, counts: Counts, transfers: OpenTransfers): Derivation => ({
  shard,
  accounts: new Map(),
  layouts: new Map(),
  strangers: new Set(),
  last: journalStart,
  retired: new Map(),
  counts,
  transfers,
});

/** Accounts (null: there is none) and the last entry of the journal, of one moment. */
const readMoment = async (store: Store, shard: number, accountIds: readonly string[]) => {
  const accountKeys = accountIds.map((id) => keys.account(shard, id));
  const [last, ...values] = (await store.run(
    "read-accounts",
    [keys.journal(shard), ...accountKeys],
    [],
  )) as [Buffer, ...(Buffer | null)[]];
  return { last: last.toString("latin1"), values };
};

/** Takes the derivation on to the entry `until`, that one included. */
const deriveUpTo = async (
  store: Store,
  derivation: Derivation,
  until: string,
  onPage: () => void,
): Promise<Result<void, string>> => {
  const { shard } = derivation;
  const next = (after: string) => readPage(store, shard, { after, until });
  let page = derivation.last === until ? [] : await next(derivation.last);
  while (page.length > 0) {
    derivation.last = page.at(-1)!.journalId;
    // Redis reads the next page while this one is worked on.
    const following = derivation.last === until ? Promise.resolve([]) : next(derivation.last);
    const applied = applyPage(derivation, page);
    page = await following;
    if (!applied.isOk) return applied;
    onPage();
  }
  return ok(undefined);
};

const applyPage = (derivation: Derivation, page: readonly JournalEntry[]): Result<void, string> => {
  for (const entry of page) {
    const records = readEntry(derivation.shard, entry);
    if (!records.isOk) return records;
    for (const record of records.value) applyRecord(derivation, record);
    derivation.counts.entries++;
    derivation.counts.records += records.value.length;
  }
  return ok(undefined);
};

const applyRecord = (derivation: Derivation, record: JournalRecord): void => {
  const { accounts, layouts, retired } = derivation;
  const { accountId, journalId, verb } = record;
  let account = accounts.get(accountId);
  if (account === undefined) {
    account = newAccount(accountId);
    accounts.set(accountId, account);
    if (verb !== "putAccount") noteProblem(account, `entry ${journalId}: it was never opened`);
  }
  if (verb === "putAccount") applyProfile(account, record, { layouts, retired });
  else if (verb === "expire") applyExpiry(account, record);
  else {
    applyOperation(account, record);
    const { movement } = record;
    if (movement === undefined || movement.kind === "credit") return;
    applyTransfer(derivation.transfers, derivation.shard, account, record, movement);
  }
};

type Comparison = {
  readonly counts: Counts;
  readonly elsewhere: readonly DriftedAccount[];
  readonly ledgerBuckets: number | undefined;
  readonly onProgress: AuditProgress;
  readonly transfers: OpenTransfers;
};

const compareAll = async (
  store: Store,
  derivations: readonly Derivation[],
  { counts, elsewhere, ledgerBuckets, onProgress, transfers }: Comparison,
): Promise<Result<AuditReport, string>> => {
  const totals: Totals = new Map();
  const drifted = [...elsewhere];
  let compared = 0;
  let total = 0;
  for (const { accounts, strangers } of derivations) total += accounts.size + strangers.size;
  for (const derivation of derivations) {
    const accountIds = [...derivation.accounts.keys(), ...derivation.strangers];
    for (let from = 0; from < accountIds.length; from += limits.auditAccountsPerReadMax) {
      const some = accountIds.slice(from, from + limits.auditAccountsPerReadMax);
      const outcome = await compareSome(store, derivation, some, totals);
      if (!outcome.isOk) return outcome;
      drifted.push(...outcome.value);
      compared += some.length;
      onProgress("accounts", compared, total, counts.records);
    }
    addTotals(totals, derivation.retired);
  }
  const all = await compareTransfers(store, transfers, drifted, {
    shards: derivations.length,
    deriveUpTo: (shard, last) => deriveUpTo(store, derivations[shard]!, last, () => undefined),
  });
  if (!all.isOk) return all;
  return ok({ accounts: compared, ...counts, ledgerBuckets, totals, drifted: all.value });
};

const compareSome = async (
  store: Store,
  derivation: Derivation,
  accountIds: readonly string[],
  totals: Totals,
): Promise<Result<readonly DriftedAccount[], string>> => {
  const { accounts, shard } = derivation;
  const { last, values } = await readMoment(store, shard, accountIds);
  const derived = await deriveUpTo(store, derivation, last, () => undefined);
  if (!derived.isOk) return derived;
  const drifted: DriftedAccount[] = [];
  for (const [index, accountId] of accountIds.entries()) {
    const value = values[index] ?? null;
    const account = accounts.get(accountId) ?? strangerOf(accountId, value);
    if (account === undefined) continue;
    const drift = compareAccount(account, value);
    addAccount(totals, account, drift);
    const { problems } = account;
    if (problems !== undefined) drifted.push({ shard, accountId, problems });
  }
  return ok(drifted);
};

/** Undefined when it is gone again, as it was not there when the journal began to be read. */
const strangerOf = (accountId: string, value: Buffer | null): DerivedAccount | undefined => {
  if (value === null) return undefined;
  const account = newAccount(accountId);
  noteProblem(account, "it is in Redis, but not in the journal");
  return account;
};
