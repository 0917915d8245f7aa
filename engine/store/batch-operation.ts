// The parts of a batch, written octet by octet as lua/lib/batch.lua reads them.

import { allOrNothing, batchVersion, grantsNothing, verbs } from "../cdr/journal-numbers.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { BurnPlan } from "../session/burn-plan.ts";
import { sizeGrant } from "../session/grant.ts";
import { luaConstants } from "./lua-constants.ts";
import type { PlannedMovement } from "./movement-bytes.ts";
import type { KeptPlan } from "./plan-bytes.ts";
import type { Task } from "./task.ts";

export const groupLength = luaConstants["GROUP_LENGTH"]!;
const success = resultCodes.SUCCESS.number;
/** Nothing precedes sequence 0: no state begins with this twice. */
const none = 0xff_ff_ff_ff;
/** Version, time, where ids begin, six counts, newest publication that sessions switch to. */
export const headLength = 1 + 8 + 1 + 6 * 2 + 4;
/** Without the id and the groups. */
export const operationLength = 45;

export const writeHead = (
  into: Buffer,
  now: number,
  idAt: number,
  counts: readonly [number, number, number, number, number, number],
  switchVersion: number,
) => {
  let at = into.writeUInt8(batchVersion, 0);
  at = into.writeDoubleLE(now, at);
  at = into.writeUInt8(idAt, at);
  for (const count of counts) at = into.writeUInt16LE(count, at);
  into.writeUInt32LE(switchVersion, at);
};

export type Place = {
  readonly accountKey: number;
  readonly deadline: number;
  readonly deadlineKey: number;
  /** Index of its list of dues; 0: none. */
  readonly dues: number;
  /** In place of usage. */
  readonly movement: PlannedMovement | undefined;
  /** Index of its account's list of names; 0: not needed. */
  readonly names: number;
  /** Where the answer of the event that it refunds is among the arguments. */
  readonly refundedAt: number;
};

export const writeOperation = (into: Buffer, from: number, task: Task, place: Place): number => {
  let at = into.writeUInt8(place.movement?.groups.length ?? entriesOf(task.usage), from);
  at = into.writeUInt8(task.verb, at);
  at = into.writeUInt16LE(place.accountKey, at);
  at = into.writeUInt32LE(task.account!.version, at);
  at = writeExpected(into, at, task, place);
  at = into.writeUInt32LE(task.sequence, at);
  at = into.writeUInt32LE(task.tariffVersion, at);
  at = into.writeDoubleLE(task.fingerprint, at);
  at = into.writeDoubleLE(place.deadline, at);
  at = into.writeUInt16LE(task.peer, at);
  at = into.writeUInt16LE(place.dues + (task.isAllOrNothing ? allOrNothing : 0), at);
  at = into.writeUInt8(task.id.length, at);
  return at + into.write(task.id, at, "latin1");
};

/** What it takes or gives back is kept by names of slots. */
export const isNaming = (verb: number): boolean => verb === verbs.event || verb === verbs.refund;

/** Each rating group is one, and so is what was used of it before each change of the tariff. */
export const entriesOf = (usage: Task["usage"]): number => {
  let entries = usage.length;
  for (const { usedBefore } of usage) {
    if (usedBefore !== undefined) entries += usedBefore.length;
  }
  return entries;
};

/**
 * How the session's state must begin; an initiate has none, and names a list of deadlines. An event
 * and a refund name what they keep things by.
 */
const writeExpected = (into: Buffer, from: number, task: Task, place: Place): number => {
  const { sequence, tariffVersion, verb } = task;
  const { deadlineKey, movement } = place;
  if (verb === verbs.initiate) return into.writeUInt32LE(0, into.writeUInt32LE(deadlineKey, from));
  if (movement !== undefined) return writeInstead(into, from, movement);
  if (isNaming(verb)) {
    const at = into.writeUInt16LE(place.refundedAt, into.writeUInt16LE(place.names, from));
    return into.writeUInt32LE(0, at);
  }
  const previous = sequence === 0 ? none : sequence - 1;
  return into.writeUInt32LE(
    sequence === 0 ? none : tariffVersion,
    into.writeUInt32LE(previous, from),
  );
};

const writeInstead = (into: Buffer, from: number, { expected }: PlannedMovement): number => {
  if ("validUntil" in expected) return into.writeDoubleLE(expected.validUntil, from);
  return into.writeUInt32LE(0, into.writeUInt32LE(expected.key, from));
};

/** What the groups of the batch are written from (batch-writer.ts). */
export type GroupDraft = {
  readonly plans: readonly KeptPlan[];
  readonly validityTimes: readonly number[];
  readonly changes: readonly number[];
};
export type GroupCursor = { plan: number; group: number };

/** `cursor` stands at the task's first plan and rating group, and is moved behind its last. */
export const writeGroups = (
  into: Buffer,
  from: number,
  task: Task,
  draft: GroupDraft,
  cursor: GroupCursor,
): number => {
  let at = from;
  const isGranting = task.verb === verbs.initiate || task.verb === verbs.update;
  for (let i = 0; i < task.usage.length; i++) {
    const { ratingGroup, requestedUnit, usedUnit, usedBefore } = task.usage[i]!;
    if (usedBefore !== undefined) {
      for (const before of usedBefore) {
        const kept = draft.plans[cursor.plan++]!;
        at = writeGroup(into, at, ratingGroup, before.usedUnit, grantsNothing, kept, 0, 0);
      }
    }
    const kept = draft.plans[cursor.plan++]!;
    const validitySeconds = draft.validityTimes[cursor.group]!;
    const change = draft.changes[cursor.group++]!;
    const wanted =
      isGranting && requestedUnit !== null
        ? wantedUnits(kept.plan, requestedUnit, validitySeconds, change)
        : 0;
    at = writeGroup(into, at, ratingGroup, usedUnit ?? 0, wanted, kept, validitySeconds, change);
  }
  return at;
};

/** As lua/lib/grant.lua reads it. */
const wantedUnits = (
  plan: BurnPlan,
  requestedUnit: number,
  validitySeconds: number,
  change: number,
): number => {
  // A plan that grants nothing has no size, but something is wanted.
  const units = Math.max(1, sizeGrant(plan, requestedUnit, validitySeconds, change));
  return requestedUnit === 0 && plan.sizing !== undefined ? -1 - units : units;
};

const writeGroup = (
  into: Buffer,
  from: number,
  ratingGroup: number,
  used: number,
  wanted: number,
  { plan, written }: KeptPlan,
  validityTime: number,
  change: number,
): number => {
  let at = into.writeUInt8(1, from);
  at = into.writeUInt32LE(ratingGroup, at);
  at = into.writeDoubleLE(used, at);
  at = into.writeDoubleLE(wanted, at);
  at = into.writeUInt16LE(success, at);
  at = into.writeUInt32LE(validityTime, at);
  at = into.writeUInt8(0, at);
  at = into.writeUInt32LE(plan.publication, at);
  at = into.writeUInt32LE(change, at);
  return into.writeUInt16LE(written.index, at);
};

/** What may have ended, or been carried out, already. Unknown sessions are looked up when met. */
export const lookUp = (tasks: readonly Task[], isMovement: boolean): string[] => {
  const fields: string[] = [];
  for (const { verb, id, account, movement, refundedRequestId } of tasks) {
    if (isMovement ? movement === undefined : lookupsOf(verb) === 0) continue;
    const { accountId } = account!.profile;
    fields.push(answerField(verb, accountId, id));
    if (verb === verbs.refund) fields.push(answerField(verbs.event, accountId, refundedRequestId));
  }
  return fields;
};

/** Of a refund its own answer, then that of the event; top-ups are looked up apart. */
export const lookupsOf = (verb: number): number => {
  if (verb === verbs.refund) return 2;
  return verb === verbs.initiate || verb === verbs.event ? 1 : 0;
};

/** As lua/lib/answers.lua builds it. */
export const answerField = (verb: number, accountId: string, id: string): string =>
  `${accountId}${answerKinds.get(verb) ?? " r "}${id}`;

const answerKinds = new Map<number, string>([
  [verbs.initiate, " s "],
  [verbs.update, " s "],
  [verbs.terminate, " s "],
  [verbs.refund, " f "],
  [verbs.topUp, " t "],
  [verbs.adjust, " t "],
  [verbs.transferOut, " t "],
  [verbs.transferIn, " i "],
]);
