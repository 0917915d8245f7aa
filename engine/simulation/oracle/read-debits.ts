// What the journal says that each bucket of each account gave.

import { journalStart } from "../../cdr/journal-entry.ts";
import type { Store } from "../../store/connection.ts";
import { readEntry, readPage } from "../../store/journal.ts";
import { assert } from "../../values/assert.ts";

/** By account id, then by slot. */
export type Debits = ReadonlyMap<string, readonly number[]>;

export const readDebits = async (store: Store): Promise<Debits> => {
  const debits = new Map<string, number[]>();
  let after = journalStart;
  for (;;) {
    const page = await readPage(store, 0, { after, until: "+" });
    if (page.length === 0) return debits;
    after = page.at(-1)!.journalId;
    for (const entry of page) {
      const records = readEntry(0, entry);
      assert(records.isOk, "an entry that can be read");
      for (const record of records.value) {
        if (record.verb === "putAccount") continue;
        const bySlot = debits.get(record.accountId) ?? [];
        debits.set(record.accountId, bySlot);
        for (const { slot, debited } of record.changes) {
          bySlot[slot] = (bySlot[slot] ?? 0) + debited;
        }
      }
    }
  }
};
