// What an account is due for, and with that its rules, as a batch carries them (lua/lib/dues.lua,
// rules.lua): kept like a burn plan, with the interval of time that it holds for.

import { renewalSlot, validitySlot } from "../balance/companions.ts";
import { type Due, duesAfterUse, duesAt } from "../balance/dues.ts";
import { bucketCell, counterCell, type Profile } from "../balance/profile.ts";
import type { ServiceInformation } from "../cdr/service-information.ts";
import { share, type WrittenPlan } from "./plan-bytes.ts";
import { countryFor, ruleNumbers } from "./rule-bytes.ts";

export type KeptDues = {
  readonly validFrom: number;
  readonly validUntil: number;
  readonly dues: readonly Due[];
  /** By the country that the message names (0: none, or nobody asks); undefined: nothing to say. */
  readonly written: Map<number, WrittenPlan> | undefined;
};

/** Beside the plans of an account, shared like those. */
export type DuesPlace = {
  kept: KeptDues | undefined;
  /** Of the account's slots (slot-names.ts). */
  names: WrittenPlan | undefined;
};

const keepDues = (place: DuesPlace, profile: Profile, at: number): KeptDues => {
  const { kept } = place;
  if (kept !== undefined && at >= kept.validFrom && at < kept.validUntil) return kept;
  const { dues, validFrom, validUntil } = duesAt(profile, at);
  const written = isNothing(profile, dues) ? undefined : new Map();
  const made = { dues, validFrom, validUntil, written };
  place.kept = made;
  return made;
};

export type Met = {
  readonly usedFrom: number;
  readonly now: number;
  readonly said: ServiceInformation;
};

/** As `duesAfterUse` says it; mostly what is kept. */
export const recallDues = (
  place: DuesPlace,
  profile: Profile,
  { usedFrom, now, said }: Met,
): WrittenPlan | undefined => {
  const { dues, validFrom, written } = keepDues(place, profile, now);
  if (written === undefined) return undefined;
  const country = countryFor(profile, said);
  if (validFrom > usedFrom) {
    const bytes = dueBytes(profile, duesAfterUse(profile, { usedFrom, now }), country);
    return bytes && share(bytes);
  }
  const known = written.get(country);
  if (known !== undefined) return known;
  const made = share(dueBytes(profile, dues, country)!);
  written.set(country, made);
  return made;
};

const isNothing = ({ rules }: Profile, dues: readonly Due[]): boolean =>
  dues.length === 0 && rules.length === 0;

/** Undefined: nothing can be due, and there are no rules. */
export const dueBytes = (
  profile: Profile,
  dues: readonly Due[],
  country: number,
): Buffer | undefined => {
  if (isNothing(profile, dues)) return undefined;
  const numbers = dues.flatMap((due) => numbersOf(profile, due));
  const rules = ruleNumbers(profile, country);
  const bytes = Buffer.allocUnsafeSlow(4 + 8 * (numbers.length + rules.length));
  let at = bytes.writeUInt16LE(numbers.length, 0);
  at = bytes.writeUInt16LE(rules.length, at);
  for (const number of [...numbers, ...rules]) at = bytes.writeDoubleLE(number, at);
  return bytes;
};

const numbersOf = (profile: Profile, due: Due): readonly number[] => {
  const { slot, bucket } = due;
  const cellOf = (state: number) => counterCell(profile.buckets.length, state);
  switch (due.kind) {
    case "expiry":
      return [bucketCell(slot), 0, 0, 0, 0, 0, 0, 0];
    case "ownExpiry":
      return [bucketCell(slot), cellOf(validitySlot(profile, bucket)), 0, 0, 0, 0, 0, 0];
    case "renewal":
    case "closing": {
      const { kind, period, firstPeriod, amount, rollover, rolloverSlot } = due;
      const target = rolloverSlot === -1 ? 0 : bucketCell(rolloverSlot);
      const manner = (rollover?.lastsOnePeriod ? 1 : 0) + (kind === "closing" ? 2 : 0);
      const bounds = [rollover?.amountMax ?? 0, manner, firstPeriod];
      const state = cellOf(renewalSlot(profile, bucket));
      return [bucketCell(slot), state, period, amount, target, ...bounds];
    }
  }
};
