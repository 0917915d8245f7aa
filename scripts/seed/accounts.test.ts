// The demo operator as the engine will see it.

import { expect, test } from "vitest";
import { limits } from "../../engine/limits.ts";
import { readRequest, requestMessage } from "../../engine/protocol/messages.ts";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { demoAccounts, demoSubscribers } from "./accounts.ts";
import { tariffDocument } from "./operator.ts";

const accounts = demoAccounts(demoSubscribers);

test("a thousand subscribers, each on one account, by MSISDN and IMSI", () => {
  const identifiers = accounts.flatMap(({ account }) => account.subscriberIdentifiers);
  expect(identifiers.length).toBe(2_000);
  expect(new Set(identifiers).size).toBe(2_000);
  expect(identifiers.filter((one) => /^msisdn-49151\d{8}$/.test(one)).length).toBe(1_000);
  expect(identifiers.filter((one) => /^imsi-26201\d{10}$/.test(one)).length).toBe(1_000);
});

test("the same whenever it is asked for, also in part", () => {
  expect(demoAccounts(demoSubscribers)).toEqual(accounts);
  expect(accounts.slice(0, 10)).toEqual(demoAccounts(10));
});

test("every message passes the protocol's own checks", () => {
  for (const { account, topUps } of accounts) {
    expect(readRequest(requestMessage("putAccount", 1, account)).refusal).toBeUndefined();
    for (const topUp of topUps) {
      expect(readRequest(requestMessage("topUp", 1, topUp)).refusal).toBeUndefined();
    }
  }
});

test("every bucket is filled once, under a request id of its own", () => {
  const topUps = accounts.flatMap((account) => account.topUps);
  const buckets = accounts.flatMap(({ account }) => account.buckets);
  expect(topUps.length).toBe(buckets.length);
  expect(new Set(topUps.map(({ requestId }) => requestId)).size).toBe(topUps.length);
});

test("the tariff is valid and prices every rating group that a bucket names", () => {
  const tariff = parseTariff(tariffDocument());
  if (!tariff.isOk) throw new Error(tariff.error.join());
  expect(tariffDocument().length).toBeLessThan(limits.tariffDocumentLengthMax);
  for (const { account } of accounts) {
    for (const group of account.buckets.flatMap(({ ratingGroups }) => ratingGroups)) {
      expect(tariff.value.ratingGroups.has(group)).toBe(true);
    }
  }
});
