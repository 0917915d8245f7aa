// How an explanation is put into words, where no story of a real engine tells it.

import { expect, test } from "vitest";
import { resultCodes } from "../protocol/result-codes.ts";
import { describe } from "./describe.ts";
import type { Explanation } from "./explanation.ts";

const topUp: Explanation = {
  ...{ journalId: "1-0", index: 0, accountId: "anna", what: "topUp", id: "t", sequence: 0 },
  ...{ at: 1_003, eventTimestamp: 1_000, subscriber: "account-anna", profileVersion: 1 },
  ...{ tariffVersion: 0, currency: "EUR", code: resultCodes.SUCCESS.number, costMicros: 0 },
  ...{ dues: [], uses: [], balances: [], rulesHit: [], problems: [] },
};

test("a movement of money is done, and nothing is said to be charged", () => {
  const text = describe(topUp).map((line) => line.text);
  expect(text.join("\n")).toMatch(/^topUp t\naccount anna; .* in UTC, done 3 ms later\n/);
});
