// What a ledger comes to, for the audit.

import { journalIdOf, positionOf, readBalances, readCommitted } from "../../bss/ledger/index.ts";
import type { Books } from "../../engine/store/audit-ledger.ts";
import type { Ledger } from "./ask-journal.ts";

export const ledgerBooks = ({ database, installation }: Ledger): Books => ({
  committed: async (shard) => {
    const committed = await readCommitted(database, shard, installation);
    return committed && journalIdOf(committed.entry);
  },
  sums: (shard, until, onPage) => readBalances(database, shard, positionOf(until), onPage),
});
