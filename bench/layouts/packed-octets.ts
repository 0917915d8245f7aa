// The octets of packed-value.lua: the account value and the argument for an update.

import type { Cells } from "./layout.ts";
import {
  bucketCount,
  counterCount,
  credited,
  groupOf,
  groups,
  heldAtFirst,
  type Update,
} from "./workload.ts";

const cellsLength = 8 * (2 * bucketCount + counterCount);
const sessionLength = 4 + 2 * (4 + 8);

/** All buckets credited, both sessions open with their first grants. */
export const emptyPacked = (): Buffer => {
  const value = Buffer.alloc(cellsLength + groups.length * sessionLength);
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    value.writeDoubleLE(credited - heldAtFirst(bucket), 16 * bucket);
    value.writeDoubleLE(heldAtFirst(bucket), 16 * bucket + 8);
  }
  groups.forEach((both, session) => {
    let at = value.writeUInt32LE(0, cellsLength + session * sessionLength);
    for (const { ratingGroup, quota } of both) {
      at = value.writeUInt32LE(ratingGroup, at);
      at = value.writeDoubleLE(quota, at);
    }
  });
  return value;
};

export const packedCells = (value: Buffer): Cells => ({
  remaining: value.readDoubleLE(0),
  reserved: value.readDoubleLE(8),
  counter: value.readDoubleLE(16 * bucketCount),
});

export const packUpdate = (update: Update): Buffer => {
  const { session, group, sequence, used } = update;
  const { bucket, counter, quota } = groupOf(update);
  const bytes = Buffer.alloc(4 + 4 + 8 + 8);
  let at = 0;
  for (const octet of [session, group, bucket, counter]) at = bytes.writeUInt8(octet, at);
  at = bytes.writeUInt32LE(sequence, at);
  at = bytes.writeDoubleLE(used, at);
  bytes.writeDoubleLE(quota, at);
  return bytes;
};
