// The profiles of accounts as the ledger had them before an entry, and whose accounts they are:
// asked for a page of records at a time.

import type { JournalRecord } from "../../../engine/cdr/journal-record.ts";
import type { Database, Statements } from "../../db/connection.ts";
import { type JournalPosition, readProfileEntries, readRecords } from "../../ledger/index.ts";
import type { LedgerProfile } from "../compile/index.ts";

/** By account; none of those that belong to nobody. */
export type CustomersOf = (
  statements: Statements,
  accountIds: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

export type KnownAccounts = {
  readonly profiles: Map<string, LedgerProfile | undefined>;
  readonly customers: Map<string, string>;
};

/** All that `records` name is known afterwards, as far as the ledger knows it. */
export const learnAccounts = async (
  database: Pick<Database, "tables" | "statements">,
  known: KnownAccounts,
  at: { readonly shard: number; readonly before: JournalPosition },
  records: readonly JournalRecord[],
  customersOf: CustomersOf,
): Promise<void> => {
  const ids = new Set(records.map(({ accountId }) => accountId));
  const fresh = [...ids].filter((id) => !known.profiles.has(id));
  if (fresh.length === 0) return;
  for (const id of fresh) known.profiles.set(id, undefined);
  for (const entry of await readProfileEntries(database, at.shard, fresh, at.before)) {
    for (const record of readRecords(at.shard, entry)) {
      if (record.verb === "putAccount") known.profiles.set(record.accountId, record.profile);
    }
  }
  for (const [id, customer] of await customersOf(database.statements, fresh)) {
    known.customers.set(id, customer);
  }
};
