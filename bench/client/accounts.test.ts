// What is measured is what the targets speak of.

import { expect, test } from "vitest";
import { readRequest, requestMessage } from "../../engine/protocol/messages.ts";
import { benchAccount, benchTopUps } from "./accounts.ts";

test("an account has four buckets, three counters and two identifiers", () => {
  const account = benchAccount(12);
  expect(account.buckets.map(({ unit }) => unit)).toEqual([
    "octets",
    "seconds",
    "messages",
    "money",
  ]);
  expect(account.counters).toHaveLength(3);
  expect(account.subscriberIdentifiers).toEqual(["msisdn-4915100000012", "imsi-262010000000012"]);
  expect(readRequest(requestMessage("putAccount", 1, account)).refusal).toBeUndefined();
});

test("every bucket is credited once, under a key of its own", () => {
  const topUps = benchTopUps(12);
  expect(topUps.map(({ bucketId }) => bucketId)).toEqual(["data", "minutes", "messages", "main"]);
  expect(new Set(topUps.map(({ requestId }) => requestId)).size).toBe(4);
});
