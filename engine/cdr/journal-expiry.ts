// The journal's records of sessions that were closed because nobody continued them, as
// lua/lib/expire.lua packs them, behind u8 version and u16 number of sessions.

import {
  type Cursor,
  expectEnd,
  isWholeState,
  readBalanceChanges,
  readBytes,
  readText,
  readUint8,
  readUint16,
} from "./journal-bytes.ts";
import { expiryVersion } from "./journal-numbers.ts";
import type { ExpiryRecord } from "./journal-record.ts";

/** Throws when they cannot be read whole. */
export const readExpiryEntry = (
  journalId: string,
  bytes: Buffer,
  at: number,
): readonly ExpiryRecord[] => {
  const cursor: Cursor = { bytes, at: 0 };
  const version = readUint8(cursor);
  if (version !== expiryVersion) {
    throw new Error(`closed sessions of version ${version}, known is ${expiryVersion}`);
  }
  const records: ExpiryRecord[] = [];
  for (let left = readUint16(cursor); left > 0; left--) {
    const accountId = readText(cursor);
    const id = readText(cursor);
    const changes = readBalanceChanges(cursor, readUint8(cursor));
    const state = readBytes(cursor, readUint16(cursor));
    if (!isWholeState(state)) throw new Error(`the state of session "${id}" is not whole`);
    records.push({ journalId, at, accountId, verb: "expire", id, changes, state });
  }
  expectEnd(cursor, "the list of closed sessions");
  return records;
};
