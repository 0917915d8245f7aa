// What an account is due for, as a batch carries it (lua/lib/dues.lua): kept like a burn plan, with
// the interval of time that it holds for.

import { renewalSlot, validitySlot } from "../balance/companions.ts";
import { type Due, duesAfterUse, duesAt } from "../balance/dues.ts";
import { bucketCell, counterCell, type Profile } from "../balance/profile.ts";
import { share, type WrittenPlan } from "./plan-bytes.ts";

export type KeptDues = {
  readonly validFrom: number;
  readonly validUntil: number;
  /** Undefined: nothing can be due. */
  readonly written: WrittenPlan | undefined;
};

/** Beside the plans of an account, shared like those. */
export type DuesPlace = { kept: KeptDues | undefined };

const recallDues = (place: DuesPlace, profile: Profile, at: number): KeptDues => {
  const { kept } = place;
  if (kept !== undefined && at >= kept.validFrom && at < kept.validUntil) return kept;
  const { dues, validFrom, validUntil } = duesAt(profile, at);
  const bytes = dueBytes(profile, dues);
  const made = { validFrom, validUntil, written: bytes && share(bytes) };
  place.kept = made;
  return made;
};

/** As `duesAfterUse` says it; mostly what is kept. */
export const recallDuesAfterUse = (
  place: DuesPlace,
  profile: Profile,
  { usedFrom, now }: { readonly usedFrom: number; readonly now: number },
): WrittenPlan | undefined => {
  const { validFrom, written } = recallDues(place, profile, now);
  if (validFrom <= usedFrom) return written;
  const bytes = dueBytes(profile, duesAfterUse(profile, { usedFrom, now }));
  return bytes && share(bytes);
};

/** Undefined: nothing can be due. */
export const dueBytes = (profile: Profile, dues: readonly Due[]): Buffer | undefined => {
  if (dues.length === 0) return undefined;
  const numbers = dues.flatMap((due) => numbersOf(profile, due));
  const bytes = Buffer.allocUnsafeSlow(2 + 8 * numbers.length);
  let at = bytes.writeUInt16LE(numbers.length, 0);
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return bytes;
};

const numbersOf = (profile: Profile, due: Due): readonly number[] => {
  const { slot, bucket } = due;
  const cellOf = (state: number) => counterCell(profile.buckets.length, state);
  switch (due.kind) {
    case "expiry":
      return [bucketCell(slot), 0, 0, 0, 0, 0, 0];
    case "ownExpiry":
      return [bucketCell(slot), cellOf(validitySlot(profile, bucket)), 0, 0, 0, 0, 0];
    case "renewal": {
      const { period, amount, rollover, rolloverSlot } = due;
      const target = rollover === null ? 0 : bucketCell(rolloverSlot);
      const bounds = [rollover?.amountMax ?? 0, rollover?.lastsOnePeriod ? 1 : 0];
      const state = cellOf(renewalSlot(profile, bucket));
      return [bucketCell(slot), state, period, amount, target, ...bounds];
    }
  }
};
