// A number for each slot of an account that names what it is kept for, wherever that stands later:
// with it an event keeps what it took (lua/lib/taken.lua). Behind the names the counters that have
// thresholds, because a refund may leave them again. Made once for all accounts with equal terms.

import { isCompanion } from "../balance/companions.ts";
import { counterCell, type Profile } from "../balance/profile.ts";
import { fingerprint } from "../protocol/fingerprint.ts";
import { watchesOf } from "../session/watch.ts";
import type { DuesPlace } from "./due-bytes.ts";
import { share, type WrittenPlan, watchNumbers } from "./plan-bytes.ts";

export const recallNames = (place: DuesPlace, profile: Profile): WrittenPlan => {
  place.names ??= write(profile);
  return place.names;
};

/** What another bucket or counter of the same name would be: one in another unit or period. */
const nameOf = (...parts: readonly (string | number | undefined)[]): number =>
  fingerprint([0, 0, ...parts], 0);

const write = (profile: Profile): WrittenPlan => {
  const { buckets, counters, currency } = profile;
  const numbers = [
    buckets.length + counters.length,
    ...buckets.map((bucket) => {
      if (bucket === null) return 0;
      return nameOf("bucket", bucket.bucketId, bucket.unit, bucket.currency ?? currency);
    }),
    ...counters.map((counter) => {
      if (counter === null) return 0;
      const { unit, anchorDay, count } = counter.period ?? {};
      const kind = counter.unit === "money" ? currency : counter.unit;
      return nameOf("counter", counter.counterId, kind, unit, anchorDay, count);
    }),
    ...watchNumbers(watchesOf(profile, watchable(profile))),
  ];
  const bytes = Buffer.allocUnsafeSlow(4 + 8 * numbers.length);
  // No rules behind them.
  let at = bytes.writeUInt16LE(0, bytes.writeUInt16LE(numbers.length, 0));
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return share(bytes);
};

/** Lua holds each to the period that it is in. */
const watchable = ({ buckets, counters }: Profile) =>
  counters.flatMap((counter, slot) => {
    if (counter === null || isCompanion(counter)) return [];
    const cell = counterCell(buckets.length, slot);
    const by = { cell, isMoney: counter.unit === "money", period: 0 };
    return [{ counter, by, boundaries: [] }];
  });
