// Frames and octets: what is decoded, what is refused, and with which result code.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { decodeFrame, encodeFrame, encodeFrames, ownString } from "./wire.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const decoded = (hex: string) => decodeFrame(bytes(hex));
const refused = (frame: Uint8Array) => {
  const result = decodeFrame(frame);
  return result.isOk ? "decoded" : result.error.code;
};

test("messages come back as they went", () => {
  const messages = [
    [2, 1, "session-1", 7, "491701234567", 1_732_093_200_123, [[10, 0, 5_242_880]], null],
    [8, 4_294_967_295, "Grüße, 你好, 😀 \u0000"],
    [],
    [true, false, null, -1, -32, -33, -129, -32_769, 2 ** 53 - 1, 0.5],
  ];
  expect(decodeFrame(encodeFrame(messages))).toEqual({ isOk: true, value: messages });
});

test("numbers are read in every encoding they have", () => {
  const unsigned = "05 cc05 cd0005 ce00000005 cf0000000000000005";
  const signed = "d005 d10005 d200000005 d30000000000000005";
  const float = "ca40a00000 cb4014000000000000";
  expect(decoded(`9b ${unsigned} ${signed} ${float}`)).toEqual({
    isOk: true,
    value: new Array(11).fill(5),
  });
});

test("whole numbers from 2^32 are read from float64 and from int64", () => {
  const value = 1_732_093_200_123;
  const integer = `cf${value.toString(16).padStart(16, "0")}`;
  expect(decoded(`91${integer}`)).toEqual({ isOk: true, value: [value] });
  expect(decodeFrame(encodeFrame([value]))).toEqual({ isOk: true, value: [value] });
});

test("an integer that a number cannot hold exactly stays a bigint and is not rounded", () => {
  expect(decoded("91 cf 0020000000000001")).toEqual({ isOk: true, value: [2n ** 53n + 1n] });
  expect(decoded("91 d3 8000000000000000")).toEqual({ isOk: true, value: [-(2n ** 63n)] });
});

test.each([
  ["nothing", ""],
  ["not an array", "01"],
  ["a string", "a161"],
  ["nil", "c0"],
  ["an array cut off", "92 01"],
  ["a length cut off", "dc 00"],
  ["a number cut off", "91 cb 00000000"],
  ["a string cut off", "91 a3 6161"],
  ["a string whose length is cut off", "91 da 00"],
  ["more than one array", "90 90"],
  ["octets after the array", "91 01 00"],
  ["more elements than octets", "dd ffffffff 01"],
  ["more elements than octets, summed over arrays", "94 94 94 94 01 01 01 01"],
  ["a longer string than octets", "91 db ffffffff 61"],
  ["a stray continuation octet", "91 a1 80"],
  ["an overlong encoding", "91 a2 c080"],
  ["a surrogate", "91 a3 eda080"],
])("%s is a malformed frame", (_, hex) => {
  expect(refused(bytes(hex))).toBe("MALFORMED_FRAME");
});

test.each([
  ["a map", "91 80"],
  ["a map 16", "91 de 0000"],
  ["a map 32", "91 df 00000000"],
  ["octets", "91 c4 00"],
  ["octets 16", "91 c5 0000"],
  ["octets 32", "91 c6 00000000"],
  ["ext 1", "91 d4 00 00"],
  ["a record definition of msgpackr", "91 d4 72 40 91 a161 01"],
  ["ext 8", "91 c7 01 05 00"],
  ["a timestamp", "91 d6 ff 00000000"],
  ["the unused octet", "91 c1"],
])("%s is a type not allowed", (_, hex) => {
  expect(refused(bytes(hex))).toBe("TYPE_NOT_ALLOWED");
});

test("a refusal says where", () => {
  expect(decoded("92 01 80")).toMatchObject({
    error: { detail: expect.stringMatching(/octet 2/) },
  });
});

test("arrays nest to the limit and no deeper", () => {
  const deep = (depth: number) =>
    new Uint8Array(depth).fill(0x91, 0, depth - 1).fill(0x90, depth - 1);
  expect(refused(deep(limits.frameDepthMax))).toBe("decoded");
  expect(refused(deep(limits.frameDepthMax + 1))).toBe("FRAME_TOO_DEEP");
  expect(refused(deep(limits.frameBytesMax))).toBe("FRAME_TOO_DEEP");
});

test("as many messages as the limit, and no more", () => {
  const messages = (count: number) => encodeFrame(new Array(count).fill([]));
  expect(refused(messages(limits.frameMessagesMax))).toBe("decoded");
  expect(refused(messages(limits.frameMessagesMax + 1))).toBe("FRAME_TOO_LARGE");
});

test("a frame full of empty arrays is refused before it costs anything", () => {
  const frame = new Uint8Array(limits.frameBytesMax).fill(0x90);
  frame.set([0x91, 0xdd]);
  new DataView(frame.buffer).setUint32(2, limits.frameBytesMax - 6);
  expect(refused(frame)).toBe("FRAME_TOO_LARGE");
});

test("a frame beyond the limit of octets is refused unread", () => {
  expect(refused(new Uint8Array(limits.frameBytesMax + 1))).toBe("FRAME_TOO_LARGE");
});

test("what is decoded does not change with the octets it came from", () => {
  const frame = Uint8Array.from(
    encodeFrame([
      ["first string of many", 1],
      ["second", 2],
    ]),
  );
  const result = decodeFrame(frame);
  frame.fill(0xff);
  expect(result).toEqual({
    isOk: true,
    value: [
      ["first string of many", 1],
      ["second", 2],
    ],
  });
});

test("a detached buffer leaves what was decoded alone", () => {
  const frame = Uint8Array.from(encodeFrame([["a string that is long enough for a slice"]]));
  const result = decodeFrame(frame);
  structuredClone(frame.buffer, { transfer: [frame.buffer] });
  expect(frame.length).toBe(0);
  expect(result).toEqual({ isOk: true, value: [["a string that is long enough for a slice"]] });
});

test("a frame is not overwritten by the next ones", () => {
  const first = encodeFrame([["first"]]);
  const before = Buffer.from(first).toString("hex");
  for (let i = 0; i < 10_000; i++) encodeFrame([["another", i]]);
  expect(Buffer.from(first).toString("hex")).toBe(before);
});

test("too many messages leave as several frames, in order", () => {
  const messages = Array.from({ length: limits.frameMessagesMax * 2 + 5 }, (_, i) => [i]);
  const frames: Uint8Array[] = [];
  expect(encodeFrames(messages, (frame) => frames.push(frame))).toEqual([]);
  const values = frames.flatMap((frame) => {
    const result = decodeFrame(frame);
    return result.isOk ? result.value : [];
  });
  expect(values).toEqual(messages);
});

test("too many octets leave as several frames; a message beyond the limit is left out", () => {
  const large = "x".repeat(limits.frameBytesMax / 2);
  const tooLarge = [4, "x".repeat(limits.frameBytesMax)];
  const frames: Uint8Array[] = [];
  const messages = [[1, large], [2, large], tooLarge, [3, large]];
  expect(encodeFrames(messages, (frame) => frames.push(frame))).toEqual([tooLarge]);
  expect(frames.map((frame) => decodeFrame(frame).isOk)).toEqual([true, true, true]);
});

test("an own string is equal to the string it copies", () => {
  expect(ownString("491701234567äöü😀")).toBe("491701234567äöü😀");
});
