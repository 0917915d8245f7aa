// A second implementation, written from PROTOCOL.md alone: it shares no code with the first, and
// both agree on every golden frame.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

function withLength(token: number, octets: number, value: number): number[] {
  const bytes = Array.from({ length: octets }, (_, i) => Math.floor(value / 256 ** i) % 256);
  return [token, ...bytes.reverse()];
}

function encode(value: unknown): number[] {
  if (value === null) return [0xc0];
  if (typeof value === "boolean") return [value ? 0xc3 : 0xc2];
  if (typeof value === "string") {
    const utf8 = [...new TextEncoder().encode(value)];
    if (utf8.length < 32) return [0xa0 + utf8.length, ...utf8];
    if (utf8.length < 256) return [0xd9, utf8.length, ...utf8];
    return [...withLength(0xda, 2, utf8.length), ...utf8];
  }
  if (Array.isArray(value)) {
    const short = value.length < 16;
    const head = short ? [0x90 + value.length] : withLength(0xdc, 2, value.length);
    return head.concat(...value.map(encode));
  }
  const number = value as number;
  if (number < 0) return encodeBelowNought(number);
  if (number < 0x80) return [number];
  if (number < 0x100) return withLength(0xcc, 1, number);
  if (number < 0x10000) return withLength(0xcd, 2, number);
  if (number < 0x100000000) return withLength(0xce, 4, number);
  return encodeDouble(number);
}

/** In two's complement of as few octets as hold it; beyond 32 bit as a double. */
function encodeBelowNought(number: number): number[] {
  if (number >= -0x20) return [0x100 + number];
  if (number >= -0x80) return withLength(0xd0, 1, 0x100 + number);
  if (number >= -0x8000) return withLength(0xd1, 2, 0x10000 + number);
  if (number >= -0x80000000) return withLength(0xd2, 4, 0x100000000 + number);
  return encodeDouble(number);
}

function encodeDouble(number: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return [0xcb, ...new Uint8Array(view.buffer)];
}

function decode(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (octets: number) => {
    at += octets;
    return at - octets;
  };
  const uint = (octets: number) =>
    bytes.slice(take(octets), at).reduce((value, octet) => value * 256 + octet, 0);
  const int = (octets: number) => {
    const value = uint(octets);
    return value < 2 ** (8 * octets - 1) ? value : value - 2 ** (8 * octets);
  };
  const string = (length: number) => new TextDecoder().decode(bytes.slice(take(length), at));
  const array = (length: number): unknown[] => Array.from({ length }, next);
  function next(): unknown {
    const token = uint(1);
    if (token < 0x80 || token >= 0xe0) return token < 0x80 ? token : token - 256;
    if (token >= 0x90 && token < 0xa0) return array(token - 0x90);
    if (token >= 0xa0 && token < 0xc0) return string(token - 0xa0);
    if (token === 0xca) return view.getFloat32(take(4));
    if (token === 0xcb) return view.getFloat64(take(8));
    if (token >= 0xcc && token <= 0xcf) return uint(2 ** (token - 0xcc));
    if (token === 0xd3) return Number(view.getBigInt64(take(8)));
    if (token >= 0xd0 && token <= 0xd2) return int(2 ** (token - 0xd0));
    if (token >= 0xd9 && token <= 0xdb) return string(uint(2 ** (token - 0xd9)));
    if (token === 0xdc || token === 0xdd) return array(uint(token === 0xdc ? 2 : 4));
    return { 192: null, 194: false, 195: true }[token];
  }
  return next();
}

const folder = new URL("./golden/", import.meta.url);
const frames = readdirSync(folder)
  .filter((file) => file.endsWith(".json") && file !== "index.json")
  .map((file) => ({ file, ...JSON.parse(readFileSync(new URL(file, folder), "utf8")) }))
  .filter((frame) => frame.messages !== undefined);

test.each(frames)("decodes $file alike", ({ hex, messages }) => {
  expect(decode(Uint8Array.from(Buffer.from(hex, "hex")))).toEqual(messages);
});

test.each(frames.filter((frame) => frame.isOurEncoding))("encodes $file alike", (frame) => {
  expect(Buffer.from(encode(frame.messages)).toString("hex")).toBe(frame.hex);
});

// The client of PROTOCOL.md itself, where this machine has a Python to run it.
const python = "python3";
const hasPython = spawnSync(python, ["--version"]).status === 0;

test.runIf(hasPython)("the Python of PROTOCOL.md reads every golden frame", () => {
  const document = readFileSync(new URL("./PROTOCOL.md", import.meta.url), "utf8");
  const client = /```python\n(.*?)```/s.exec(document)?.[1] ?? "";
  const check = `
import json, sys
for frame in json.load(sys.stdin):
    value, end = decode(bytes.fromhex(frame["hex"]))
    assert value == frame["messages"] and 2 * end == len(frame["hex"]), frame["file"]
    assert decode(encode(frame["messages"]))[0] == frame["messages"], frame["file"]
print("all alike")`;
  const run = spawnSync(python, ["-c", client + check], { input: JSON.stringify(frames) });
  expect(`${run.stdout}${run.stderr}`).toBe("all alike\n");
});
