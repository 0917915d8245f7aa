// The hits of rules that a journal of one shard tells, by account: when their windows are over.

import { remarks } from "../../engine/cdr/journal-numbers.ts";
import type { Store } from "../../engine/store/connection.ts";
import { journalRecords } from "./journal-records.ts";

export const ruleHitsTold = async (store: Store): Promise<ReadonlyMap<string, number[]>> => {
  const told = new Map<string, number[]>();
  for (const record of await journalRecords(store)) {
    if (record.verb === "putAccount" || record.verb === "expire") continue;
    const hits = record.remarks.filter(({ kind }) => kind === remarks.ruleHit);
    const known = told.get(record.accountId) ?? [];
    told.set(record.accountId, [...known, ...hits.map(({ much }) => much)]);
  }
  return told;
};
