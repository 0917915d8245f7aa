// What a batch was asked besides numbers. Per operation: i32 ms from the batch's time to when it
// happened; u8 which of the account's subscriber identifiers was named (+ 64: moments follow; 128:
// the account itself); u16 + service information, of each field u8 length (0: nil) and ASCII, or of
// a movement what store/movement.ts tells and of a refund its event, in the same way; then, where
// something was used before changes of the tariff, u8 moments and each as i32. Written by
// store/said-bytes.ts.

import {
  type Cursor,
  readBytes,
  readInt32,
  readText,
  readUint8,
  readUint16,
} from "./journal-bytes.ts";
import type { Said } from "./journal-record.ts";

/** Of the octet that names an identifier. */
export const saidMarks = { place: 63, hasMoments: 64, itself: 128 } as const;

/** The next operation's; `at` is the batch's time. */
export const readSaid = (cursor: Cursor, at: number): Said => {
  const eventTimestamp = at + readInt32(cursor);
  const place = readUint8(cursor);
  const serviceInformation = readBytes(cursor, readUint16(cursor));
  const moments = (place & saidMarks.hasMoments) === 0 ? 0 : readUint8(cursor);
  return {
    eventTimestamp,
    identifierPlace: (place & saidMarks.itself) === 0 ? place & saidMarks.place : undefined,
    serviceInformation,
    usedBeforeUntil:
      moments === 0 ? none : Array.from({ length: moments }, () => at + readInt32(cursor)),
  };
};

const none: readonly number[] = [];

/** What store/movement.ts told, in its order. */
export const readTold = (bytes: Buffer): readonly string[] => {
  const cursor: Cursor = { bytes, at: 0 };
  const texts: string[] = [];
  while (cursor.at < bytes.length) texts.push(readText(cursor));
  return texts;
};
