// A journal in which a single bit was changed: either it is said that something does not follow,
// or nothing that was explained depends on that bit.

import { afterAll, beforeAll, expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { type JournalEntry, journalStart } from "../cdr/journal-entry.ts";
import { type DirectEngine, openDirectEngine } from "../simulation/direct-engine.ts";
import {
  accountRequest,
  sessionMessage,
  tariffDocument,
  topUp,
} from "../simulation/small-operator.ts";
import { readPage } from "../store/journal.ts";
import { type AccountRecord, readAccountEntry } from "../store/journal-account.ts";
import { openTariffs, type Tariffs } from "../store/tariffs.ts";
import { ok } from "../values/result.ts";
import { explainRecord } from "./explain-record.ts";
import type { Explanation } from "./explanation.ts";

const at = Date.parse("2027-01-01T00:00:00Z");

const redis = redisOfFile();
let engine: DirectEngine;
let tariffs: Tariffs;
let entries: readonly JournalEntry[];

beforeAll(async () => {
  engine = await openDirectEngine({ redisUrl: redis.url, now: () => at });
  const message = (sequence: number, usedUnit: number | null) =>
    sessionMessage(
      sequence === 0 ? "initiate" : "update",
      "anna",
      { sessionId: "s", sequence, at },
      [{ ratingGroup: 10, usedUnit }],
    );
  for (const request of [
    { operation: "publishTariff", request: { document: tariffDocument } } as const,
    { operation: "putAccount", request: accountRequest("anna") } as const,
    topUp("anna", "t1", "data", 15_000_000),
    topUp("anna", "t2", "main", 5_000_000),
    message(0, null),
    message(1, 9_000_000),
    message(2, 9_500_000),
  ]) {
    await engine.handle([request]);
  }
  entries = await readPage(engine.store, 0, { after: journalStart, until: "+" });
  tariffs = await openTariffs({ ...engine.store, subscribe: async () => undefined });
});
afterAll(() => engine.close());

const explain = async (last: JournalEntry) => {
  const records: AccountRecord[] = [];
  for (const entry of [...entries.slice(0, -1), last]) {
    const read = readAccountEntry(0, "anna", entry);
    if (!read.isOk) return undefined;
    records.push(...read.value);
  }
  const page = { records: records.toReversed(), entries: entries.length, next: undefined };
  const explained = await explainRecord(
    {
      readPage: async () => ok(page),
      readProfile: async () => undefined,
      catalogue: tariffs.catalogue(),
      reach: tariffs.reach,
      entriesMax: 1_000,
      onProgress: () => undefined,
      pause: async () => undefined,
    },
    { accountId: "anna", journalId: last.journalId, index: 0 },
  );
  return explained.isOk ? explained.value : undefined;
};

/** All that money and units are told of. */
const amountsOf = ({ balances, code, costMicros, uses }: Explanation) => ({
  ...{ balances, code, costMicros },
  uses: uses.map(({ charge, grant, ratingGroup, tariff }) => ({
    ...{ charge, grant, ratingGroup },
    price: [tariff?.publication, tariff?.chosen?.priceId],
  })),
});

const forge = (entry: JournalEntry, field: number, octet: number, bit: number): JournalEntry => {
  const fields = entry.fields.map((value) => Buffer.from(value));
  fields[field]![octet]! ^= 1 << bit;
  return { ...entry, fields };
};

/** Places of a field's value: the batch, the account, what was said, and what Lua answered. */
const values = [1, 3, 5, 7] as const;
const answered = 7;

test("the journal as it is explains itself", async () => {
  const explained = await explain(entries.at(-1)!);
  expect(explained?.problems).toEqual([]);
  expect(explained?.costMicros).toBeGreaterThan(0);
});

test.each(values)("one bit of field %i makes a problem or no difference", async (field) => {
  const last = entries.at(-1)!;
  const truth = amountsOf((await explain(last))!);
  const { length } = last.fields[field]!;
  let told = 0;
  for (let octet = 0; octet < length; octet++) {
    for (let bit = 0; bit < 8; bit++) {
      const explained = await explain(forge(last, field, octet, bit)).catch(() => undefined);
      const isTold = explained === undefined || explained.problems.length > 0;
      if (isTold) told++;
      else expect(amountsOf(explained), `octet ${octet}, bit ${bit}`).toEqual(truth);
    }
  }
  // Everything that Lua answered is told by itself.
  if (field === answered) expect(told).toBe(8 * length);
  expect(told).toBeGreaterThan(0);
});
