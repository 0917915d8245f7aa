// How an explanation is put into words, where no story of a real engine tells it.

import { expect, test } from "vitest";
import { resultCodes } from "../protocol/result-codes.ts";
import { describe } from "./describe.ts";
import type { Explanation, MovementExplained } from "./explanation.ts";

const topUp: Explanation = {
  ...{ journalId: "1-0", index: 0, accountId: "anna", what: "topUp", id: "t", sequence: 0 },
  ...{ at: 1_003, eventTimestamp: 1_000, subscriber: "account-anna", profileVersion: 1 },
  ...{ tariffVersion: 0, currency: "EUR", code: resultCodes.SUCCESS.number, costMicros: 0 },
  ...{
    movement: undefined,
    refund: undefined,
    dues: [],
    uses: [],
    balances: [],
    rulesHit: [],
    problems: [],
  },
};

test("a movement of money is done, and nothing is said to be charged", () => {
  const text = describe(topUp).map((line) => line.text);
  expect(text.join("\n")).toMatch(/^topUp t\naccount anna; .* in UTC, done 3 ms later\n/);
});

const main = { id: "main", unit: "money", currency: "EUR" } as const;
const linesOf = (movement: MovementExplained) =>
  describe({ ...topUp, movement }).flatMap(({ topic, text }) => (topic === "movement" ? text : []));

test("a transfer tells its fee, where it goes, and why it came back", () => {
  const sum = { bucket: main, amount: 5_000_000, fee: 100_000 };
  const to = { accountId: "poor", bucketId: "cash" };
  expect(linesOf({ kind: "begin", what: "transfer", ...sum, to })).toEqual([
    "transfer of 5.00 EUR from main to bucket cash of account poor; its fee is 0.10 EUR",
  ]);
  const code = resultCodes.BUCKET_EXPIRED.number;
  expect(linesOf({ kind: "returned", ...sum, code })).toEqual([
    "5.10 EUR came back to main",
    `the transfer could not arrive: ${code} BUCKET_EXPIRED: ${resultCodes.BUCKET_EXPIRED.meaning}`,
  ]);
  const from = { accountId: "rich", bucketId: "main", requestId: "t-1" };
  expect(linesOf({ kind: "arrival", what: "gift", ...sum, from, code })).toEqual([
    "gift of 5.00 EUR from bucket main of account rich to main, there t-1",
    `it did not arrive: ${code} BUCKET_EXPIRED: ${resultCodes.BUCKET_EXPIRED.meaning}`,
  ]);
});

test("a top-up tells by how much it and its bonus move the end of a validity", () => {
  const credited = { bucket: main, amount: 1_000_000, extendsValiditySeconds: 86_400 };
  const data = { id: "data", unit: "octets", currency: "EUR", amount: 1_048_576 } as const;
  const rule = { publication: 7, tariffId: "talk", ruleId: "more", extendsValiditySeconds: 60 };
  const bonuses = [
    { ...data, ...rule },
    { ...data, ...rule, tariffId: "", ruleId: "" },
  ];
  expect(linesOf({ kind: "topUp", ...credited, reason: "", bonuses })).toEqual([
    "1.00 EUR to main, which lasts 86,400 s longer",
    "besides 1 MiB to data, which lasts 60 s longer, by bonus rule more of talk, publication 7",
    "besides 1 MiB to data, which lasts 60 s longer, by a bonus rule, publication 7",
  ]);
});
