// What Lua answers a refund with (lua/lib/refund.lua): what went back, of which event, and by how
// much counters fell. The answer to the peer and the journal are made of it.

import {
  expectEnd,
  readAmount,
  readText,
  readUint8,
  readUint16,
  readUint32,
} from "./journal-bytes.ts";

export type RefundAnswer = {
  /** Money given back, in micros. */
  readonly cost: number;
  readonly refundedUnits: readonly {
    readonly ratingGroup: number;
    readonly refundedUnit: number;
  }[];
  /** Cells (balance/profile.ts) of counters, and of what rules have counted. */
  readonly counted: readonly { readonly cell: number; readonly amount: number }[];
  readonly refundedRequestId: string;
};

/** Throws when it is not whole. */
export const readRefund = (bytes: Buffer): RefundAnswer => {
  const cursor = { bytes, at: 0 };
  const cost = readAmount(cursor);
  const refundedUnits = Array.from({ length: readUint8(cursor) }, () => {
    return { ratingGroup: readUint32(cursor), refundedUnit: readAmount(cursor) };
  });
  const counted = Array.from({ length: readUint16(cursor) }, () => {
    return { cell: readUint8(cursor), amount: readAmount(cursor) };
  });
  const refundedRequestId = readText(cursor);
  expectEnd(cursor, "the answer of a refund");
  return { cost, refundedUnits, counted, refundedRequestId };
};
