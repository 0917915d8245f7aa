// Numbers are append-only: one that was ever given out means the same for ever. The lists here only
// grow; a line in them is never changed or removed.

import { expect, test } from "vitest";
import { closeCodes } from "./close-codes.ts";
import { notices, operations } from "./operations.ts";
import { resultCodes } from "./result-codes.ts";

const numbersOf = (table: Readonly<Record<string, { readonly number: number }>>) =>
  Object.fromEntries(Object.entries(table).map(([name, { number }]) => [name, number]));

test.each(Object.entries({ operations, notices, resultCodes, closeCodes }))(
  "no number of %s is given twice",
  (_, table) => {
    const numbers = Object.values(numbersOf(table));
    expect(new Set(numbers).size).toBe(numbers.length);
  },
);

test("operations keep their numbers", () => {
  expect(numbersOf({ ...operations, ...notices })).toMatchObject({
    initiate: 1,
    update: 2,
    terminate: 3,
    event: 4,
    queryBalance: 5,
    topUp: 6,
    putAccount: 7,
    publishTariff: 8,
    putRateDeckPart: 9,
    publishRateDeck: 10,
    acknowledgeNotice: 16,
    requestNotice: 17,
    settleTransfer: 18,
    settleDues: 19,
    explain: 15,
    notice: 128,
    reauthorize: 129,
    abort: 130,
  });
});

test("close codes keep their numbers", () => {
  expect(numbersOf(closeCodes)).toMatchObject({
    NORMAL: 1000,
    GOING_AWAY: 1001,
    TEXT_FRAME: 1003,
    POLICY: 1008,
    TOO_BIG: 1009,
    FAULT: 1011,
    GARBAGE: 4001,
    TOO_SLOW: 4002,
    TOO_FAST: 4003,
  });
});

test("result codes keep their numbers", () => {
  expect(numbersOf(resultCodes)).toMatchObject({
    SUCCESS: 2001,
    TOO_BUSY: 3004,
    END_USER_SERVICE_DENIED: 4010,
    CREDIT_LIMIT_REACHED: 4012,
    UNKNOWN_SESSION_ID: 5002,
    AUTHORIZATION_REJECTED: 5003,
    INVALID_VALUE: 5004,
    UNABLE_TO_COMPLY: 5012,
    USER_UNKNOWN: 5030,
    RATING_FAILED: 5031,
    REQUEST_CONFLICT: 7001,
    SEQUENCE_GAP: 7002,
    SEQUENCE_PASSED: 7003,
    OUTCOME_UNKNOWN: 7004,
    SHUTTING_DOWN: 7005,
    TOO_MANY_SESSIONS: 7006,
    UNKNOWN_BUCKET: 7007,
    BUCKET_NOT_EMPTY: 7008,
    IDENTIFIER_TAKEN: 7009,
    AMOUNT_TOO_LARGE: 7010,
    TARIFF_INVALID: 7011,
    STORE_UNAVAILABLE: 7012,
    STORE_FULL: 7013,
    UNREACHABLE: 7014,
    EVENT_TOO_OLD: 7015,
    RATE_DECK_INVALID: 7020,
    TRANSFER_UNKNOWN: 7032,
    TRANSFER_TAKEN_BACK: 7033,
    MALFORMED_FRAME: 7100,
    FRAME_TOO_LARGE: 7101,
    FRAME_TOO_DEEP: 7102,
    TYPE_NOT_ALLOWED: 7103,
    UNKNOWN_OPERATION: 7104,
    MALFORMED_MESSAGE: 7105,
  });
});
