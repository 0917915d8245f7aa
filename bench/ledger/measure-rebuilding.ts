// Redis wiped, and rebuilt from the ledger by what `npm run rebuild` does.

import { openDatabase } from "../../bss/db/connection.ts";
import { openStore } from "../../engine/store/connection.ts";
import { assert } from "../../engine/values/assert.ts";
import { type Rebuilt, rebuildRedis } from "../../scripts/rebuild/rebuild-redis.ts";
import type { Progress } from "../report/progress.ts";
import type { Filled } from "./fill-journal.ts";
import { measureUsage, type Place, type Usage } from "./usage.ts";

export const measureRebuilding = async (
  place: Place,
  { accounts }: Filled,
  /** Of the journal, that there are behind the newest snapshot. */
  entries: number,
  progress: Progress,
): Promise<Usage> => {
  const onError = () => undefined;
  const url = place.postgres.url;
  const database = openDatabase({ url, name: "tollgate bench", onError });
  const store = await openStore({ url: place.redis.url, isCluster: false, onError });
  await store.call("FLUSHALL", "ASYNC");
  const options = { isWiping: false, isAbandoning: false, until: undefined, isWhole: false };
  const { signal } = new AbortController();
  let rebuilt: Rebuilt | undefined;
  const usage = await measureUsage(place, async () => {
    const outcome = await rebuildRedis({ store, database, options, progress, signal });
    assert(outcome.isOk, outcome.isOk ? "" : outcome.error);
    rebuilt = outcome.value;
  });
  assert(rebuilt?.entries === entries, "every entry was carried out once more");
  assert(rebuilt.accounts === accounts, "every account is there again");
  await store.close();
  await database.close();
  return usage;
};
