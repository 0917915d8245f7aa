// Octets to messages and back: one WebSocket frame is one MessagePack array of messages.
// `scanFrame` decides what may be decoded, msgpackr decodes it. Per message of 70 octets on a
// 2-core machine, 64 in a frame: scan 73 ns, decode 120 ns, encode 160 ns; alone in its frame:
// 85, 320, 240 ns.

import { Packr, Unpackr } from "msgpackr";
import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import { type Refusal, type ResultCode, refusal } from "./result-codes.ts";
import { faultOf, faultOffsetOf, type ScanFault, scanFrame } from "./scan.ts";

// No records (an extension of msgpackr's own that other languages cannot read), no extension
// types; a 64-bit integer that a number holds exactly becomes that number, a larger one a bigint,
// which every field type refuses.
const options = {
  useRecords: false,
  variableMapSize: true,
  int64AsType: "auto",
  copyBuffers: true,
  moreTypes: false,
} as object;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/**
 * Whole numbers ≥ 2^32 leave as float64. The result is a view of a larger pool that is never
 * written again; it may exceed `frameBytesMax`, see `encodeFrames`.
 */
export const encodeFrame = (messages: readonly unknown[]): Uint8Array => packr.pack(messages);

/**
 * As many frames as the limits ask for, in order: one, almost always. Returns the messages that do
 * not fit a frame of their own and were left out.
 */
export function encodeFrames<M>(
  messages: readonly M[],
  send: (frame: Uint8Array) => void,
): readonly M[] {
  if (messages.length <= limits.frameMessagesMax) {
    const frame = encodeFrame(messages);
    if (frame.length <= limits.frameBytesMax) {
      send(frame);
      return [];
    }
    if (messages.length === 1) return messages;
  }
  const half = messages.length >> 1;
  const leftOut = encodeFrames(messages.slice(0, half), send);
  return leftOut.concat(encodeFrames(messages.slice(half), send));
}

/** Never throws. The messages hold no view of `bytes`; for their strings see `ownString`. */
export function decodeFrame(bytes: Uint8Array): Result<readonly unknown[], Refusal> {
  if (bytes.length > limits.frameBytesMax)
    return refuse("FRAME_TOO_LARGE", `${bytes.length} octets, at most ${limits.frameBytesMax}`);
  const scan = scanFrame(bytes);
  if (scan !== 0) {
    const fault = faultOf(scan);
    return refuse(faults[fault].code, `${faults[fault].detail} (octet ${faultOffsetOf(scan)})`);
  }
  try {
    return ok(unpackr.unpack(bytes) as unknown[]);
  } catch {
    // Not once in 6 million fuzzed frames. Should the decoder and the scan ever disagree, this peer
    // hears it, and the process goes on for the others.
    return refuse("MALFORMED_FRAME", "the decoder refused what the scan let pass");
  }
}

/**
 * A copy that holds nothing but itself. Strings of a decoded frame can be slices of one string of
 * up to 6,000 characters that stays in memory with any of them (measured: 5.1 KB for each
 * identifier kept in a cache). Whatever outlives its request keeps the copy (130 ns).
 */
export const ownString = (text: string): string => Buffer.from(text, "utf8").toString("utf8");

const faults: Record<ScanFault, { code: ResultCode; detail: string }> = {
  none: { code: "MALFORMED_FRAME", detail: "" },
  notAnArray: { code: "MALFORMED_FRAME", detail: "not an array of messages" },
  tooManyMessages: {
    code: "FRAME_TOO_LARGE",
    detail: `more than ${limits.frameMessagesMax} messages`,
  },
  tooManyArrays: { code: "FRAME_TOO_LARGE", detail: `more than ${limits.frameArraysMax} arrays` },
  tooDeep: { code: "FRAME_TOO_DEEP", detail: `deeper than ${limits.frameDepthMax} arrays` },
  typeNotAllowed: { code: "TYPE_NOT_ALLOWED", detail: "bin, ext, map or the unused 0xc1" },
  truncated: { code: "MALFORMED_FRAME", detail: "ends before what it announces" },
  trailing: { code: "MALFORMED_FRAME", detail: "octets after the array" },
  notUtf8: { code: "MALFORMED_FRAME", detail: "a string is not UTF-8" },
};

const refuse = (code: ResultCode, detail: string) => err(refusal(code, detail));
