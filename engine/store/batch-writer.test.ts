// A batch as it is written, read by the journal's reader: what was asked stands in it, operation by
// operation, each plan once, each account once, and no batch outgrows its buffer.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf, publishedTariff } from "../../scripts/testing/published-tariff.ts";
import { companionsOf } from "../balance/companions.ts";
import { type Profile, plainBucket, plainCounter } from "../balance/profile.ts";
import { readBatchEntry } from "../cdr/journal-batch.ts";
import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import type { PublishedTariff, TariffCatalogue } from "../session/price-plan.ts";
import { batchBytesMax } from "./batch-bytes-max.ts";
import { createBatchWriter } from "./batch-writer.ts";
import { keys } from "./keys.ts";
import { type AccountEntry, newEntry } from "./profiles.ts";
import type { Task } from "./task.ts";

const now = Date.parse("2027-01-01T00:00:00Z");
const shard = 3;

const group = (ratingGroup: number, micros: number) => ({
  ratingGroup,
  unit: "octets",
  blockUnits: 10,
  blockPrice: decimalOf(micros),
  quotaUnits: 100,
  quotaUnitsMax: 1_000,
  validityTimeSeconds: 60,
});
const tariff = publishedTariff(1, 0, {
  ratingGroups: [group(10, 3), group(20, 3), group(30, 5)],
});
const tariffs: TariffCatalogue = new Map([["t", [tariff]]]);
const valid = { validFrom: 0, validUntil: now + 1_000_000_000 };

const entryOf = (accountId: string): AccountEntry => {
  const profile: Profile = {
    accountId,
    version: 7,
    currency: "EUR",
    timeZone: "UTC",
    subscriberIdentifiers: [],
    products: [{ productId: "p", tariffId: "t", ...valid }],
    buckets: [
      { bucketId: "data", unit: "octets", priority: 1, ...valid, ratingGroups: [], ...plainBucket },
      { bucketId: "main", unit: "money", priority: 1, ...valid, ratingGroups: [], ...plainBucket },
    ],
    counters: [
      { counterId: "octets", unit: "octets", ratingGroups: [], ...plainCounter },
      { counterId: "spent", unit: "money", ratingGroups: [10], ...plainCounter },
    ],
    rules: [],
  };
  const made = { plans: [], dues: { kept: undefined, names: undefined } };
  return newEntry(profile, made, shard, "");
};

const answerTo = { peer: 0, succeed: () => undefined, refuse: () => undefined };
const amounts = fc.oneof(fc.maxSafeNat(), fc.nat(100));
const ids = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 128 });
const usage = fc.uniqueArray(
  fc.record({
    ratingGroup: fc.constantFrom(10, 20, 30, 99),
    requestedUnit: fc.option(amounts),
    usedUnit: fc.option(amounts),
  }),
  { selector: ({ ratingGroup }) => ratingGroup, maxLength: 4 },
);
const operations = fc.constantFrom("initiate", "update", "terminate", "event", "topUp" as const);
const tasks = fc
  .record({
    operation: operations,
    account: fc.constantFrom("a", "b", "c"),
    id: ids,
    sequence: fc.nat(0xffff_ffff),
    fingerprint: fc.maxSafeNat(),
    usage,
    amount: amounts,
  })
  .map(({ account, amount, operation, ...rest }) => ({ account, amount, operation, rest }));
type Drawn = {
  readonly account: string;
  readonly amount: number;
  readonly operation: "initiate" | "update" | "terminate" | "event" | "topUp";
  readonly rest: Pick<Task, "id" | "sequence" | "fingerprint" | "usage">;
};

const taskOf = (entries: ReadonlyMap<string, AccountEntry>, drawn: Drawn): Task => {
  const { account, amount, operation, rest } = drawn;
  const isTopUp = operation === "topUp";
  return {
    ...rest,
    operation,
    correlation: 1,
    verb: verbs[operation],
    eventTimestamp: now,
    usage: isTopUp ? [] : rest.usage,
    serviceInformation: null,
    isTariffTimeChangeSupported: false,
    isAllOrNothing: false,
    refundedRequestId: "",
    movement: isTopUp
      ? { kind: "topUp", bucketId: "main", amount, extendsValiditySeconds: 0, reason: "" }
      : undefined,
    identifier: account,
    arrivedAt: 0,
    peer: 0,
    answerTo,
    account: entries.get(account)!,
    profile: undefined,
    tariffVersion: 1,
    staleRetries: 0,
    isOutcomeUnknown: false,
  };
};

const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

/** As Lua might answer: success with no change. */
const replyTo = ({ operation, usage: groups }: Task): Buffer => {
  const answer =
    operation === "event"
      ? double(0)
      : operation === "topUp"
        ? Buffer.alloc(24)
        : Buffer.concat([
            Buffer.alloc(34),
            Buffer.from([groups.length]),
            ...groups.map(({ ratingGroup }) => {
              const group = Buffer.alloc(36);
              group.writeUInt32LE(ratingGroup, 1);
              return group;
            }),
          ]);
  const head = Buffer.alloc(6);
  head.writeUInt16LE(2001, 0);
  head.writeUInt16LE(answer.length, 4);
  return Buffer.concat([head, answer]);
};

const write = createBatchWriter(shard);
const into = Buffer.alloc(batchBytesMax);

test("what was asked is what the journal reads", () => {
  fc.assert(
    fc.property(fc.array(tasks, { minLength: 1, maxLength: 64 }), (list) => {
      const entries = new Map(["a", "b", "c"].map((id) => [id, entryOf(id)]));
      const written = list.map((drawn) => taskOf(entries, drawn));
      const batch = write(written, { tariffs, now, into });
      const records = readBatchEntry("1-0", {
        batch: batch.bytes,
        accountIds: Buffer.from(batch.accountIds),
        said: batch.said,
        referred: undefined,
        reply: Buffer.concat(written.map(replyTo)),
      });
      expect(records.map(({ verb, id, accountId, at }) => [verb, id, accountId, at])).toEqual(
        written.map(({ operation, id, identifier }) => [operation, id, identifier, now]),
      );
      for (const [index, { sequence, amount, usage: read }] of records.entries()) {
        const { movement, ...task } = written[index]!;
        expect(sequence).toBe(task.sequence);
        expect(amount).toBe(movement?.kind === "topUp" ? movement.amount : 0);
        expect(read.map(({ ratingGroup, used }) => [ratingGroup, used])).toEqual(
          task.usage.map(({ ratingGroup, usedUnit }) => [ratingGroup, usedUnit ?? 0]),
        );
        for (const { ratingGroup, counters } of read) {
          const octets = { cell: 8, isMoney: false, period: 0 };
          const spent = { cell: 10, isMoney: true, period: 0 };
          const priced = ratingGroup === 10 ? [octets, spent] : [octets];
          expect(counters).toEqual(ratingGroup === 99 ? [] : priced);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("names each account once, and looks up what may have been answered before", () => {
  fc.assert(
    fc.property(fc.array(tasks, { minLength: 1, maxLength: 64 }), (list) => {
      const entries = new Map(["a", "b", "c"].map((id) => [id, entryOf(id)]));
      const batch = write(
        list.map((drawn) => taskOf(entries, drawn)),
        { tariffs, now, into },
      );
      const accounts = [...new Set(list.map(({ account }) => account))];
      expect(batch.accountIds).toBe(accounts.map((id) => `${id}\n`).join(""));
      expect(batch.keys.filter((key) => key.includes(":account:"))).toEqual(
        accounts.map((id) => keys.account(shard, id)),
      );
      const known = (kind: string, ...names: string[]) =>
        list
          .filter(({ operation }) => names.includes(operation))
          .map(({ account, operation, rest }) => {
            return `${account} ${operation === "event" ? "r" : kind} ${rest.id}`;
          });
      expect(batch.lookups).toEqual([...known("s", "initiate", "event"), ...known("t", "topUp")]);
      const opened = list.some(({ operation }) => operation === "initiate");
      expect(batch.keys.some((key) => key.includes(":deadlines:"))).toBe(opened);
    }),
    { numRuns: 300 },
  );
});

test("a plan that several share stands in the batch once", () => {
  const entries = new Map(["a", "b", "c"].map((id) => [id, entryOf(id)]));
  const update = (account: string, ...groups: number[]) =>
    taskOf(entries, {
      account,
      amount: 0,
      operation: "update",
      rest: {
        id: "s",
        sequence: 1,
        fingerprint: 1,
        usage: groups.map((ratingGroup) => ({ ratingGroup, requestedUnit: 0, usedUnit: 1 })),
      },
    });
  // 10 counts money, 20 does not, 30 has another price.
  const one = write([update("a", 20)], { tariffs, now, into }).bytes.length;
  const same = write([update("a", 20), update("b", 20)], { tariffs, now, into }).bytes.length;
  const other = write([update("a", 20), update("b", 30)], { tariffs, now, into }).bytes.length;
  const operation = 45 + 1 + 38;
  expect(same - one).toBe(operation);
  expect(other - one).toBeGreaterThan(operation);
});

test("the largest batch fits the buffer", () => {
  const slots = limits.bucketsPerAccountMax;
  const wide = (account: number): AccountEntry => {
    const entry = entryOf(`account-${account}`);
    const bucket = entry.profile.buckets[1]!;
    const counter = entry.profile.counters[0]!;
    const buckets = Array.from({ length: slots }, (_, i) => {
      const ownValiditySeconds = i < limits.ownValidityBucketsMax ? 60 : 0;
      return { ...bucket, bucketId: `b${i}`, ownValiditySeconds };
    });
    const five = [1, 2, 3, 4, 5].map((at) => ({ status: `s${at}`, reachedAt: at, leftAt: at }));
    const counters = Array.from({ length: limits.countersPerAccountMax }, (_, i) => {
      const isWatched = i < limits.watchNumbersPerAccountMax / (6 + 2 * five.length);
      return { ...counter, counterId: `c${i}`, thresholds: isWatched ? five : [] };
    });
    const rules = Array.from({ length: limits.rulesPerAccountMax }, (_, i) => ({
      ...{ ruleId: `r${i}`, mode: "enforcing" as const, windowSeconds: 60 },
      ...{ spendRate: { spentMax: i }, destinationShare: null },
      ...{ simultaneousSessions: null, impossibleTravel: null },
    }));
    const all = [...counters, ...companionsOf(buckets, counters, rules)];
    entry.profile = { ...entry.profile, buckets, counters: all, rules };
    return entry;
  };
  const groups = Array.from({ length: limits.ratingGroupsPerRequestMax }, (_, i) => i);
  const dear = (account: number): PublishedTariff =>
    publishedTariff(1, 0, {
      tariffId: `t${account}`,
      ratingGroups: groups.map((ratingGroup) => group(ratingGroup, 100 * account + ratingGroup)),
    });
  const count = limits.batchOperationsMax;
  const catalogue = new Map<string, PublishedTariff[]>();
  const largest = Array.from({ length: count }, (_, account) => {
    const entry = wide(account);
    const [product] = entry.profile.products;
    entry.profile = { ...entry.profile, products: [{ ...product!, tariffId: `t${account}` }] };
    catalogue.set(`t${account}`, [dear(account)]);
    return taskOf(new Map([["a", entry]]), {
      account: "a",
      amount: 0,
      operation: "update",
      rest: {
        id: "x".repeat(limits.identifierLengthMax),
        sequence: 1,
        fingerprint: 1,
        usage: groups.map((ratingGroup) => ({ ratingGroup, requestedUnit: 0, usedUnit: 1 })),
      },
    });
  });
  const { bytes } = write(largest, { tariffs: catalogue, now, into });
  expect(bytes.length).toBeLessThanOrEqual(batchBytesMax);
  // All of it but uses before a change, numbers of prices, which are by the block here, and dues.
  const entriesMax = count * limits.usageEntriesPerRequestMax;
  const priceNumbers = 8 * (7 + 4 * limits.priceStepsMax) * entriesMax;
  const dues = count * (2 + 8 * 7 * slots);
  const share = groups.length / limits.usageEntriesPerRequestMax;
  expect(bytes.length).toBeGreaterThan(0.9 * share * (batchBytesMax - priceNumbers - dues));
});
