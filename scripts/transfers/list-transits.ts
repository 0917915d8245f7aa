// What is in transit in an installation, and how it stands: read beside running engines, changing
// nothing.

import { limits } from "../../engine/limits.ts";
import type { TransitState } from "../../engine/metrics.ts";
import type { Store } from "../../engine/store/connection.ts";
import { keys, shardOf } from "../../engine/store/keys.ts";
import { scanTransits, type Transit } from "../../engine/store/transit.ts";

export type Standing = {
  readonly transit: Transit;
  readonly ageMs: number;
  readonly state: TransitState;
};

/** The oldest first. */
export const listTransits = async (
  store: Store,
  shards: number,
  now: number,
): Promise<readonly Standing[]> => {
  const numbers = Array.from({ length: shards }, (_, shard) => shard);
  const knownSince: number[] = [];
  for (const shard of numbers) knownSince.push(await readKnownSince(store, shard));
  const found: Standing[] = [];
  for (const shard of numbers) {
    for (const transit of await scanTransits(store, shard)) {
      const since = knownSince[shardOf(transit.toAccountId, shards)]!;
      const ageMs = now - transit.begunAt;
      found.push({ transit, ageMs, state: stateOf(transit, ageMs, since) });
    }
  }
  return found.sort((a, b) => b.ageMs - a.ageMs);
};

/** From when on the shard knows all that came of transfers to it (lua/rotate-answers.lua). */
const readKnownSince = async (store: Store, shard: number): Promise<number> =>
  Number((await store.call("HGET", keys.sweep(shard), "topUpsSince")) ?? 0);

const stateOf = ({ begunAt }: Transit, ageMs: number, knownSince: number): TransitState => {
  if (begunAt < knownSince) return "inDoubt";
  return ageMs < limits.transferResumeMs ? "underWay" : "waiting";
};
