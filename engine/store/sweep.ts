// Ends what is over, on every shard, whether or not anybody asks: sessions past their deadline,
// stored answers past their time. Any number of engines may do it at once; the scripts keep them
// apart.

import { limits } from "../limits.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { walk } from "./walk.ts";

/** Sweeps one shard to its end. What comes later may fail: what was closed is told at once. */
export const sweepShard = async (
  store: Store,
  shard: number,
  now: number,
  onClosed: (sessions: number) => void,
): Promise<void> => {
  for (let isMore = true; isMore; ) {
    const [count, more] = (await store.run(
      "expire-sessions",
      [keys.journal(shard), keys.answers(shard), keys.sweep(shard)],
      [now, keys.prefix(shard), limits.sweepSessionsMax, limits.sweepIntervalsMax],
    )) as [number, number];
    onClosed(count);
    isMore = more === 1;
  }
  await rotate(store, shard, now, "answers", limits.answersKeptMs);
  await rotate(store, shard, now, "topUps", limits.topUpAnswersKeptMs);
};

const rotate = (
  store: Store,
  shard: number,
  now: number,
  what: "answers" | "topUps",
  keptMs: number,
) => {
  const previous = what === "answers" ? keys.answersPrevious(shard) : keys.topUpsPrevious(shard);
  const rotated = [keys.sweep(shard), keys[what](shard), previous, keys.journal(shard)];
  return store.run("rotate-answers", rotated, [now, keptMs, what]);
};

/**
 * Has the next sweep of each shard begin with the oldest list of deadlines that there is: an engine
 * that had not heard yet that the clock was moved may have put one down where none is looked for.
 */
export const sweepFromOldest = async (store: Store): Promise<void> => {
  const oldest = new Map<number, number>();
  let place = "";
  do {
    const page = await walk(store, place, keys.deadlinesPattern, limits.patrolKeysMax);
    for (const key of page.found) {
      const [shard = 0, interval = 0] = key.match(/\d+/g)?.map(Number) ?? [];
      oldest.set(shard, Math.min(interval, oldest.get(shard) ?? interval));
    }
    place = page.next;
  } while (place !== "");
  for (const [shard, interval] of oldest) {
    const swept = Number((await store.call("HGET", keys.sweep(shard), "interval")) ?? interval);
    if (interval < swept) await store.call("HSET", keys.sweep(shard), "interval", interval);
  }
};
