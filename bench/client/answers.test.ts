// The reader without objects says the same as the protocol's own codec.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  answerMessage,
  noticeMessage,
  refusalMessage,
  type WireMessage,
} from "../../engine/protocol/messages.ts";
import type { GivenAnswerOf } from "../../engine/protocol/operations.ts";
import { refusal, resultCodes } from "../../engine/protocol/result-codes.ts";
import { encodeFrame } from "../../engine/protocol/wire.ts";
import { type Answer, beginFrame, newAnswer, readAnswer } from "./answers.ts";

const readAll = (messages: readonly WireMessage[]): Answer[] => {
  const answer = newAnswer();
  const read: Answer[] = [];
  for (let left = beginFrame(Buffer.from(encodeFrame(messages))); left > 0; left--) {
    readAnswer(answer);
    read.push({ ...answer });
  }
  return read;
};

const success = resultCodes.SUCCESS.number;
const amount = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.maxSafeInteger().map((value) => Math.abs(value)),
);
const grant = fc.record({
  ratingGroup: fc.integer({ min: 0, max: 0xffff_ffff }),
  resultCode: fc.constantFrom(success, 4012, 5031),
  grantedUnit: amount,
  validityTime: fc.integer({ min: 0, max: 0xffff_ffff }),
  finalUnitIndication: fc.boolean(),
});
const answers = fc.array(
  fc.record({
    correlation: fc.integer({ min: 1, max: 0xffff_ffff }),
    answer: fc.record({
      cost: amount,
      multipleUnitInformation: fc.array(grant, { maxLength: 16 }),
    }),
  }),
  { maxLength: 100 },
);

test("reads any answers to updates, however their numbers are encoded", () => {
  fc.assert(
    fc.property(answers, (given) => {
      const messages = given.map(({ correlation, answer }) =>
        answerMessage("update", correlation, answer as GivenAnswerOf<"update">),
      );
      const expected = given.map(
        ({ correlation, answer: { multipleUnitInformation: grants } }) => ({
          correlation,
          isRefusal: false,
          resultCode:
            grants.find(({ resultCode }) => resultCode !== success)?.resultCode ?? success,
          grantedUnit: grants[0]?.grantedUnit ?? 0,
        }),
      );
      expect(readAll(messages)).toEqual(expected);
    }),
  );
});

test("tells refusals and notices from answers", () => {
  const busy = refusalMessage(7, refusal("TOO_BUSY", "x".repeat(900), 50));
  const notice = noticeMessage("SHUTTING_DOWN", "use another endpoint");
  expect(readAll([busy, notice])).toEqual([
    { correlation: 7, isRefusal: true, resultCode: 3004, grantedUnit: 0 },
    {
      correlation: 0,
      isRefusal: true,
      resultCode: resultCodes.SHUTTING_DOWN.number,
      grantedUnit: 0,
    },
  ]);
});

test("skips whatever a newer engine adds at the end of a message or a grant", () => {
  const newer = [-1, -200, -70_000, 1.5, null, true, "ü".repeat(40), "x".repeat(300), [[1], []]];
  const messages = [
    [66, 1, 0, [[10, success, 5, 60, false, ...newer]], ...newer],
    [66, 2, 0, [[10, success, 6, 60, true]]],
  ];
  expect(
    readAll(messages).map(({ correlation, grantedUnit }) => [correlation, grantedUnit]),
  ).toEqual([
    [1, 5],
    [2, 6],
  ]);
});

test("the answer of another operation is a defect of the run", () => {
  const other = answerMessage("topUp", 3, { remaining: 1, reserved: 0 });
  expect(() => readAll([other])).toThrow("message 70 is no answer to an update");
});
