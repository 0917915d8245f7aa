// A batch as the journal keeps it: what was asked (lua/lib/batch.lua) beside what was answered
// (lua/lib/reply.lua), operation by operation. Only what changed an account becomes a record.

import type { Remark } from "./batch-reply.ts";
import {
  type Cursor,
  isWholeState,
  readAmount,
  readBalanceChanges,
  readBytes,
  readDouble,
  readRemarks,
  readText,
  readUint8,
  readUint16,
  readUint32,
  skip,
} from "./journal-bytes.ts";
import { type BatchEntry, expectWhole, openBatch } from "./journal-head.ts";
import {
  isMovement,
  isWholeMovementAnswer,
  movementVerbs,
  readMovement,
} from "./journal-movement.ts";
import {
  firstAccountKey,
  grantsNothing,
  groupLength,
  remarks as kinds,
  successCode,
  verbs,
} from "./journal-numbers.ts";
import type { GroupUsage, OperationRecord } from "./journal-record.ts";
import { applyRemarks } from "./journal-remarks.ts";
import { readRefund } from "./refund-answer.ts";
import { readSaid } from "./said.ts";
import { findGrant, readCost } from "./session-state.ts";

type Counters = GroupUsage["counters"];
const stepLength = 26;
/** Below it are codes that never leave the engine: repeated, to be planned once more. */
const resultCodeMin = 1_000;
const eventAnswerLength = 8;
const usageVerbs = ["initiate", "update", "terminate", "event", "refund"] as const;
const operationNames = [...usageVerbs, ...movementVerbs, "settleDues"] as const;
const verbNames = new Map<number, OperationRecord["verb"]>(
  operationNames.map((name) => [verbs[name], name]),
);

/** Throws when the entry cannot be read whole. */
export const readBatchEntry = (
  journalId: string,
  entry: BatchEntry,
  areRefusalsRead = false,
): readonly OperationRecord[] => {
  const open = openBatch(entry);
  const { at, accounts, asked, answered, besides } = open;
  const plans = readPlanCounters(asked, open.planCount);
  for (let i = 0; i < open.dueListCount; i++) {
    const dues = readUint16(asked);
    skip(asked, 8 * (dues + readUint16(asked)));
  }
  const records: OperationRecord[] = [];
  for (let i = 0; i < open.operationCount; i++) {
    const record = readOperation(asked, answered, {
      journalId,
      at,
      accounts,
      plans,
      areRefusalsRead,
    });
    const told = readSaid(besides, at);
    if (record !== undefined) records.push({ ...record, said: told });
  }
  expectWhole(open);
  return records;
};

/** Of each plan only what usage was added to; prices and order have done their work. */
const readPlanCounters = (cursor: Cursor, count: number): readonly Counters[] => {
  const plans: Counters[] = [];
  for (let i = 0; i < count; i++) {
    const steps = readUint8(cursor);
    const counters = readUint8(cursor);
    const numbers = readUint16(cursor);
    skip(cursor, 2);
    const own = readUint8(cursor);
    const watches = readUint16(cursor);
    const sizing = readUint8(cursor);
    skip(cursor, stepLength * steps);
    plans.push(
      Array.from({ length: counters }, () => {
        const cell = readUint8(cursor);
        const isMoney = readUint8(cursor) === 1;
        return { cell, isMoney, period: readAmount(cursor) };
      }),
    );
    skip(cursor, 8 * (numbers + own + watches + sizing));
  }
  return plans;
};

type Context = {
  readonly journalId: string;
  readonly at: number;
  readonly accounts: readonly string[];
  readonly plans: readonly Counters[];
  readonly areRefusalsRead: boolean;
};

/** undefined when it changed nothing: refused, repeated, or a question. */
const readOperation = (
  asked: Cursor,
  answered: Cursor,
  { journalId, at, accounts, plans, areRefusalsRead }: Context,
): Omit<OperationRecord, "said"> | undefined => {
  const groups = readUint8(asked);
  const verb = verbNames.get(readUint8(asked));
  const accountId = accounts[readUint16(asked) - firstAccountKey];
  skip(asked, 4 + 8);
  const sequence = readUint32(asked);
  const tariffVersion = readUint32(asked);
  skip(asked, 20);
  const id = readText(asked);

  const code = readUint16(answered);
  const changeCount = readUint8(answered);
  const remarkCount = readUint8(answered);
  const answerLength = readUint16(answered);
  const before = readBalanceChanges(answered, changeCount);
  const told = readRemarks(answered, remarkCount);
  const answer = readBytes(answered, answerLength);

  if (code !== successCode || verb === undefined) {
    skip(asked, groupLength * groups);
    const isRead = areRefusalsRead && code >= resultCodeMin && verb !== undefined;
    if (!isRead || !accountId) return undefined;
    return { ...refused, journalId, at, accountId, verb, id, sequence, tariffVersion, code };
  }
  if (!accountId) throw new Error(`operation "${id}" names no account of the batch`);
  if (!isWholeAnswer(verb, answer)) throw new Error(`the answer of ${verb} is not whole`);
  const movement = isMovement(verb) ? readMovement(asked, groups, verb, answer) : undefined;
  if (verb === "refund") skip(asked, groupLength * groups);
  const isUsing = movement === undefined && verb !== "refund";
  const usage = isUsing ? readUsage(asked, groups, { plans, told, answer }) : noUsage;
  const { changes, remarks } = applyRemarks(before, told);
  const cost = costOf(verb, answer);
  const message = {
    verb,
    id,
    sequence,
    tariffVersion,
    code,
    changes,
    remarks,
    amount: movement?.amount ?? 0,
    movement,
    usage,
    cost,
    answer,
  };
  return { journalId, at, accountId, ...message };
};

const refused = {
  changes: [],
  remarks: [],
  amount: 0,
  movement: undefined,
  usage: [],
  cost: 0,
  answer: Buffer.alloc(0),
} as const;

type Usage = {
  readonly plans: readonly Counters[];
  readonly told: readonly Remark[];
  readonly answer: Buffer;
};

const readUsage = (cursor: Cursor, groups: number, usage: Usage): readonly GroupUsage[] => {
  const { plans, told, answer } = usage;
  if (groups === 0) return noUsage;
  const read = new Array<GroupUsage>(groups);
  for (let i = 0; i < groups; i++) {
    skip(cursor, 1);
    const ratingGroup = readUint32(cursor);
    const used = readAmount(cursor);
    const wanted = readDouble(cursor);
    skip(cursor, 7);
    const publication = readUint32(cursor);
    skip(cursor, 4);
    const counters = plans[readUint16(cursor) - 1];
    const overrun =
      told.find(({ kind, where }) => kind === kinds.overrun && where === i)?.much ?? 0;
    const grant =
      answer.length === eventAnswerLength ? directDebit : findGrant(answer, ratingGroup);
    if (counters === undefined || grant === undefined || overrun > used) {
      throw new Error(`rating group ${ratingGroup} does not fit its plan and answer`);
    }
    const { grantedUnit, resultCode: code } = grant;
    const granted = wanted === grantsNothing ? 0 : grantedUnit;
    read[i] = { ratingGroup, publication, used, overrun, granted, code, counters };
  }
  return read;
};

const directDebit = { grantedUnit: 0, resultCode: successCode };

const isWholeAnswer = (verb: OperationRecord["verb"], answer: Buffer): boolean => {
  if (verb === "event") return answer.length === eventAnswerLength;
  if (isMovement(verb)) return isWholeMovementAnswer(verb, answer);
  if (verb === "settleDues") return answer.length === 1;
  return verb === "refund" || isWholeState(answer);
};

const costOf = (verb: OperationRecord["verb"], answer: Buffer): number => {
  if (isMovement(verb) || verb === "settleDues") return 0;
  if (verb === "refund") return readRefund(answer).cost;
  return verb === "event" ? answer.readDoubleLE(0) : readCost(answer);
};

const noUsage: readonly GroupUsage[] = [];
