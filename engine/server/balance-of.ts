// The cells of an account as they stand now, in words: what a balance query is answered with.

import { periodAt } from "../balance/calendar-period.ts";
import { isCompanion, stateSlot, validitySlot } from "../balance/companions.ts";
import type { Bucket, Counter, Profile } from "../balance/profile.ts";
import { zoneNamed } from "../balance/zone-named.ts";
import type { AnswerOf } from "../protocol/operations.ts";
import { readCells } from "../store/account-value.ts";
import type { Task } from "../store/task.ts";

type Cells = ReturnType<typeof readCells>;
type Answer = AnswerOf<"queryBalance">;

/** `bytes`: u16 open sessions, then the cells (lua/lib/apply-once.lua). */
export const balanceOf = ({ profile, eventTimestamp }: Task, bytes: Buffer): Answer => {
  const { accountId, currency, version, buckets, counters } = profile!;
  const cells = readCells(bytes.subarray(2), buckets.length, counters.length);
  return {
    accountId,
    currency,
    profileVersion: version,
    buckets: buckets.flatMap((bucket, slot) => {
      if (bucket === null) return [];
      const { bucketId, unit, currency: own } = bucket;
      const dates = datesOf(profile!, bucket, cells);
      return [{ bucketId, unit, ...cells.buckets[slot]!, ...dates, currency: own }];
    }),
    counters: counters.flatMap((counter, slot) => {
      if (counter === null || isCompanion(counter)) return [];
      return [counterState(profile!, counter, cells, cells.counters[slot]!, eventTimestamp)];
    }),
    openSessions: bytes.readUInt16LE(0),
  };
};

/** Of a validity of its own once that has begun. */
const datesOf = (profile: Profile, bucket: Bucket, cells: Cells) => {
  const { ownValiditySeconds, validFrom, validUntil } = bucket;
  if (ownValiditySeconds === 0) return { validFrom, validUntil };
  const { value: from, period: until } = cells.counters[validitySlot(profile, bucket)]!;
  if (until === 0) return { validFrom, validUntil };
  return { validFrom: from, validUntil: Math.min(until, validUntil) };
};

/** Of the thresholds that are reached the last one; a profile may have fewer of them since. */
const statusAt = ({ thresholds }: Counter, level: number): string | null =>
  thresholds[Math.min(level, thresholds.length) - 1]?.status ?? null;

/** What a counter counted in a period that is over is no more. */
const counterState = (
  profile: Profile,
  counter: Counter,
  cells: Cells,
  kept: { readonly value: number; readonly period: number },
  at: number,
): Answer["counters"][number] => {
  const { counterId, period, unit } = counter;
  const now = period === null ? 0 : periodAt(period, zoneNamed(profile.timeZone), at).number;
  const isOver = kept.period < now;
  const slot = stateSlot(profile, counter);
  const state = slot === undefined ? { value: 0, period: 0 } : cells.counters[slot]!;
  return {
    counterId,
    unit,
    value: isOver ? 0 : kept.value,
    status: isOver ? null : statusAt(counter, state.period),
    reserved: state.value,
  };
};
