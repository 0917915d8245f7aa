// The hits of rules that a journal of one shard tells, by account: when their windows are over.

import type { Store } from "../../engine/store/connection.ts";
import { journalStart, readEntry, readPage } from "../../engine/store/journal.ts";
import { remarks } from "../../engine/store/lua-constants.ts";

export const ruleHitsTold = async (store: Store): Promise<ReadonlyMap<string, number[]>> => {
  const told = new Map<string, number[]>();
  let after = journalStart;
  for (;;) {
    const page = await readPage(store, 0, { after, until: "+" });
    for (const entry of page) {
      const records = readEntry(0, entry);
      if (!records.isOk) throw new Error(records.error);
      for (const record of records.value) {
        if (record.verb === "putAccount" || record.verb === "expire") continue;
        const hits = record.remarks.filter(({ kind }) => kind === remarks.ruleHit);
        const known = told.get(record.accountId) ?? [];
        told.set(record.accountId, [...known, ...hits.map(({ much }) => much)]);
      }
    }
    const last = page.at(-1);
    if (last === undefined) return told;
    after = last.journalId;
  }
};
