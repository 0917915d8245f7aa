// A snapshot of Redis, taken by what `npm run snapshot` does.

import { openDatabase } from "../../bss/db/connection.ts";
import { openStore } from "../../engine/store/connection.ts";
import { assert } from "../../engine/values/assert.ts";
import { type Taken, takeSnapshot } from "../../scripts/snapshot/take-snapshot.ts";
import { findRedisServer } from "../../scripts/testing/redis-binary.ts";
import type { Progress } from "../report/progress.ts";
import type { Filled } from "./fill-journal.ts";
import { measureUsage, type Place, type Usage } from "./usage.ts";

export const measureTaking = async (
  place: Place,
  { accounts }: Filled,
  progress: Progress,
): Promise<Usage> => {
  const onError = () => undefined;
  const database = openDatabase({ url: place.postgres.url, name: "tollgate bench", onError });
  const store = await openStore({ url: place.redis.url, isCluster: false, onError });
  const binary = await findRedisServer();
  const { signal } = new AbortController();
  let taken: Taken | undefined;
  const usage = await measureUsage(place, async () => {
    const outcome = await takeSnapshot({ store, database, binary, kept: 1, progress, signal });
    assert(outcome.isOk, outcome.isOk ? "" : outcome.error);
    taken = outcome.value;
  });
  assert(taken?.accounts === accounts, "every account is in it");
  await store.close();
  await database.close();
  return usage;
};
