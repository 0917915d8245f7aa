// An account as the journal leads to it, record by record, up to the moment before the operation
// that is to be explained. Each operation on the way is done again and compared; what cannot be
// done again, because the part of the journal that was read does not tell all it depends on, is
// taken over as the journal says, and what that leaves open stays unknown.

import { bucketCell, counterCell, type Profile } from "../balance/profile.ts";
import { assignCounterSlots } from "../balance/slots.ts";
import { remarks as kinds, verbs } from "../cdr/journal-numbers.ts";
import type { ExpiryRecord } from "../cdr/journal-record.ts";
import { readRefund } from "../cdr/refund-answer.ts";
import { readSessionState, type SessionState } from "../cdr/session-state.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AccountRecord } from "../store/journal-account.ts";
import type { AskedOperation } from "../store/journal-asked.ts";
import { type Cells, isUnknownCell, missing, startWork } from "./cells.ts";
import { differences } from "./compare-outcome.ts";
import {
  canReplay,
  isOfExpired,
  isOfSession,
  type Replay,
  replayOperation,
} from "./replay-operation.ts";
import { readRules } from "./rules.ts";

export type AccountSoFar = {
  profile: Profile;
  cells: Cells;
  readonly sessions: Map<string, SessionState>;
  /** Closed because nobody continued them: what was used may still be told. */
  readonly expired: Map<string, SessionState>;
  /** Known from its opening on: a session that is not there is not open. */
  readonly isWhole: boolean;
  /** Where the journal before does not lead to what it says itself. */
  readonly problems: string[];
};

const success = resultCodes.SUCCESS.number;

/** Nothing is known but the profile; of a new account everything is, and is nought. */
export const beginAccount = (profile: Profile, isNew: boolean): AccountSoFar => ({
  profile,
  cells: new Array<number | undefined>(cellCount(profile)).fill(isNew ? 0 : undefined),
  sessions: new Map(),
  expired: new Map(),
  isWhole: isNew,
  problems: [],
});

const cellCount = ({ buckets, counters }: Profile): number =>
  counterCell(buckets.length, counters.length);

export const applyRecord = (account: AccountSoFar, record: AccountRecord): void => {
  switch (record.kind) {
    case "profile":
      replaceProfile(account, record.record.profile);
      return;
    case "closed":
      closeSession(account, record.record);
      return;
    case "operation":
      applyOperation(account, record.operation);
  }
};

const applyOperation = (account: AccountSoFar, operation: AskedOperation): void => {
  if (operation.code !== success || isQuestion(operation)) return;
  const tried = tryReplay(account, operation);
  if (tried.kind === "done" && tried.problems.length === 0) {
    account.cells = tried.cells;
    keepState(account, operation);
    return;
  }
  if (tried.kind === "done") {
    const { journalId } = operation;
    account.problems.push(...tried.problems.map((problem) => `entry ${journalId}: ${problem}`));
  }
  takeOver(account, operation);
};

/** Whose answer tells, and changes nothing. */
export const isQuestion = ({ verb }: AskedOperation): boolean =>
  verb === verbs.queryBalance || verb === verbs.priceEnquiry;

export type Tried =
  | {
      readonly kind: "done";
      /** Undefined: it is impossible, and the problems say why. */
      readonly replay: Replay | undefined;
      readonly cells: Cells;
      readonly problems: readonly string[];
    }
  | { readonly kind: "tooLittleKnown" }
  /** It is refused before any arithmetic, or of a verb that is not done again here. */
  | { readonly kind: "notReplayed" };

/** Changes nothing yet. */
export const tryReplay = (account: AccountSoFar, operation: AskedOperation): Tried => {
  if (!isReplayed(operation)) return { kind: "notReplayed" };
  const { cells, problems } = withBalances(account, operation);
  const work = startWork(cells, {
    bucketSlots: account.profile.buckets.length,
    now: operation.at,
    holders: holdersOf(account, operation),
  });
  try {
    const replay = replayOperation(work, operation, stateBefore(account, operation));
    const all = [...problems, ...differences(operation, replay)];
    return { kind: "done", replay, cells: work.cells, problems: all };
  } catch (error) {
    if (isUnknownCell(error)) return { kind: "tooLittleKnown" };
    const reason = error instanceof Error ? error.message : String(error);
    const all = [...problems, `it cannot be done again: ${reason}`];
    return { kind: "done", replay: undefined, cells, problems: all };
  }
};

/** Events are refused by arithmetic too. */
const refusedByArithmetic: readonly number[] = [
  resultCodes.CREDIT_LIMIT_REACHED.number,
  resultCodes.QUOTA_LIMIT_REACHED.number,
  resultCodes.END_USER_SERVICE_DENIED.number,
  resultCodes.RATING_FAILED.number,
  resultCodes.RULE_HIT.number,
];

const isReplayed = ({ verb, code }: AskedOperation): boolean =>
  canReplay(verb) &&
  (code === success || (verb === verbs.event && refusedByArithmetic.includes(code)));

const holdersOf = ({ isWhole, sessions }: AccountSoFar, { verb }: AskedOperation) =>
  isWhole ? sessions.size + (verb === verbs.initiate ? 1 : 0) : undefined;

/** With what the record itself says that its buckets held before. */
const withBalances = ({ cells: known }: AccountSoFar, { changes }: AskedOperation) => {
  const cells = [...known];
  const problems: string[] = [];
  for (const { cell, remainingBefore, reservedBefore } of changes) {
    for (const [at, said] of [
      [cell, remainingBefore],
      [cell + 1, reservedBefore],
    ] as const) {
      const value = cells[at];
      if (value !== undefined && !Object.is(value, said)) {
        problems.push(`cell ${at} held ${said} before, what precedes leads to ${value}`);
      }
      cells[at] = said;
    }
  }
  return { cells, problems };
};

const stateBefore = (
  { expired, sessions, isWhole }: AccountSoFar,
  operation: AskedOperation,
): SessionState | undefined => {
  const { verb, id } = operation;
  if (!isOfSession(verb) || verb === verbs.initiate) return undefined;
  const state = (isOfExpired(operation) ? expired : sessions).get(id);
  if (state !== undefined) return state;
  if (isWhole) throw new Error(`session ${id} was not open`);
  throw missing(`the message before of session ${id}`);
};

const keepState = ({ expired, sessions }: AccountSoFar, operation: AskedOperation): void => {
  const { verb, id, answer } = operation;
  if (!isOfSession(verb)) return;
  const states = isOfExpired(operation) ? expired : sessions;
  if (verb === verbs.terminate) states.delete(id);
  else states.set(id, readSessionState(answer));
};

/** As the journal says; counters and what is reserved under caps are not known after that. */
const takeOver = (account: AccountSoFar, operation: AskedOperation): void => {
  const { cells } = account;
  for (const { cell, remainingAfter, reservedAfter } of operation.changes) {
    cells[cell] = remainingAfter;
    cells[cell + 1] = reservedAfter;
  }
  if (operation.verb === verbs.refund) countRefund(account, operation);
  else forgetCounted(account, operation);
  for (const { kind, where, much } of operation.remarks) {
    if (kind === kinds.level) cells[where + 1] = much % 256;
    if (kind === kinds.renewed) cells[where] = much;
    if (kind !== kinds.validity && kind !== kinds.extended) continue;
    const isBegun = kind === kinds.validity || (cells[where + 1] ?? 0) <= operation.at;
    if (isBegun) cells[where] = operation.at;
    cells[where + 1] = much;
  }
  keepState(account, operation);
};

const forgetCounted = (account: AccountSoFar, operation: AskedOperation): void => {
  const { cells } = account;
  if (!canReplay(operation.verb)) forgetCounters(account);
  for (const { plan } of operation.entries) {
    for (const { cell } of plan?.counters ?? []) forget(cells, cell);
    for (const { stateCell } of plan?.watches ?? []) forget(cells, stateCell);
  }
  for (const { cell, second } of readRules(operation.dues)) {
    forget(cells, cell);
    if (second > 0) forget(cells, second);
  }
};

/** Its answer says by how much each fell. */
const countRefund = ({ cells }: AccountSoFar, { answer }: AskedOperation): void => {
  for (const { cell, amount } of readRefund(answer).counted) {
    const value = cells[cell];
    cells[cell] = value === undefined ? undefined : value - amount;
  }
};

/** Of a verb that is not done again here nobody says what it did to them. */
const forgetCounters = ({ cells, profile }: AccountSoFar): void => {
  cells.fill(undefined, counterCell(profile.buckets.length, 0));
};

const forget = (cells: Cells, cell: number): void => {
  cells[cell] = undefined;
  cells[cell + 1] = undefined;
};

/** Its holds go back, and what was reserved under caps. */
const closeSession = (account: AccountSoFar, { id, changes, state }: ExpiryRecord): void => {
  const { cells, expired, profile, sessions } = account;
  for (const { slot, remainingAfter, reservedAfter } of changes) {
    cells[bucketCell(slot)] = remainingAfter;
    cells[bucketCell(slot) + 1] = reservedAfter;
  }
  for (const { underCaps } of readSessionState(state).groups) {
    for (const { slot, amount } of underCaps) {
      const cell = counterCell(profile.buckets.length, slot);
      const reserved = cells[cell];
      cells[cell] = reserved === undefined ? undefined : reserved - amount;
    }
  }
  sessions.delete(id);
  expired.set(id, readSessionState(state));
};

/** As lua/put-account.lua: cells stay with their slots, what begins anew is nought. */
const replaceProfile = (account: AccountSoFar, profile: Profile): void => {
  const { profile: old, cells: before } = account;
  const anew = new Set(
    assignCounterSlots(
      old.counters,
      profile.counters.filter((counter) => counter !== null),
    ).mustBeEmpty,
  );
  const cells = new Array<number | undefined>(cellCount(profile)).fill(0);
  for (let cell = counterCell(0, 0); cell < counterCell(old.buckets.length, 0); cell++) {
    cells[cell] = before[cell];
  }
  for (let slot = 0; slot < old.counters.length; slot++) {
    if (anew.has(slot)) continue;
    const [from, to] = [
      counterCell(old.buckets.length, slot),
      counterCell(profile.buckets.length, slot),
    ];
    cells[to] = before[from];
    cells[to + 1] = before[from + 1];
  }
  account.profile = profile;
  account.cells = cells;
};
