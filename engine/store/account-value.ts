// The account value (lua/lib/account.lua), read whole: for audit, balance queries and tests. On the
// hot path only Lua reads it.

import { readSessionState, type SessionState } from "../cdr/session-state.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

export type AccountValue = {
  readonly layout: number;
  readonly profileVersion: number;
  /** By slot. */
  readonly buckets: readonly { readonly remaining: number; readonly reserved: number }[];
  readonly counters: readonly { readonly value: number; readonly period: number }[];
  readonly sessions: ReadonlyMap<string, SessionState>;
};

const headLength = 7;

/** null: there is no such account. */
export const readValue = async (
  store: Store,
  shard: number,
  accountId: string,
): Promise<Buffer | null> =>
  (await store.call("GET", keys.account(shard, accountId))) as Buffer | null;

export const readAccountValue = (value: Buffer): AccountValue => {
  const buckets = value[1]!;
  const counters = value[2]!;
  const cellsAt = value.length - 16 * (buckets + counters);
  const sessions = new Map<string, SessionState>();
  for (let at = headLength; at < cellsAt; ) {
    const end = at + 2 + value.readUInt16LE(at);
    const idEnd = at + 3 + value[at + 2]!;
    const state = readSessionState(value.subarray(idEnd, end));
    sessions.set(value.toString("latin1", at + 3, idEnd), state);
    at = end;
  }
  return {
    layout: value[0]!,
    profileVersion: value.readUInt32LE(3),
    ...readCells(value.subarray(cellsAt), buckets, counters),
    sessions,
  };
};

export const readCells = (cells: Buffer, buckets: number, counters: number) => ({
  buckets: Array.from({ length: buckets }, (_, slot) => ({
    remaining: cells.readDoubleLE(16 * slot),
    reserved: cells.readDoubleLE(16 * slot + 8),
  })),
  counters: Array.from({ length: counters }, (_, slot) => ({
    value: cells.readDoubleLE(16 * (buckets + slot)),
    period: cells.readDoubleLE(16 * (buckets + slot) + 8),
  })),
});
