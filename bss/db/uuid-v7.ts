// UUIDs of version 7 (RFC 9562, 5.7): 48 bits of ms since 1970, then 74 that are random, so that
// keys of rows rise with time. Within a process they rise strictly, also when the clock stands
// still or goes back: then the last one is counted on by a random step (RFC 9562, 6.2, method 2).

import { randomFillSync } from "node:crypto";

/** Random octets are drawn for so many ids at once: one by one they cost ten times as much. */
const drawnIds = 256;
const octetsPerId = 10;
const drawn = Buffer.allocUnsafe(drawnIds * octetsPerId);
let drawnAt = drawn.length;

let lastMs = -1;
/** 12 and 62 bits; the latter as 30 and 32. */
let high = 0;
let middle = 0;
let low = 0;

const draw = (): void => {
  if (drawnAt === drawn.length) {
    randomFillSync(drawn);
    drawnAt = 0;
  }
  // The topmost bit is left for counting on: so often within a ms nobody asks.
  high = drawn.readUInt16BE(drawnAt) & 0x7ff;
  middle = drawn.readUInt32BE(drawnAt + 2) & 0x3fff_ffff;
  low = drawn.readUInt32BE(drawnAt + 6);
  drawnAt += octetsPerId;
};

/** By 1 to 2^32, which is not to be guessed. */
const countOn = (): void => {
  const [wasHigh, wasMiddle, wasLow] = [high, middle, low];
  draw();
  const sum = wasLow + low + 1;
  low = sum % 2 ** 32;
  const carried = wasMiddle + Math.floor(sum / 2 ** 32);
  middle = carried % 2 ** 30;
  high = wasHigh + Math.floor(carried / 2 ** 30);
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** `now` in ms since 1970, from 0 to 2^48. */
export const uuidV7 = (now: number): string => {
  const ms = Math.floor(now);
  if (ms > lastMs) {
    lastMs = ms;
    draw();
  } else {
    countOn();
  }
  const time = hex(lastMs, 12);
  const variant = 0x8000 | (middle >>> 16);
  const node = hex(middle & 0xffff, 4) + hex(low, 8);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(high, 3)}-${hex(variant, 4)}-${node}`;
};
