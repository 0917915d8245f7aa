// One operation of the journal done again on the account as it was: the same arithmetic as Lua's
// (lua/lib/apply-session.lua, apply-once.lua), with what each step came to noted on the way. What
// comes out is compared with what the journal says came out.

import type { BucketChange, Remark } from "../cdr/batch-reply.ts";
import { grantsNothing, isMovementVerb, remarks as kinds, verbs } from "../cdr/journal-numbers.ts";
import type { SessionGroup, SessionState } from "../cdr/session-state.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AskedEntry, AskedOperation } from "../store/journal-asked.ts";
import { luaConstants } from "../store/lua-constants.ts";
import type { PlanNumbers } from "../store/plan-numbers.ts";
import { changesOf, remark, type Work } from "./cells.ts";
import { replayMovement } from "./replay-movement.ts";
import { addSpending, isRefusing, judgeRules, readRules, type Spending } from "./rules.ts";
import { type Group, groupOf, newGroup, stateOf } from "./session-group.ts";
import { type Charge, debit, type Grant, release, reserve } from "./settle.ts";
import { type DueDone, readDues, settleDues } from "./settle-dues.ts";
import { copyOf, shortage, shortageOfWhole } from "./shortage.ts";
import { type Count, count } from "./watch.ts";

/** What one entry of the message came to. */
export type EntryReplay = {
  readonly entry: AskedEntry;
  /** Undefined: nothing was used. */
  readonly used: (Charge & { readonly overrun: number }) | undefined;
  readonly counts: readonly Count[];
  /** Undefined: nothing was wanted, or the plan refuses it. */
  readonly granted: Grant | undefined;
  /** Of the group after the message; 0: the entry only settled. */
  readonly code: number;
};

export type Replay = {
  readonly code: number;
  readonly dues: readonly DueDone[];
  readonly entries: readonly EntryReplay[];
  readonly changes: readonly BucketChange[];
  readonly remarks: readonly Remark[];
  readonly cost: number;
  /** What the answer to what happens once begins with: a cost, or what a bucket holds. */
  readonly amounts: readonly number[];
  /** Of a session, after the message. */
  readonly state: SessionState | undefined;
};

const success = resultCodes.SUCCESS.number;
const freeCell = luaConstants["FREE_CELL"]!;

export const isOfSession = (verb: number): boolean => verb <= verbs.terminate;

/** Verbs that this program can do again; of others it takes over what the journal says. */
export const canReplay = (verb: number): boolean =>
  isOfSession(verb) || verb === verbs.event || verb === verbs.settleDues || isMovementVerb(verb);

/** `before` is the session's state. Throws (cells.ts) where it needs what is not known. */
export const replayOperation = (
  work: Work,
  operation: AskedOperation,
  before: SessionState | undefined,
): Replay => {
  // What was refused has no remarks, whatever was due.
  const isDone = operation.code === success;
  const named = isDone ? new Set(operation.remarks.map(({ where }) => where)) : undefined;
  const dues = settleDues(work, readDues(operation.dues), named);
  if (operation.verb === verbs.event) return replayEvent(work, operation, dues);
  if (operation.verb === verbs.settleDues) return outcomeOf(work, dues, [], 0);
  if (isMovementVerb(operation.verb)) {
    const amounts = replayMovement(work, operation);
    return { ...outcomeOf(work, dues, [], 0), amounts };
  }
  return replaySession(work, operation, dues, before);
};

type Used = Pick<EntryReplay, "entry" | "used">;
type Moving = Omit<EntryReplay, "granted" | "code"> & { readonly group: Group };

const replaySession = (
  work: Work,
  operation: AskedOperation,
  dues: readonly DueDone[],
  before: SessionState | undefined,
): Replay => {
  const isLate = isOfExpired(operation);
  const groups = before?.groups.map(isLate ? withoutHolds : groupOf) ?? [];
  if (isLate) remark(work, "late", 0, before!.deadline);
  const moved = operation.entries.map((entry, index): Moving => {
    let group = groups.find(({ ratingGroup }) => ratingGroup === entry.ratingGroup);
    if (group === undefined) {
      group = newGroup(entry.ratingGroup);
      groups.push(group);
    }
    return { ...settleGroup(work, group, entry, index), group };
  });
  const isRefused = judge(work, operation, moved);
  const isGranting = !isLate || operation.verb === verbs.terminate;
  const entries = isGranting
    ? grantAll(work, moved, operation, isRefused)
    : moved.map((one) => grantNothing(one, resultCodes.UNKNOWN_SESSION_ID.number));
  if (operation.verb === verbs.terminate) {
    for (const group of groups) {
      release(work, group);
      group.holds = [];
    }
  }
  const cost = entries.reduce((sum, { used }) => sum + (used?.cost ?? 0), 0);
  const named = entries.filter(({ entry }) => entry.wanted !== grantsNothing).length;
  const isKeeping = before !== undefined && groups.length > named;
  const { sequence, tariffVersion, fingerprint, peer } = operation;
  const kept = isKeeping ? Math.max(before.deadline, operation.deadline) : operation.deadline;
  const open = isLate ? before!.deadline : kept;
  const deadline = operation.verb === verbs.terminate ? 0 : open;
  const head = { sequence, fingerprint, deadline, peer, tariffVersion, cost };
  const state = { ...head, groups: groups.map(stateOf) };
  return { ...outcomeOf(work, dues, entries, cost), state };
};

/** By the account's rules: whether nothing is granted but what is free. */
const judge = (work: Work, operation: AskedOperation, used: readonly Used[]): boolean => {
  const rules = readRules(operation.dues);
  const spending: Spending = new Map();
  for (const one of used) {
    if (one.used !== undefined) addSpending(spending, planOf(one.entry), one.used.cost);
  }
  judgeRules(work, rules, operation.verb, spending);
  return isRefusing(work, rules);
};

/** What was used of a session that had expired by then. */
export const isOfExpired = ({ remarks }: AskedOperation): boolean =>
  remarks.some(({ kind }) => kind === kinds.late);

const withoutHolds = (state: SessionGroup): Group => ({ ...groupOf(state), holds: [] });

/** As lua/lib/whole-grants.lua: all together or none, where that is asked for. */
const grantAll = (
  work: Work,
  moved: readonly Moving[],
  { isAllOrNothing }: AskedOperation,
  isRefused: boolean,
): readonly EntryReplay[] => {
  const before = { cells: [...work.cells], remarks: work.remarks.length };
  const entries = moved.map(({ group, ...rest }): EntryReplay => {
    const { entry } = rest;
    if (entry.wanted === grantsNothing) return { ...rest, granted: undefined, code: 0 };
    const granted = grantGroup(work, group, entry, isRefused);
    const isShort = granted !== undefined && granted.units < granted.wanted;
    if (isAllOrNothing && isShort && granted.units > 0) {
      group.code = shortageOfWhole(work, planOf(entry), group, granted.wanted);
    }
    return { ...rest, granted, code: group.code };
  });
  const asked = moved.filter(({ entry }) => entry.wanted !== grantsNothing && entry.wanted !== 0);
  if (!isAllOrNothing || asked.every(({ group }) => group.code === success)) return entries;
  for (const [cell, value] of before.cells.entries()) work.cells[cell] = value;
  work.remarks.length = before.remarks;
  return entries.map((one, index): EntryReplay => {
    const { group } = moved[index]!;
    if (!asked.includes(moved[index]!)) return one;
    group.holds = [];
    const code = group.code === success ? resultCodes.GRANT_WITHHELD.number : group.code;
    return grantNothing(moved[index]!, code);
  });
};

const grantNothing = ({ group, ...rest }: Moving, code: number): EntryReplay => {
  const { publication, wanted } = rest.entry;
  if (wanted === grantsNothing) return { ...rest, granted: undefined, code: 0 };
  Object.assign(group, { code, publication, granted: 0, validityTime: 0, change: 0 });
  group.isFinal = false;
  return { ...rest, granted: undefined, code };
};

const settleGroup = (work: Work, group: Group, entry: AskedEntry, index: number) => {
  if (!group.isReleased) release(work, group);
  group.isReleased = true;
  const settled = entry.used > 0 ? use(work, group, entry) : { used: undefined, counts: [] };
  const overrun = settled.used?.overrun ?? 0;
  if (overrun > 0) remark(work, "overrun", index, overrun);
  if (entry.wanted !== grantsNothing) group.holds = [];
  return { entry, ...settled };
};

const use = (work: Work, group: Group, entry: AskedEntry) => {
  const plan = planOf(entry);
  group.spent += entry.used;
  const charge = debit(work, plan, group, entry.used);
  const counts = count(work, plan, charge);
  return { used: { ...charge, overrun: entry.used - charge.units }, counts };
};

const planOf = ({ plan, ratingGroup }: AskedEntry): PlanNumbers => {
  if (plan === undefined) throw new Error(`no plan for rating group ${ratingGroup}`);
  return plan;
};

/** Of a use that costs something. */
const refusalOf = (plan: PlanNumbers, isRefused: boolean): number =>
  plan.code === 0 && isRefused && plan.steps[0]?.cell !== freeCell
    ? resultCodes.RULE_HIT.number
    : plan.code;

const grantGroup = (
  work: Work,
  group: Group,
  entry: AskedEntry,
  isRefused: boolean,
): EntryReplay["granted"] => {
  const plan = planOf(entry);
  const { validityTime, publication, change } = entry;
  const refusal = refusalOf(plan, isRefused && entry.wanted !== 0);
  const wanted = entry.wanted < 0 ? chooseUnits(plan, group, -1 - entry.wanted) : entry.wanted;
  group.isFinal = false;
  group.code = refusal === 0 ? success : refusal;
  const isGranting = refusal === 0 && wanted > 0;
  const granted = isGranting
    ? reserve(work, plan, group, { wanted, seconds: validityTime })
    : undefined;
  const units = granted?.units ?? 0;
  if (granted !== undefined) group.isFinal = units < wanted && !granted.isShared;
  if (granted !== undefined && units === 0) group.code = shortage(work, plan, group, 1);
  group.publication = publication;
  group.granted = units;
  group.validityTime = units > 0 ? granted!.seconds : 0;
  group.change = units > 0 ? change : 0;
  return granted;
};

/** As lua/lib/grant.lua: what was used up was too small, what came back nearly whole too large. */
const chooseUnits = ({ sizing }: PlanNumbers, { granted, spent }: Group, first: number) => {
  if (sizing === undefined) throw new Error("the plan does not say within which bounds to choose");
  const isUsedUp = spent >= granted - Math.floor(granted / 10);
  const again = isUsedUp ? 2 * granted : spent < granted / 4 ? Math.floor(granted / 2) : granted;
  const units = granted === 0 ? first : again;
  return units < sizing.fewest ? sizing.fewest : Math.min(units, sizing.most);
};

const refused = { changes: [], remarks: [], cost: 0, amounts: [], state: undefined } as const;

/** All of it or nothing: what was done up to the refusal stays noted, and did not happen. */
const replayEvent = (work: Work, operation: AskedOperation, dues: readonly DueDone[]): Replay => {
  const isRefused = isRefusing(work, readRules(operation.dues));
  const entries: EntryReplay[] = [];
  let cost = 0;
  for (const entry of operation.entries) {
    const plan = planOf(entry);
    const group = newGroup(entry.ratingGroup);
    const refusal = refusalOf(plan, isRefused);
    const before = copyOf(work);
    const charge = refusal === 0 ? debit(work, plan, group, entry.used) : undefined;
    const overrun = charge === undefined ? 0 : entry.used - charge.units;
    const why = overrun > 0 ? shortage(before, plan, newGroup(0), entry.used) : success;
    const code = charge === undefined ? refusal : why;
    const used = charge && { ...charge, overrun };
    const counts = code === success ? count(work, plan, charge!) : [];
    entries.push({ entry, used, counts, granted: undefined, code });
    if (code !== success) {
      return { code, dues, entries, ...refused };
    }
    cost += charge!.cost;
  }
  judge(work, operation, entries);
  return { ...outcomeOf(work, dues, entries, cost), amounts: [cost] };
};

/** The one entry names the cell as rating group and the amount as used. */
const outcomeOf = (
  work: Work,
  dues: readonly DueDone[],
  entries: readonly EntryReplay[],
  cost: number,
): Replay => ({
  code: success,
  dues,
  entries,
  changes: changesOf(work),
  remarks: work.remarks,
  cost,
  amounts: [],
  state: undefined,
});
