// One frame of updates: the sessions' templates behind an array head.

import type { Population } from "./population.ts";

/** Far below the protocol's limits of messages and octets a frame. */
export const updatesPerFrameMax = 512;
const headLength = 3;

/** A frame of its own memory: the socket may still hold it when the next one is made. */
export const writeFrame = (
  { bytes, startAt, length }: Population,
  sessions: Uint32Array,
  count: number,
): Uint8Array => {
  let size = headLength;
  for (let i = 0; i < count; i++) size += length[sessions[i] as number] as number;
  const frame = Buffer.allocUnsafe(size);
  frame[0] = 0xdc;
  frame[1] = count >> 8;
  frame[2] = count & 0xff;
  let at = headLength;
  for (let i = 0; i < count; i++) {
    const session = sessions[i] as number;
    const start = startAt[session] as number;
    const end = start + (length[session] as number);
    for (let from = start; from < end; from++) frame[at++] = bytes[from] as number;
  }
  return frame;
};
