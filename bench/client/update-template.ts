// An update as octets, made once per session by the protocol's own codec. What changes from one
// update to the next are six numbers, which stand in forms of fixed length, so that sending is a
// copy and six writes: the load client shares the cores with what it measures.

import { requestMessage } from "../../engine/protocol/messages.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import { encodeFrame } from "../../engine/protocol/wire.ts";
import { assert } from "../../engine/values/assert.ts";

/** Where the numbers stand, counted from the first octet of the message; each behind its tag. */
export type UpdateTemplate = {
  readonly bytes: Uint8Array;
  readonly correlationAt: number;
  readonly sequenceAt: number;
  /** A float64; all others are uint32. */
  readonly timestampAt: number;
  readonly ratingGroupAt: number;
  readonly requestedUnitAt: number;
  readonly usedUnitAt: number;
};

// The codec writes whole numbers from 2^16 as uint32 and from 2^32 as float64.
const marks = {
  correlation: 0xfedc_ba91,
  sequence: 0xfedc_ba92,
  ratingGroup: 0xfedc_ba93,
  requestedUnit: 0xfedc_ba94,
  usedUnit: 0xfedc_ba95,
  eventTimestamp: 0x1_fedc_ba98,
} as const;

export const makeUpdateTemplate = (
  session: Pick<RequestOf<"update">, "sessionId" | "subscriberIdentifier" | "serviceInformation">,
): UpdateTemplate => {
  const { correlation, sequence, ratingGroup, requestedUnit, usedUnit, eventTimestamp } = marks;
  const message = requestMessage("update", correlation, {
    ...session,
    sequence,
    eventTimestamp,
    multipleUnitUsage: [{ ratingGroup, requestedUnit, usedUnit }],
  });
  // Without the frame's own array head.
  const bytes = Buffer.from(encodeFrame([message]).subarray(1));
  return {
    bytes,
    correlationAt: findUint32(bytes, correlation),
    sequenceAt: findUint32(bytes, sequence),
    timestampAt: findFloat64(bytes, eventTimestamp),
    ratingGroupAt: findUint32(bytes, ratingGroup),
    requestedUnitAt: findUint32(bytes, requestedUnit),
    usedUnitAt: findUint32(bytes, usedUnit),
  };
};

const findUint32 = (bytes: Buffer, mark: number): number => {
  const pattern = Buffer.from([0xce, 0, 0, 0, 0]);
  pattern.writeUInt32BE(mark, 1);
  return findOnce(bytes, pattern);
};

const findFloat64 = (bytes: Buffer, mark: number): number => {
  const pattern = Buffer.alloc(9, 0xcb);
  pattern.writeDoubleBE(mark, 1);
  return findOnce(bytes, pattern);
};

/** Behind the tag. */
function findOnce(bytes: Buffer, pattern: Buffer): number {
  const at = bytes.indexOf(pattern);
  assert(at >= 0 && bytes.indexOf(pattern, at + 1) < 0, "a mark stands in the message once");
  return at + 1;
}
