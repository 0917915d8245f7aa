// The engine's own script and code, from the account to the batch: a packed string an account, one
// binary argument for the whole batch. Beyond what the candidates do it follows burn plans over
// several buckets with prices, keeps answers for repeats and conflicts, records every change in the
// journal as before and after, and serves any mixture of operations.

import type { Redis } from "ioredis";
import { readReply } from "../../engine/cdr/batch-reply.ts";
import { limits } from "../../engine/limits.ts";
import type { CheckedRequestOf } from "../../engine/protocol/operations.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import { readAccountValue } from "../../engine/store/account-value.ts";
import { batchBytesMax } from "../../engine/store/batch-bytes-max.ts";
import { createBatchWriter } from "../../engine/store/batch-writer.ts";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { encodeCommand } from "../../engine/store/encode-command.ts";
import { keys } from "../../engine/store/keys.ts";
import type { AccountEntry } from "../../engine/store/profiles.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import { putAccount } from "../../engine/store/put-account.ts";
import { library } from "../../engine/store/scripts.ts";
import { machineStopwatch } from "../../engine/store/stopwatch.ts";
import type { Task } from "../../engine/store/task.ts";
import { benchAccount } from "../client/accounts.ts";
import { accountEntry, tariffs, taskFor } from "../micro/fixture.ts";
import type { Layout } from "./layout.ts";
import { accountIdAt, credited, groupOf, groups, sessionIdAt, type Update } from "./workload.ts";

const perBatch = limits.batchOperationsMax;
const openedAt = Date.now();
const catalogue = tariffs();
const write = createBatchWriter(0);
const into = Buffer.allocUnsafeSlow(batchBytesMax);
const entries: AccountEntry[] = [];
const success = resultCodes.SUCCESS.number;

const requestOf = (account: number): CheckedRequestOf<"putAccount"> => ({
  ...benchAccount(account),
  accountId: accountIdAt(account),
});

/** Opens, credits and uses every account as the engine would. */
const prepare = async (redis: Redis, accounts: number): Promise<void> => {
  const { host = "", port = 0 } = redis.options;
  const url = `redis://${host}:${port}`;
  const store = await openStore({ url, isCluster: false, onError: () => undefined });
  await store.load();
  const profiles = createProfiles(store, 1);
  const context = { store, profiles, shards: 1, now: Date.now, stopwatch: machineStopwatch };
  entries.length = 0;
  for (let first = 0; first < accounts; first += perBatch) {
    const numbers = Array.from(
      { length: Math.min(perBatch, accounts - first) },
      (_, index) => first + index,
    );
    const outcomes = await Promise.all(
      numbers.map((number) => putAccount(context, requestOf(number))),
    );
    if (outcomes.some((outcome) => !outcome.isOk)) throw new Error("an account was refused");
    for (const number of numbers) entries[number] = accountEntry(requestOf(number));
    for (const bucket of [0, 1])
      await apply(
        store,
        numbers.map((number) => topUp(number, bucket)),
      );
    for (const session of groups.keys()) {
      await apply(
        store,
        numbers.map((number) => initiate(number, session)),
      );
    }
  }
  await store.close();
};

const entryAt = (account: number): AccountEntry => entries[account] as AccountEntry;

const topUp = (account: number, slot: number): Task => {
  const { accountId, buckets } = entryAt(account).profile;
  const bucketId = buckets[slot]?.bucketId ?? "";
  const request = { requestId: `${accountId}-${slot}`, accountId, bucketId, amount: credited };
  return taskFor(entryAt(account), "topUp", request, openedAt);
};

const initiate = (account: number, session: number): Task =>
  taskFor(
    entryAt(account),
    "initiate",
    {
      ...sessionFields(account, session),
      sequence: 0,
      multipleUnitUsage: (groups[session] ?? []).map(({ ratingGroup, quota }) => ({
        ratingGroup,
        requestedUnit: quota,
        usedUnit: null,
      })),
    },
    openedAt,
  );

export const updateTask = (one: Update): Task => {
  const { account, session, sequence, used } = one;
  const { ratingGroup, quota } = groupOf(one);
  const usage = { ratingGroup, requestedUnit: quota, usedUnit: used };
  const request = {
    ...sessionFields(account, session),
    sequence,
    multipleUnitUsage: [usage],
  };
  return taskFor(entryAt(account), "update", request, openedAt);
};

const sessionFields = (account: number, session: number) => ({
  sessionId: sessionIdAt(account, session),
  subscriberIdentifier: entryAt(account).profile.subscriberIdentifiers[0] ?? "",
  eventTimestamp: openedAt,
  serviceInformation: null,
});

const apply = async (store: Store, tasks: readonly Task[]): Promise<void> => {
  const batch = write(tasks, { tariffs: catalogue, now: openedAt, into });
  const args = [batch.bytes, batch.accountIds, batch.said, ...batch.lookups];
  check((await store.run("apply-batch", batch.keys, args)) as Buffer);
};

const check = (reply: Buffer): void => {
  for (const { code, changes } of readReply(reply)) {
    if (code !== success || changes.length === 0) throw new Error(`an operation of code ${code}`);
  }
};

export const current: Layout = {
  name: "the engine's own script: the last one with all that it does",
  updatesPerCall: perBatch,
  inFlight: limits.batchesInFlightPerShardMax,
  prepare,
  check,
  encode: (updates) => {
    const batch = write(updates.map(updateTask), { tariffs: catalogue, now: openedAt, into });
    return encodeCommand([
      "FCALL",
      library.functions["apply-batch"],
      batch.keys.length,
      ...batch.keys,
      batch.bytes,
      batch.accountIds,
      batch.said,
    ]);
  },
  keysOf: (account) => [keys.account(0, accountIdAt(account))],
  read: async (redis, account) => {
    const value = await redis.getBuffer(keys.account(0, accountIdAt(account)));
    if (value === null) throw new Error(`account ${account} is missing`);
    const { buckets, counters } = readAccountValue(value);
    const [{ remaining, reserved } = { remaining: 0, reserved: 0 }] = buckets;
    return { remaining, reserved, counter: counters[0]?.value ?? 0 };
  },
};
