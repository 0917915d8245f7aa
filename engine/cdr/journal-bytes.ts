// A cursor over the octets of a journal entry. Every read is checked against the end, so that a
// truncated entry is an error and never a number made of what is not there.

import { bucketSlot } from "../balance/profile.ts";
import type { Remark } from "./batch-reply.ts";
import type { BalanceChange } from "./journal-record.ts";

export type Cursor = { readonly bytes: Buffer; at: number };

export const readUint8 = (cursor: Cursor): number => cursor.bytes.readUInt8(move(cursor, 1));
export const readUint16 = (cursor: Cursor): number => cursor.bytes.readUInt16LE(move(cursor, 2));
export const readUint32 = (cursor: Cursor): number => cursor.bytes.readUInt32LE(move(cursor, 4));
export const readInt32 = (cursor: Cursor): number => cursor.bytes.readInt32LE(move(cursor, 4));
export const readDouble = (cursor: Cursor): number => cursor.bytes.readDoubleLE(move(cursor, 8));

export const readAmount = (cursor: Cursor): number => {
  const amount = readBalance(cursor);
  if (amount >= 0) return amount;
  throw new Error(`${amount} at octet ${cursor.at - 8} is no amount`);
};

/** Exact. That none is below zero is for the audit to tell. */
export const readBalance = (cursor: Cursor): number => {
  const balance = readDouble(cursor);
  if (Number.isSafeInteger(balance)) return balance;
  throw new Error(`${balance} at octet ${cursor.at - 8} is no balance`);
};

/** u8 length, then ASCII. */
export const readText = (cursor: Cursor): string => {
  const length = readUint8(cursor);
  const from = move(cursor, length);
  return cursor.bytes.toString("latin1", from, from + length);
};

/** A view; copy what is to be kept. */
export const readBytes = (cursor: Cursor, length: number): Buffer => {
  const from = move(cursor, length);
  return cursor.bytes.subarray(from, from + length);
};

export const skip = (cursor: Cursor, length: number): void => {
  move(cursor, length);
};

export const expectEnd = ({ bytes, at }: Cursor, what: string): void => {
  if (at !== bytes.length) throw new Error(`${what} ends at octet ${at} of ${bytes.length}`);
};

/** As lua/lib/reply.lua and lua/lib/expire.lua write them. */
export const readBalanceChanges = (cursor: Cursor, count: number): readonly BalanceChange[] => {
  if (count === 0) return noChanges;
  const changes = new Array<BalanceChange>(count);
  for (let i = 0; i < count; i++) changes[i] = readBalanceChange(cursor);
  return changes;
};

const noChanges: readonly BalanceChange[] = [];

/** As lua/lib/reply.lua writes them. */
export const readRemarks = (cursor: Cursor, count: number): readonly Remark[] => {
  if (count === 0) return noRemarks;
  return Array.from({ length: count }, () => {
    const kind = readUint8(cursor);
    return { kind, where: readUint32(cursor), much: readAmount(cursor) };
  });
};

const noRemarks: readonly Remark[] = [];

const readBalanceChange = (cursor: Cursor): BalanceChange => {
  const slot = bucketSlot(readUint8(cursor));
  const remainingBefore = readBalance(cursor);
  const reservedBefore = readBalance(cursor);
  const remainingAfter = readBalance(cursor);
  const reservedAfter = readBalance(cursor);
  const before = remainingBefore + reservedBefore;
  const after = remainingAfter + reservedAfter;
  // Only such sums are exact, and so is their difference; no more is ever credited.
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(after)) {
    throw new Error(`the balance of slot ${slot} is beyond 2^53 - 1`);
  }
  return {
    slot,
    remainingBefore,
    reservedBefore,
    remainingAfter,
    reservedAfter,
    credited: Math.max(after - before, 0),
    debited: Math.max(before - after, 0),
    renewed: 0,
    expired: 0,
  };
};

/** Whether a session's state (session-state.ts) is there to its last octet. */
export const isWholeState = (state: Buffer): boolean => {
  let at = 35;
  if (state.length < at) return false;
  for (let groups = state[at - 1]!; groups > 0; groups--) {
    const holds = state[at];
    if (holds === undefined) return false;
    at += 36 + 9 * holds;
  }
  return at === state.length;
};

const move = (cursor: Cursor, length: number): number => {
  const from = cursor.at;
  if (from + length > cursor.bytes.length) {
    throw new Error(`it is cut off: octet ${from + length} of ${cursor.bytes.length}`);
  }
  cursor.at = from + length;
  return from;
};
