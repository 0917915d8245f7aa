// What servers and clients make of each other's messages, and what they refuse.

import { describe, expect, test } from "vitest";
import {
  answerMessage,
  noticeMessage,
  readRequest,
  readServerMessage,
  refusalMessage,
  requestMessage,
} from "./messages.ts";
import { operationNames, operations, type RequestOf } from "./operations.ts";
import { refusal } from "./result-codes.ts";
import { decodeFrame, encodeFrame } from "./wire.ts";

const topUp: RequestOf<"topUp"> = {
  requestId: "r-1",
  accountId: "a-1",
  bucketId: "main",
  amount: 5_000_000,
};
const update = [2, 9, "s-1", 7, "491701234567", 1_732_093_200_123, [[10, 0, 5]], null];
const change = (at: number, value: unknown) => update.map((old, i) => (i === at ? value : old));

test("operation numbers are unique and leave room for answers", () => {
  const numbers = operationNames.map((name) => operations[name].number);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) expect(number > 0 && number < 64).toBe(true);
});

describe("a server", () => {
  test("reads a request with its names", () => {
    expect(readRequest(update)).toEqual({
      operation: "update",
      correlation: 9,
      request: {
        sessionId: "s-1",
        sequence: 7,
        subscriberIdentifier: "491701234567",
        eventTimestamp: 1_732_093_200_123,
        multipleUnitUsage: [{ ratingGroup: 10, requestedUnit: 0, usedUnit: 5, usedBefore: [] }],
        serviceInformation: null,
        isTariffTimeChangeSupported: false,
        isAllOrNothing: false,
      },
      wire: update,
      refusal: undefined,
    });
  });

  test("reads a request without its optional fields", () => {
    expect(readRequest(update.slice(0, 7)).request).toEqual(readRequest(update).request);
  });

  test.each<[string, unknown]>([
    ["nil", null],
    ["a number", 7],
    ["nothing in it", []],
    ["no correlation", [2]],
    ["correlation 0, which is for notices", change(1, 0)],
    ["a negative correlation", change(1, -1)],
    ["a correlation beyond 32 bits", change(1, 2 ** 32)],
  ])("refuses %s as malformed, without a correlation", (_, wire) => {
    expect(readRequest(wire)).toMatchObject({
      correlation: 0,
      refusal: { code: "MALFORMED_MESSAGE" },
    });
  });

  test("refuses an operation that is not a number as malformed, with its correlation", () => {
    expect(readRequest(change(0, "update"))).toMatchObject({
      correlation: 9,
      refusal: { code: "MALFORMED_MESSAGE" },
    });
  });

  test.each([0, 63, 64, 66, 128, -1, 1.5, Number.NaN, 2 ** 31])(
    "knows no operation %d",
    (number) => {
      expect(readRequest(change(0, number))).toMatchObject({
        correlation: 9,
        refusal: { code: "UNKNOWN_OPERATION" },
      });
    },
  );

  test.each<[string, unknown[], string]>([
    [
      "an empty session",
      change(2, ""),
      'update.sessionId: expected identifier (1 to 128 of ASCII 0x21 to 0x7e), got string ""',
    ],
    ["a blank in an identifier", change(4, "49 170"), "update.subscriberIdentifier: "],
    ["a fractional sequence", change(3, 1.5), "update.sequence: expected uint32, got 1.5"],
    [
      "a negative amount",
      change(6, [
        [10, 0, 5],
        [20, -1, 0],
      ]),
      "update.multipleUnitUsage[1].requestedUnit: expected amount (0 to 2^53 - 1), got -1",
    ],
    ["an amount of 2^53", change(6, [[10, 0, 2 ** 53]]), "update.multipleUnitUsage[0].usedUnit: "],
    [
      "a bigint",
      change(6, [[10, 0, 2n ** 60n]]),
      "update.multipleUnitUsage[0].usedUnit: expected amount (0 to 2^53 - 1), got integer 11529",
    ],
    ["not a number", change(6, [[10, 0, Number.NaN]]), "update.multipleUnitUsage[0].usedUnit: "],
    [
      "a group cut short",
      change(6, [[10]]),
      "update.multipleUnitUsage[0].requestedUnit: expected amount (0 to 2^53 - 1), got nothing",
    ],
    [
      "a group too long",
      change(6, [[10, 0, 5, [], 1]]),
      "update.multipleUnitUsage[0]: 5 fields, at most 4 are known",
    ],
    [
      "17 groups",
      change(6, new Array(17).fill([10, 0, 5])),
      "update.multipleUnitUsage: more than 16 elements (17)",
    ],
    [
      "groups that are no array",
      change(6, 7),
      "update.multipleUnitUsage: expected an array, got 7",
    ],
    ["a field too many", [...update, false, false, 1], "update: 9 fields, at most 8 are known"],
    [
      "fields missing",
      update.slice(0, 4),
      "update.subscriberIdentifier: expected identifier (1 to 128 of ASCII 0x21",
    ],
  ])("refuses %s and names the field", (_, wire, detail) => {
    const { correlation, refusal: refused } = readRequest(wire);
    expect(correlation).toBe(9);
    expect(refused?.code).toBe("INVALID_VALUE");
    expect(refused?.detail.startsWith(detail), refused?.detail).toBe(true);
  });

  test("reads minus zero as zero", () => {
    const { request } = readRequest([6, 1, "r-1", "a-1", "main", -0]);
    expect(Object.is((request as RequestOf<"topUp">).amount, 0)).toBe(true);
  });
});

describe("a client", () => {
  test("writes what a server reads", () => {
    const message = requestMessage("topUp", 77, topUp);
    expect(message).toEqual([6, 77, "r-1", "a-1", "main", 5_000_000, null, null]);
    expect(readRequest(message)).toMatchObject({
      operation: "topUp",
      correlation: 77,
      request: topUp,
    });
  });

  test("reads an answer with its names", () => {
    const answer = { remaining: 7, reserved: 3 };
    expect(answerMessage("topUp", 77, answer)).toEqual([70, 77, 7, 3, null, null]);
    expect(readServerMessage([70, 77, 7, 3])).toEqual({
      kind: "answer",
      operation: "topUp",
      correlation: 77,
      answer: { ...answer, validUntil: 0, bonuses: [] },
    });
  });

  test("reads a refusal", () => {
    const refused = refusal("TOO_BUSY", "4,096 in flight", 50);
    expect(refusalMessage(77, refused)).toEqual([64, 77, 3004, "4,096 in flight", 50]);
    expect(readServerMessage(refusalMessage(77, refused))).toEqual({
      kind: "refusal",
      correlation: 77,
      refusal: refused,
    });
  });

  test("takes the result code of a newer server for a refusal that is final", () => {
    expect(readServerMessage([64, 77, 7999, "what is new", 0])).toMatchObject({
      kind: "refusal",
      refusal: { code: "UNABLE_TO_COMPLY", detail: expect.stringMatching(/7999.*what is new/) },
    });
  });

  test("reads a notice", () => {
    expect(readServerMessage(noticeMessage("SHUTTING_DOWN", "draining"))).toEqual({
      kind: "notice",
      correlation: 0,
      notice: { resultCode: 7005, detail: "draining" },
    });
  });

  test("leaves out fields that a newer server adds, at every depth", () => {
    const grant = [10, 2001, 5, 3600, false, 1, 0, 0, null];
    const known = readServerMessage([66, 9, 12, [grant]]);
    expect(known.kind).toBe("answer");
    expect(readServerMessage([66, 9, 12, [[...grant, "new"]], "new"])).toEqual(known);
  });

  test.each<[string, unknown]>([
    ["nil", null],
    ["an array without numbers", ["a"]],
    ["an unknown number", [127, 9]],
    ["a request", update],
    ["an answer with a wrong field", [70, 9, 0, -1]],
    ["a notice without fields", [128, 0]],
    ["a refusal without fields", [64, 9]],
  ])("cannot read %s and says so", (_, wire) => {
    expect(readServerMessage(wire).kind).toBe("unreadable");
  });
});

test("a detail is cut to its length and stays well-formed, so that it can be read", () => {
  const detail = `${"x".repeat(999)}😀 and more`;
  const frame = encodeFrame([refusalMessage(1, refusal("INVALID_VALUE", detail))]);
  const result = decodeFrame(frame);
  const message = readServerMessage(result.isOk ? result.value[0] : undefined);
  expect(message).toMatchObject({ refusal: { detail: `${"x".repeat(999)}\ufffd` } });
});
