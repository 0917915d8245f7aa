// One account as the journal tells it: balances, counters and open sessions, from nothing on,
// record by record. What a record says was before it is held against what the records so far led
// to. Where the two differ the account has a problem, and the record is believed from there on.

import type { BalanceChange, ProfileRecord } from "../cdr/journal-record.ts";
import { type DerivedAccount, noteProblem } from "./audit-derived.ts";
import {
  type AccountLayout,
  bucketName,
  isSameSlot,
  type Layouts,
  layoutOf,
  unitOf,
} from "./audit-layout.ts";
import { addExactly, cellStride, fields, withSlots } from "./audit-sums.ts";
import { retireSlot, type Totals } from "./audit-totals.ts";

export const applyProfile = (
  account: DerivedAccount,
  { journalId, profile }: ProfileRecord,
  { layouts, retired }: { readonly layouts: Layouts; readonly retired: Totals },
): void => {
  const old = account.layout;
  const layout = layoutOf(layouts, profile);
  if (profile.version !== account.profileVersion + 1) {
    const order = `profile version ${profile.version} follows ${account.profileVersion}`;
    noteProblem(account, `entry ${journalId}: ${order}`);
  }
  account.cells = withSlots(account.cells, layout.buckets.length);
  for (const [slot, bucket] of old.buckets.entries()) {
    const isKept = isSameSlot(bucket, layout.buckets[slot]) && !isOtherMoney(slot, old, layout);
    if (isKept || bucket === null) continue;
    if (heldIn(account, slot) === 0) retireSlot(retired, account, slot);
    else noteProblem(account, `entry ${journalId}: ${bucketName(old, slot)} was not empty`);
  }
  account.counters = layout.counters.map((counter, slot) =>
    isSameSlot(counter, old.counters[slot])
      ? (account.counters[slot] ?? newCounter())
      : newCounter(),
  );
  account.layout = layout;
  account.profileVersion = profile.version;
};

const newCounter = () => ({ value: 0, period: 0 });

const isOtherMoney = (slot: number, old: AccountLayout, layout: AccountLayout): boolean =>
  unitOf(old, slot) !== unitOf(layout, slot);

/** Remaining and reserved together. */
const heldIn = ({ cells }: DerivedAccount, slot: number): number =>
  cells[slot * cellStride + fields.remaining]! + cells[slot * cellStride + fields.reserved]!;

/** Takes over what one record says of one bucket. */
export const applyChange = (
  account: DerivedAccount,
  journalId: string,
  change: BalanceChange,
): void => {
  const { cells, layout } = account;
  const { slot } = change;
  if (slot >= layout.buckets.length || !Number.isInteger(slot)) {
    noteProblem(account, `entry ${journalId}: a change of slot ${slot}, which it has not`);
    return;
  }
  const at = slot * cellStride;
  const remaining = cells[at + fields.remaining]!;
  const reserved = cells[at + fields.reserved]!;
  if (remaining !== change.remainingBefore || reserved !== change.reservedBefore) {
    const said = `${change.remainingBefore} remaining and ${change.reservedBefore} reserved`;
    const known = `${remaining} and ${reserved}`;
    const where = `entry ${journalId}: ${bucketName(layout, slot)}`;
    noteProblem(account, `${where} had ${said} before, the journal so far leads to ${known}`);
  }
  const floor = -(layout.buckets[slot]?.creditLimit ?? 0);
  // A limit that was lowered leaves a bucket where it is; it may only rise from there.
  const isTooLow = change.remainingAfter < floor && change.remainingAfter < change.remainingBefore;
  if (isTooLow || change.reservedAfter < 0) {
    const limit = floor === 0 ? "zero" : `its credit limit of ${-floor}`;
    noteProblem(account, `entry ${journalId}: ${bucketName(layout, slot)} fell below ${limit}`);
  }
  cells[at + fields.remaining] = change.remainingAfter;
  cells[at + fields.reserved] = change.reservedAfter;
  const { credited, debited, expired, renewed } = change;
  if (credited > 0) addExactly(cells, at + fields.credited, credited);
  if (renewed > 0) addExactly(cells, at + fields.credited, renewed);
  if (debited > 0) addExactly(cells, at + fields.debited, debited);
  if (expired > 0) addExactly(cells, at + fields.expired, expired);
};
