// A journal entry of a batch read whole: every operation with its plans, its dues and what was said
// besides, also those that were refused. journal-batch.ts reads what the audit needs, which is
// less; this is for whoever wants to know why.

import { type BucketChange, type Remark, readChanges, readRemarks } from "../cdr/batch-reply.ts";
import {
  type Cursor,
  readBytes,
  readDouble,
  readText,
  readUint8,
  readUint16,
  readUint32,
} from "../cdr/journal-bytes.ts";
import { type BatchEntry, expectWhole, openBatch } from "../cdr/journal-head.ts";
import { allOrNothing } from "../cdr/journal-numbers.ts";
import type { Said } from "../cdr/journal-record.ts";
import { readSaid } from "../cdr/said.ts";
import { luaConstants } from "./lua-constants.ts";
import { type PlanNumbers, readPlanNumbers } from "./plan-numbers.ts";

export type AskedEntry = {
  readonly ratingGroup: number;
  readonly used: number;
  /** 0: none; -1: the entry only settles; below: as lua/lib/grant.lua reads it. */
  readonly wanted: number;
  readonly validityTime: number;
  readonly publication: number;
  /** s since 1970; 0: none. */
  readonly change: number;
  /** Undefined: it is no use of a service. */
  readonly plan: PlanNumbers | undefined;
};

export type AskedOperation = {
  readonly journalId: string;
  /** Place among the operations of the entry. */
  readonly index: number;
  /** When the engine sent it, ms since 1970. */
  readonly at: number;
  readonly accountId: string;
  /** A number of lua-constants.ts. */
  readonly verb: number;
  readonly id: string;
  readonly profileVersion: number;
  readonly sequence: number;
  readonly tariffVersion: number;
  /** The newest publication that was known then and that open sessions switch to. */
  readonly switchVersion: number;
  /** Grants are wanted all together or not at all. */
  readonly isAllOrNothing: boolean;
  /**
   * What the session's state must begin with before; of what continues no session something else.
   */
  readonly follows: { readonly sequence: number; readonly tariffVersion: number };
  readonly fingerprint: number;
  readonly deadline: number;
  readonly peer: number;
  /** The octets of due-bytes.ts; undefined: nothing could be due, and there were no rules. */
  readonly dues: Buffer | undefined;
  readonly entries: readonly AskedEntry[];
  readonly said: Said;
  readonly code: number;
  readonly changes: readonly BucketChange[];
  readonly remarks: readonly Remark[];
  readonly answer: Buffer;
};

const success = luaConstants["SUCCESS"]!;
const firstAccountKey = luaConstants["KEY_ACCOUNTS"]!;
const changeLength = 33;
const remarkLength = 13;

/** Throws when the entry cannot be read whole. */
export const readAskedBatch = (journalId: string, entry: BatchEntry): readonly AskedOperation[] => {
  const open = openBatch(entry);
  const { at, switchVersion, accounts, asked, answered, besides } = open;
  const plans = Array.from({ length: open.planCount }, () => readPlanNumbers(asked));
  const dueLists = Array.from({ length: open.dueListCount }, () => readDueList(asked));
  const context = { journalId, at, switchVersion, accounts, plans, dueLists };
  const operations = Array.from({ length: open.operationCount }, (_, index) => ({
    index,
    ...readAsked(asked, context),
    said: readSaid(besides, at),
    ...readAnswered(answered),
  }));
  expectWhole(open);
  return operations;
};

/** With the rules behind it, and how many numbers there are of both. */
const readDueList = (cursor: Cursor): Buffer => {
  const dues = cursor.bytes.readUInt16LE(cursor.at);
  const rules = cursor.bytes.readUInt16LE(cursor.at + 2);
  return readBytes(cursor, 4 + 8 * (dues + rules));
};

type Context = {
  readonly journalId: string;
  readonly at: number;
  readonly switchVersion: number;
  readonly accounts: readonly string[];
  readonly plans: readonly PlanNumbers[];
  readonly dueLists: readonly Buffer[];
};

const readAsked = (cursor: Cursor, context: Context) => {
  const { journalId, at, switchVersion, accounts, plans, dueLists } = context;
  const groups = readUint8(cursor);
  const verb = readUint8(cursor);
  const accountId = accounts[readUint16(cursor) - firstAccountKey];
  const profileVersion = readUint32(cursor);
  const follows = { sequence: readUint32(cursor), tariffVersion: readUint32(cursor) };
  const sequence = readUint32(cursor);
  const tariffVersion = readUint32(cursor);
  const fingerprint = readDouble(cursor);
  const deadline = readDouble(cursor);
  const peer = readUint16(cursor);
  const flagged = readUint16(cursor);
  const id = readText(cursor);
  if (!accountId) throw new Error(`operation "${id}" names no account of the batch`);
  const entries = Array.from({ length: groups }, () => readGroup(cursor, plans));
  const dues = dueLists[(flagged % allOrNothing) - 1];
  const isAllOrNothing = flagged >= allOrNothing;
  const versions = { tariffVersion, switchVersion };
  const head = { sequence, ...versions, isAllOrNothing, fingerprint, deadline, peer };
  return { journalId, at, accountId, verb, id, profileVersion, ...head, follows, dues, entries };
};

const readGroup = (cursor: Cursor, plans: readonly PlanNumbers[]): AskedEntry => {
  const first = readUint8(cursor);
  const ratingGroup = readUint32(cursor);
  const used = readDouble(cursor);
  const wanted = readDouble(cursor);
  const code = readUint16(cursor);
  const validityTime = readUint32(cursor);
  const isFinal = readUint8(cursor);
  const publication = readUint32(cursor);
  const change = readUint32(cursor);
  const plan = readUint16(cursor);
  const isUsual = first === 1 && code === success && isFinal === 0;
  if (!isUsual) throw new Error(`rating group ${ratingGroup} is not as usual`);
  if (plan > plans.length) throw new Error(`plan ${plan} of ${plans.length}`);
  return { ratingGroup, used, wanted, validityTime, publication, change, plan: plans[plan - 1] };
};

const readAnswered = (cursor: Cursor) => {
  const code = readUint16(cursor);
  const changes = readUint8(cursor);
  const remarks = readUint8(cursor);
  const answerLength = readUint16(cursor);
  const changeBytes = readBytes(cursor, changeLength * changes);
  const remarkBytes = readBytes(cursor, remarkLength * remarks);
  return {
    code,
    changes: readChanges(changeBytes, 0, changes),
    remarks: readRemarks(remarkBytes, 0, remarks),
    answer: readBytes(cursor, answerLength),
  };
};
