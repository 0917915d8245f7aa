// Fifty thousand frames by chance: nothing throws, everything is read or refused by number.

import { expect, test } from "vitest";
import { randomFrom } from "../values/random.ts";
import { fingerprint } from "./fingerprint.ts";
import { type FuzzKind, fuzzFrame, fuzzKinds } from "./fuzz.ts";
import { readRequest, readServerMessage, refusalMessage, requestMessage } from "./messages.ts";
import { operationNames, operations } from "./operations.ts";
import { decodeFrame, encodeFrame } from "./wire.ts";

test("50,000 fuzzed frames: each message is a valid request or a numbered refusal", {
  timeout: 60_000,
}, () => {
  const random = randomFrom(20_261_101);
  const seen = new Set<string>();
  for (let i = 0; i < 50_000; i++) {
    const { kind, bytes } = fuzzFrame(random);
    const frame = decodeFrame(bytes);
    if (!frame.isOk) {
      seen.add(`${kind}: ${frame.error.code}`);
      continue;
    }
    for (const message of frame.value) {
      const read = readRequest(message);
      seen.add(`${kind}: ${read.refusal === undefined ? "read" : read.refusal.code}`);
      if (read.refusal !== undefined) checkRefusal(read.correlation, read.refusal);
      else checkRequest(read);
    }
  }
  for (const code of ["MALFORMED_FRAME", "FRAME_TOO_DEEP", "TYPE_NOT_ALLOWED"] as const)
    expect(
      [...seen].some((outcome) => outcome.endsWith(code)),
      code,
    ).toBe(true);
  for (const code of ["UNKNOWN_OPERATION", "MALFORMED_MESSAGE", "INVALID_VALUE", "read"] as const)
    expect(
      [...seen].some((outcome) => outcome.endsWith(code)),
      code,
    ).toBe(true);
});

function checkRequest(read: Extract<ReturnType<typeof readRequest>, { refusal: undefined }>) {
  const { operation, correlation, request, wire } = read;
  const again = requestMessage(operation, correlation, request as never);
  const { key } = operations[operation];
  const isSame = JSON.stringify(withoutNils(again)) === JSON.stringify(withoutNils(wire));
  expect(fingerprint(again, key) === fingerprint(wire, key)).toBe(isSame);
  expect(readRequest(again).request).toEqual(request);
}

/** At any depth without nils at the end, which say nothing. */
function withoutNils(wire: readonly unknown[]): unknown {
  const cut = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    const last = value.findLastIndex((element) => element !== null && element !== undefined);
    return value.slice(0, last + 1).map(cut);
  };
  return cut(wire);
}

function checkRefusal(correlation: number, refusal: Parameters<typeof refusalMessage>[1]) {
  const frame = decodeFrame(encodeFrame([refusalMessage(correlation, refusal)]));
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  expect(message).toMatchObject({ kind: "refusal", correlation, refusal: { code: refusal.code } });
}

test("fuzzed requests that are valid are read, of every operation", () => {
  const random = randomFrom(7);
  const read = new Set<string>();
  for (let i = 0; i < 2_000; i++) {
    const frame = decodeFrame(fuzzFrame(random, ["valid"]).bytes);
    for (const message of frame.isOk ? frame.value : [undefined]) {
      const request = readRequest(message);
      expect(request.refusal).toBeUndefined();
      read.add(String(request.operation));
    }
  }
  expect([...read].sort()).toEqual([...operationNames].sort());
});

test.each<[FuzzKind, string]>([
  ["truncated", "MALFORMED_FRAME"],
  ["trailing", "MALFORMED_FRAME"],
])("a frame that is %s is never decoded: %s", (kind, code) => {
  const random = randomFrom(3);
  for (let i = 0; i < 2_000; i++) {
    const frame = decodeFrame(fuzzFrame(random, [kind]).bytes);
    expect(frame).toMatchObject({ isOk: false, error: { code } });
  }
});

test("the same seed gives the same frames", () => {
  const frames = () => {
    const random = randomFrom(11);
    return Array.from({ length: 200 }, () => Buffer.from(fuzzFrame(random).bytes).toString("hex"));
  };
  expect(frames()).toEqual(frames());
});

test("every kind is drawn", () => {
  const random = randomFrom(5);
  const drawn = new Set(Array.from({ length: 2_000 }, () => fuzzFrame(random).kind));
  expect(drawn.size).toBe(fuzzKinds.length);
});
