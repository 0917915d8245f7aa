// All that the journal of a shard tells, from its beginning: what changed something.

import { journalStart } from "../../engine/cdr/journal-entry.ts";
import type { JournalRecord } from "../../engine/cdr/journal-record.ts";
import type { Store } from "../../engine/store/connection.ts";
import { readEntry, readPage } from "../../engine/store/journal.ts";

export const journalRecords = async (
  store: Pick<Store, "journal">,
  shard = 0,
): Promise<readonly JournalRecord[]> => {
  const all: JournalRecord[] = [];
  for (let after = journalStart; ; ) {
    const page = await readPage(store, shard, { after, until: "+" });
    if (page.length === 0) return all;
    for (const entry of page) {
      const records = readEntry(shard, entry);
      if (!records.isOk) throw new Error(records.error);
      all.push(...records.value);
    }
    after = page.at(-1)!.journalId;
  }
};
