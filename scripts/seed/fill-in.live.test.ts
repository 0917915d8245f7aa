// Filling in may be broken off anywhere: the next run completes it and credits nothing twice.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import type { AnswerOf } from "../../engine/protocol/operations.ts";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import {
  createTrialPlace,
  removeTrialPlace,
  startTrial,
  type TrialPlace,
  type TrialStart,
} from "../supervisor/trial-start.ts";
import { type DemoAccount, demoAccounts, demoSubscribers } from "./accounts.ts";
import { fillIn } from "./fill-in.ts";

let place: TrialPlace;
let start: TrialStart;
let client: Client;

beforeAll(async () => {
  place = await createTrialPlace();
  start = startTrial(place);
  await start.printed("Ctrl-C stops everything");
  const token = readFileSync(tokenFiles(dataFolderPaths(place.folder)).business, "utf8").trim();
  client = createClient({ endpoints: [`ws://127.0.0.1:${place.enginePort}`], token });
});
afterAll(async () => {
  await client?.close();
  start?.bootstrap.kill("SIGINT");
  await start?.exited;
  removeTrialPlace(place);
});

/** Accounts that `npm start` has not filled in. */
const accounts = demoAccounts(demoSubscribers + 100).slice(demoAccounts(demoSubscribers).length);

const fill = (stopping = new AbortController(), stopAfter = Number.POSITIVE_INFINITY) =>
  fillIn({
    client,
    accounts,
    stopping: stopping.signal,
    onProgress: (done) => {
      if (done >= stopAfter) stopping.abort();
    },
  });

const balanceOf = async ({ account }: DemoAccount): Promise<AnswerOf<"queryBalance">> => {
  const [subscriberIdentifier = ""] = account.subscriberIdentifiers;
  const balance = await client.queryBalance({ subscriberIdentifier });
  if (!balance.isOk) throw new Error(balance.error.code);
  return balance.value;
};

const expectFilledOnce = async (): Promise<void> => {
  for (const account of accounts) {
    const { buckets } = await balanceOf(account);
    const remaining = buckets.map(({ bucketId, remaining: amount }) => [bucketId, amount]);
    expect(remaining).toEqual(account.topUps.map(({ bucketId, amount }) => [bucketId, amount]));
  }
};

test("broken off, then completed, then found complete", async () => {
  expect(await client.putAccount(accounts[0]!.account)).toMatchObject({ isOk: true });
  await client.putAccount(accounts[1]!.account);
  await client.topUp(accounts[1]!.topUps[0]!);
  await fill(new AbortController(), 5);
  const completed = await fill();
  expect(completed).toMatchObject({ isOk: true });
  expect(completed.isOk && completed.value.filled + completed.value.found).toBe(accounts.length);
  await expectFilledOnce();
  expect(await fill()).toMatchObject({ isOk: true, value: { filled: 0, found: accounts.length } });
  await expectFilledOnce();
});

test("what a subscriber has used up is not filled again", async () => {
  const [account] = accounts;
  const network = createClient({
    endpoints: [`ws://127.0.0.1:${place.enginePort}`],
    token: readFileSync(tokenFiles(dataFolderPaths(place.folder)).network, "utf8").trim(),
  });
  const [subscriberIdentifier = ""] = account!.account.subscriberIdentifiers;
  const minutes = account!.topUps.find(({ bucketId }) => bucketId === "minutes")!.amount;
  const used = await network.event({
    requestId: "all-minutes",
    subscriberIdentifier,
    eventTimestamp: Date.now(),
    usedUnits: [{ ratingGroup: 100, usedUnit: minutes }],
    serviceInformation: null,
  });
  await network.close();
  expect(used).toMatchObject({ isOk: true, value: { cost: 0 } });
  expect(await fill()).toMatchObject({ isOk: true, value: { filled: 0 } });
  const left = (await balanceOf(account!)).buckets.find(({ bucketId }) => bucketId === "minutes");
  expect(left?.remaining).toBe(0);
});
