// One cheap walk over the octets of a frame before MessagePack is decoded. It decides what the
// decoder may see: one array of messages made of nil, booleans, numbers, UTF-8 strings and
// arrays; not too deep, not too many, no length that the octets cannot hold. So the decoder can
// neither throw, nor allocate for elements that are not there, nor meet a type extension. It
// allocates nothing.

import { isUtf8 } from "node:buffer";
import { limits } from "../limits.ts";

export const scanFaults = [
  "none",
  "notAnArray",
  "tooManyMessages",
  "tooManyArrays",
  "tooDeep",
  "typeNotAllowed",
  "truncated",
  "trailing",
  "notUtf8",
] as const;
export type ScanFault = (typeof scanFaults)[number];

/** What is wrong and where, out of one number, because a scan allocates nothing. */
export const faultOf = (scan: number): ScanFault => scanFaults[scan % 16] as ScanFault;
export const faultOffsetOf = (scan: number): number => Math.floor(scan / 16);

const at = (offset: number, fault: ScanFault): number => offset * 16 + scanFaults.indexOf(fault);

// What follows a token: 0 to 8 octets of payload; or the length of a string or array, which is in
// the token itself (0) or in the next 1, 2 or 4 octets.
const stringBit = 0x10;
const arrayBit = 0x20;
const refusedBit = 0x40;
const following = followingOctets();

/** Elements still to come at each depth; shared, because a scan is never interrupted. */
const elementsLeft = new Uint32Array(limits.frameDepthMax + 1);

/** 0 for a frame that may be decoded, else a number for `faultOf` and `faultOffsetOf`. */
export function scanFrame(bytes: Uint8Array): number {
  const end = bytes.length;
  if (end === 0 || ((following[bytes[0] as number] as number) & arrayBit) === 0)
    return at(0, "notAnArray");
  let position = 0;
  let depth = 0;
  // Elements announced and not yet begun, at every depth: each takes one octet at least.
  let announced = 1;
  let arrays = 0;
  elementsLeft[0] = 1;
  for (;;) {
    if (position >= end) return at(end, "truncated");
    const token = bytes[position++] as number;
    const kind = following[token] as number;
    announced--;
    if (kind <= 8) position += kind;
    else {
      if (kind === refusedBit) return at(position - 1, "typeNotAllowed");
      const lengthOctets = kind & 7;
      if (position + lengthOctets > end) return at(end, "truncated");
      let length = kind & arrayBit ? token & 15 : token & 31;
      if (lengthOctets > 0) length = readLength(bytes, position, lengthOctets);
      position += lengthOctets;
      if (length > end - position) return at(end, "truncated");
      if (kind & stringBit) {
        if (!isText(bytes, position, position + length)) return at(position, "notUtf8");
        position += length;
      } else {
        if (depth === 0 && length > limits.frameMessagesMax) return at(0, "tooManyMessages");
        if (++arrays > limits.frameArraysMax) return at(position, "tooManyArrays");
        if (depth === limits.frameDepthMax) return at(position, "tooDeep");
        announced += length;
        if (announced > end - position) return at(end, "truncated");
        if (length > 0) {
          elementsLeft[++depth] = length;
          continue;
        }
      }
    }
    // One element is complete, and with the last one of an array that array too.
    for (;;) {
      const left = (elementsLeft[depth] as number) - 1;
      elementsLeft[depth] = left;
      if (left > 0) break;
      if (depth-- === 0) return lastFault(position, end);
    }
  }
}

function lastFault(position: number, end: number): number {
  if (position === end) return 0;
  return position > end ? at(end, "truncated") : at(position, "trailing");
}

function readLength(bytes: Uint8Array, position: number, octets: number): number {
  let length = 0;
  for (let i = position; i < position + octets; i++) length = length * 256 + (bytes[i] as number);
  return length;
}

function isText(bytes: Uint8Array, start: number, stop: number): boolean {
  let seen = 0;
  for (let i = start; i < stop; i++) seen |= bytes[i] as number;
  return seen < 0x80 || isUtf8(bytes.subarray(start, stop));
}

/**
 * The formats of MessagePack by their first octet; bin, ext, map and the unused 0xc1 are refused.
 */
function followingOctets(): Uint8Array {
  const table = new Uint8Array(256).fill(refusedBit);
  table.fill(0, 0x00, 0x80).fill(0, 0xe0); // small integers
  table.fill(arrayBit, 0x90, 0xa0).fill(stringBit, 0xa0, 0xc0);
  table[0xc0] = table[0xc2] = table[0xc3] = 0; // nil, false, true
  table.set([4, 8, 1, 2, 4, 8, 1, 2, 4, 8], 0xca); // float 32 and 64, uint 8 to 64, int 8 to 64
  table.set([stringBit | 1, stringBit | 2, stringBit | 4], 0xd9);
  table.set([arrayBit | 2, arrayBit | 4], 0xdc);
  return table;
}
