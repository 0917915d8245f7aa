// What an operation may do to an account, as laws that each record is held against: a top-up
// credits what it names, usage debits what it cost, a hold belongs to a session and goes with it.
// A record that breaks one is a problem of its account even where all balances add up.

import { isEndedByRefund, isRuleState } from "../balance/companions.ts";
import { bucketCell, counterCell } from "../balance/profile.ts";
import { remarks } from "../cdr/journal-numbers.ts";
import type { ExpiryRecord, OperationRecord } from "../cdr/journal-record.ts";
import { readRefund } from "../cdr/refund-answer.ts";
import { amountMax } from "../values/units.ts";
import { applyChange } from "./audit-account.ts";
import { type DerivedAccount, type DerivedCounter, noteProblem } from "./audit-derived.ts";
import { addHolds, addUnderCaps, readSequence } from "./audit-holds.ts";
import { movementProblem } from "./audit-movement.ts";
import { applyRemark } from "./audit-remark.ts";

export const applyOperation = (account: DerivedAccount, record: OperationRecord): void => {
  const { changes, journalId, movement, verb } = record;
  for (let i = 0; i < changes.length; i++) applyChange(account, journalId, changes[i]!);
  for (const remark of record.remarks) applyRemark(account, record, remark);
  const problem = problemOf(account, record);
  if (problem !== undefined) noteProblem(account, `entry ${journalId}: ${problem}`);
  if (movement !== undefined) return;
  if (verb === "refund") countRefund(account, record);
  else countUsage(account, record);
  if (isOfSession(record)) continueSession(account, record);
};

const isOfSession = ({ verb }: OperationRecord): boolean =>
  verb === "initiate" || verb === "update" || verb === "terminate";

const problemOf = (account: DerivedAccount, record: OperationRecord): string | undefined => {
  const { movement, verb } = record;
  if (movement !== undefined) return movementProblem(record, movement);
  if (verb === "settleDues") return duesProblem(record);
  return verb === "refund" ? refundProblem(account, record) : usageProblem(account, record);
};

/** What was due is told apart from these (journal-remarks.ts). */
const duesProblem = ({ changes }: OperationRecord): string | undefined => {
  for (const { slot, credited, debited, reservedBefore, reservedAfter } of changes) {
    if (credited + debited > 0) return `settleDues moved ${credited - debited} in slot ${slot}`;
    if (reservedBefore !== reservedAfter) return "settleDues changed a hold";
  }
  return undefined;
};

export const applyExpiry = (account: DerivedAccount, record: ExpiryRecord): void => {
  const { changes, id, journalId, state } = record;
  const open = account.sessions?.get(id);
  const note = (problem: string) => noteProblem(account, `entry ${journalId}: ${problem}`);
  for (const change of changes) {
    applyChange(account, journalId, change);
    if (change.credited + change.debited > 0) note(`closing session ${id} changed a balance`);
  }
  if (open === undefined) note(`session ${id} was closed, but it was not open`);
  else if (!open.equals(state)) note(`session ${id} was closed in another state than it had`);
  if (!isHeld(changes, state, undefined)) note(`session ${id} was closed, its holds were not`);
  addUnderCaps(account.counters, state, -1);
  closeSession(account, id);
};

const refundProblem = (
  { layout }: DerivedAccount,
  { id, answer, changes, cost }: OperationRecord,
): string | undefined => {
  let money = 0;
  let units = 0;
  for (const { slot, credited, debited, reservedBefore, reservedAfter } of changes) {
    if (debited > 0 || reservedBefore !== reservedAfter) return `refund ${id} took something away`;
    if (layout.buckets[slot]?.unit === "money") money += credited;
    else units += credited;
  }
  if (money !== cost && money <= amountMax) return `refund ${id} of ${cost} gave back ${money}`;
  const refunded = readRefund(answer).refundedUnits;
  const asked = refunded.reduce((sum, { refundedUnit }) => sum + refundedUnit, 0);
  return units > asked && asked <= amountMax
    ? `refund ${id} gave back ${units} units for ${asked}`
    : undefined;
};

const usageProblem = (
  { layout }: DerivedAccount,
  { verb, id, changes, usage, cost }: OperationRecord,
): string | undefined => {
  let money = 0;
  let units = 0;
  for (const { slot, credited, debited, reservedBefore, reservedAfter } of changes) {
    if (credited > 0) return `${verb} of ${id} credited ${credited}`;
    if (verb === "event" && reservedBefore !== reservedAfter) return `event ${id} changed a hold`;
    if (layout.buckets[slot]?.unit === "money") money += debited;
    else units += debited;
  }
  // Sums beyond 2^53 are not exact, whoever makes them; each bucket's own change is.
  if (money !== cost && money <= amountMax)
    return `${verb} of ${id} cost ${cost} and debited ${money}`;
  let used = 0;
  for (const group of usage) used += group.used - group.overrun;
  return units > used && used <= amountMax
    ? `${verb} of ${id} debited ${units} units for ${used} used`
    : undefined;
};

/** As lua/lib/settle.lua counts: up to the largest amount, anew in a new period. */
const countUsage = (account: DerivedAccount, { usage, cost, verb }: OperationRecord): void => {
  const { counters, layout } = account;
  const first = counterCell(layout.buckets.length, 0);
  // An event of nothing begins a new period all the same.
  const counted = usage.filter(({ used }) => used > 0 || verb === "event");
  const charged = usage.filter(({ used }) => used > 0);
  for (let slot = 0; slot < counters.length; slot++) {
    const cell = first + 2 * slot;
    for (const group of counted) {
      const by = group.counters.find((one) => one.cell === cell);
      if (by === undefined) continue;
      // The journal has the cost of the message; of several groups it does not tell the parts.
      const ofSeveral = cost === 0 || charged.length === 1 ? cost : Number.NaN;
      const part = group.used === 0 ? 0 : ofSeveral;
      addToCounter(counters[slot]!, by.period, by.isMoney ? part : group.used - group.overrun);
    }
  }
};

/** What the answer says, as only Lua knows what of the event is counted still. */
const countRefund = (account: DerivedAccount, { answer, journalId }: OperationRecord): void => {
  const { counters, layout } = account;
  for (const { cell, amount } of readRefund(answer).counted) {
    const slot = (cell - counterCell(layout.buckets.length, 0)) / 2;
    const id = layout.counters[slot]?.id ?? "";
    const counter = counters[slot];
    if (isRuleState(id)) {
      // What rules have counted is not derived; but a spend rate that falls may be hit once more.
      if (counter !== undefined && isEndedByRefund(id)) counter.period = 0;
      continue;
    }
    if (counter !== undefined) counter.value -= amount;
    if (counter === undefined || counter.value < 0) {
      noteProblem(account, `entry ${journalId}: a refund took ${amount} from counter ${cell}`);
    }
  }
};

const addToCounter = (counter: DerivedCounter, period: number, amount: number): void => {
  if (counter.period < period) Object.assign(counter, { value: 0, period });
  if (counter.period === period) counter.value = Math.min(amountMax, counter.value + amount);
};

const continueSession = (account: DerivedAccount, record: OperationRecord): void => {
  const { answer, changes, id, journalId, sequence, verb } = record;
  const open = account.sessions?.get(id);
  const note = (problem: string) => noteProblem(account, `entry ${journalId}: ${problem}`);
  if (record.remarks.some(({ kind }) => kind === remarks.late)) {
    if (open !== undefined) note(`${verb} of session ${id} came late, but it was open`);
    if (!isHeld(changes, undefined, answer)) note(`late use of session ${id} changed a hold`);
    return;
  }
  if (verb === "initiate" && open !== undefined) note(`session ${id} was open already`);
  if (verb !== "initiate" && open === undefined) note(`session ${id} was not open at its ${verb}`);
  if (verb !== "initiate" && open !== undefined && readSequence(open) + 1 !== sequence) {
    note(`${verb} ${sequence} of session ${id} follows ${readSequence(open)}`);
  }
  if (readSequence(answer) !== sequence) note(`the state of session ${id} is of another message`);
  if (!isHeld(changes, open, answer)) note(`the holds of session ${id} are not what it reserved`);
  if (open !== undefined) addUnderCaps(account.counters, open, -1);
  addUnderCaps(account.counters, answer, 1);
  if (verb === "terminate") closeSession(account, id);
  else keepState(account, id, open, answer);
};

/** Whether reserved rose and fell by what the session's holds did. */
const isHeld = (
  changes: OperationRecord["changes"],
  before: Buffer | undefined,
  after: Buffer | undefined,
): boolean => {
  if (before !== undefined) addHolds(held, before, -1);
  if (after !== undefined) addHolds(held, after, 1);
  for (let i = 0; i < changes.length; i++) {
    const { slot, reservedBefore, reservedAfter } = changes[i]!;
    held[bucketCell(slot)]! -= reservedAfter - reservedBefore;
  }
  let isEven = true;
  for (let cell = 0; cell < held.length; cell++) {
    if (held[cell] !== 0) isEven = false;
    held[cell] = 0;
  }
  return isEven;
};

/** Scratch, by cell; zeros between two uses. */
const held = new Float64Array(256);

const closeSession = (account: DerivedAccount, id: string): void => {
  account.sessions?.delete(id);
  if (account.sessions?.size === 0) account.sessions = undefined;
};

/** A copy: `state` is a view of a page of the journal that is to be let go of. */
const keepState = (
  account: DerivedAccount,
  id: string,
  old: Buffer | undefined,
  state: Buffer,
): void => {
  if (old?.length === state.length) {
    state.copy(old);
    return;
  }
  account.sessions ??= new Map();
  account.sessions.set(id, Buffer.from(state));
};
