// Accounts that were written past the journal: Redis is asked for every account that it has.

import type { DriftedAccount } from "./audit-drift.ts";
import type { Store } from "./connection.ts";
import { accountOf, keys } from "./keys.ts";

/** What the journal of a shard knows, and accounts that Redis alone has so far. */
type Known = {
  readonly accounts: ReadonlyMap<string, unknown>;
  readonly strangers: Set<string>;
};

/** Returned are those on shards that there are not. */
export const findStrangers = async (
  store: Store,
  derivations: readonly Known[],
): Promise<readonly DriftedAccount[]> => {
  const elsewhere: DriftedAccount[] = [];
  for (const node of store.nodes()) {
    let cursor = "0";
    do {
      const [next, found] = await node.scan(cursor, "MATCH", keys.accountPattern, "COUNT", 1_000);
      for (const key of found) {
        const account = accountOf(key);
        if (account === undefined) continue;
        const { shard, accountId } = account;
        const derivation = derivations[shard];
        const problems = [`it is in Redis on shard ${shard}, of ${derivations.length}`];
        if (derivation === undefined) elsewhere.push({ shard, accountId, problems });
        else if (!derivation.accounts.has(accountId)) derivation.strangers.add(accountId);
      }
      cursor = next;
    } while (cursor !== "0");
  }
  return elsewhere;
};
