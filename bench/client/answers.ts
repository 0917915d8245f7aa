// Reads the answers of a frame without building objects: the load client needs four numbers of each
// and would spend most of its time on garbage otherwise. Anything that is no answer to an update, a
// refusal or a notice ends the run. What a newer server adds at the end of a message is skipped.

import {
  answerOffset,
  notices,
  operations,
  refusalNumber,
} from "../../engine/protocol/operations.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";

/** Filled in by `readAnswer`; one object for all. */
export type Answer = {
  correlation: number;
  /** Of the refusal or notice, or of the first rating group that was not granted; else success. */
  resultCode: number;
  isRefusal: boolean;
  /** Of the first rating group. */
  grantedUnit: number;
};

export const newAnswer = (): Answer => ({
  correlation: 0,
  resultCode: 0,
  isRefusal: false,
  grantedUnit: 0,
});

const updateAnswer = answerOffset + operations.update.number;
const success = resultCodes.SUCCESS.number;

// The place in the frame at hand; outside, so that nothing is allocated.
let frame: Buffer = Buffer.alloc(0);
let at = 0;

/** How many messages the frame has; each is then read with `readAnswer`. */
export const beginFrame = (bytes: Buffer): number => {
  frame = bytes;
  at = 0;
  return readArrayHead();
};

export const readAnswer = (into: Answer): void => {
  let left = readArrayHead() - 2;
  const number = readNumber();
  into.correlation = readNumber();
  into.grantedUnit = 0;
  if (number === updateAnswer) {
    into.isRefusal = false;
    skipValue();
    readGrants(into);
    left -= 2;
  } else if (number === refusalNumber || number === notices.notice.number) {
    into.isRefusal = true;
    into.resultCode = readNumber();
    left -= 1;
  } else {
    throw new Error(`message ${number} is no answer to an update`);
  }
  for (; left > 0; left--) skipValue();
};

function readGrants(into: Answer): void {
  into.resultCode = success;
  const groups = readArrayHead();
  for (let group = 0; group < groups; group++) {
    let left = readArrayHead() - 3;
    skipValue();
    const code = readNumber();
    const granted = readNumber();
    if (group === 0) into.grantedUnit = granted;
    if (code !== success && into.resultCode === success) into.resultCode = code;
    for (; left > 0; left--) skipValue();
  }
}

function readArrayHead(): number {
  const tag = frame[at++] as number;
  if (tag >> 4 === 0x9) return tag & 0x0f;
  if (tag === 0xdc) return readUint(2);
  if (tag === 0xdd) return readUint(4);
  throw new Error(`0x${tag.toString(16)} where an array begins`);
}

function readNumber(): number {
  const tag = frame[at++] as number;
  if (tag < 0x80) return tag;
  if (tag >= 0xcc && tag <= 0xce) return readUint(1 << (tag - 0xcc));
  if (tag === 0xcf) return readUint(4) * 2 ** 32 + readUint(4);
  if (tag === 0xcb) {
    at += 8;
    return frame.readDoubleBE(at - 8);
  }
  throw new Error(`0x${tag.toString(16)} where a number begins`);
}

function readUint(length: number): number {
  let value = 0;
  for (const end = at + length; at < end; at++) value = value * 256 + (frame[at] as number);
  return value;
}

function skipValue(): void {
  const tag = frame[at] as number;
  if (tag < 0x80 || tag >= 0xe0 || (tag >= 0xc0 && tag <= 0xc3)) at += 1;
  else if (tag >= 0xcc && tag <= 0xcf) at += 1 + (1 << (tag - 0xcc));
  else if (tag >= 0xd0 && tag <= 0xd3) at += 1 + (1 << (tag - 0xd0));
  else if (tag === 0xca) at += 5;
  else if (tag === 0xcb) at += 9;
  else if (tag >> 5 === 0x5) at += 1 + (tag & 0x1f);
  else if (tag >= 0xd9 && tag <= 0xdb) skipLongString(tag);
  else for (let left = readArrayHead(); left > 0; left--) skipValue();
}

function skipLongString(tag: number): void {
  at += 1;
  const length = readUint(1 << (tag - 0xd9));
  at += length;
}
