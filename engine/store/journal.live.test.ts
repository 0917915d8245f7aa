// The journal of a real Redis, read back: what happened stands in it, what was refused or repeated
// does not, and no cut of an entry is ever taken for a whole one.

import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { emptyRedisOfFile, engineOfTest } from "../../scripts/testing/redis-of-file.ts";
import { type JournalEntry, journalStart } from "../cdr/journal-entry.ts";
import type { JournalRecord } from "../cdr/journal-record.ts";
import { limits } from "../limits.ts";
import type { DirectEngine } from "../simulation/direct-engine.ts";
import {
  accountRequest,
  event,
  sessionMessage,
  tariffDocument,
  topUp,
  traffic,
} from "../simulation/small-operator.ts";
import { readEntry, readPage } from "./journal.ts";

const at = Date.parse("2027-01-01T00:00:00Z");
const clock = { now: at };

const redis = emptyRedisOfFile();
let engine: DirectEngine;
beforeEach(async () => {
  clock.now = at;
  engine = await engineOfTest(redis, clock);
  await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
});

const readAll = async (): Promise<JournalEntry[]> => {
  const entries: JournalEntry[] = [];
  for (let after = journalStart; ; ) {
    const page = await readPage(engine.store, 0, { after, until: "+" });
    if (page.length === 0) return entries;
    entries.push(...page);
    after = page.at(-1)!.journalId;
  }
};
const recordsOf = (entries: readonly JournalEntry[]): JournalRecord[] =>
  entries.flatMap((entry) => {
    const records = readEntry(0, entry);
    if (!records.isOk) throw new Error(records.error);
    return records.value;
  });

const session = (
  operation: "initiate" | "update" | "terminate",
  sequence: number,
  ...usage: { ratingGroup: number; usedUnit: number | null }[]
) => sessionMessage(operation, "anna", { sessionId: "s", sequence, at: clock.now }, usage);

test("tells what happened: profile, top-up, session, with balances before and after", async () => {
  await engine.handle([{ operation: "putAccount", request: accountRequest("anna") }]);
  await engine.handle([topUp("anna", "t", "data", 15_000_000)]);
  await engine.handle([topUp("anna", "u", "main", 50_000)]);
  await engine.handle([session("initiate", 0, { ratingGroup: 10, usedUnit: null })]);
  await engine.handle([session("update", 1, { ratingGroup: 10, usedUnit: 20_000_001 })]);
  const [, ...entries] = await readAll();
  const [put, first, , opened, updated] = recordsOf(entries);
  expect(put).toMatchObject({ verb: "putAccount", accountId: "anna", at, profile: { version: 1 } });
  expect(first).toMatchObject({
    journalId: entries[1]?.journalId,
    at,
    accountId: "anna",
    verb: "topUp",
    id: "t",
    amount: 15_000_000,
    cost: 0,
    usage: [],
    changes: [
      {
        slot: 0,
        remainingBefore: 0,
        reservedBefore: 0,
        remainingAfter: 15_000_000,
        reservedAfter: 0,
        credited: 15_000_000,
        debited: 0,
      },
    ],
  });
  expect(opened).toMatchObject({
    verb: "initiate",
    id: "s",
    sequence: 0,
    tariffVersion: 1,
    cost: 0,
    usage: [{ ratingGroup: 10, used: 0, overrun: 0, granted: 10_000_000, code: 2001 }],
    changes: [{ slot: 0, remainingAfter: 5_000_000, reservedAfter: 10_000_000, debited: 0 }],
  });
  // 15 MB of the allowance, 5 MB for the 50,000 micros there are, 1 octet for nothing.
  expect(updated).toMatchObject({
    verb: "update",
    sequence: 1,
    cost: 50_000,
    usage: [{ ratingGroup: 10, used: 20_000_001, overrun: 1, granted: 0, code: 4012 }],
    changes: [
      { slot: 0, remainingBefore: 5_000_000, reservedBefore: 10_000_000, debited: 15_000_000 },
      { slot: 2, remainingBefore: 50_000, remainingAfter: 0, debited: 50_000 },
    ],
  });
});

test("tells of events, ends, and sessions that were closed by the sweep", async () => {
  await engine.handle([{ operation: "putAccount", request: accountRequest("anna") }]);
  await engine.handle([topUp("anna", "t", "main", 1_000_000)]);
  await engine.handle([event("anna", "e", at, [{ ratingGroup: 200, usedUnit: 3 }])]);
  await engine.handle([session("initiate", 0, { ratingGroup: 10, usedUnit: null })]);
  await engine.handle([session("terminate", 1, { ratingGroup: 10, usedUnit: 1_000_000 })]);
  await engine.handle([
    sessionMessage("initiate", "anna", { sessionId: "left", sequence: 0, at }, [
      { ratingGroup: 10, usedUnit: null },
    ]),
  ]);
  clock.now += 3_600_000;
  await engine.sweep();
  const records = recordsOf(await readAll());
  expect(records.slice(2).map((record) => [record.verb, "id" in record && record.id])).toEqual([
    ["event", "e"],
    ["initiate", "s"],
    ["terminate", "s"],
    ["initiate", "left"],
    ["expire", "left"],
  ]);
  expect(records[2]).toMatchObject({
    cost: 270_000,
    usage: [{ ratingGroup: 200, used: 3, overrun: 0, granted: 0, code: 2001 }],
  });
  expect(records[4]).toMatchObject({
    cost: 10_000,
    changes: [{ slot: 2, reservedBefore: 100_000, reservedAfter: 0, debited: 10_000 }],
  });
  expect(records[6]).toMatchObject({
    at: clock.now,
    accountId: "anna",
    changes: [{ slot: 2, reservedBefore: 100_000, reservedAfter: 0, credited: 0, debited: 0 }],
  });
});

test("what was refused, repeated or asked is no record, also beside what happened", async () => {
  await engine.handle([{ operation: "putAccount", request: accountRequest("anna") }]);
  await engine.handle([{ operation: "putAccount", request: accountRequest("anna") }]);
  // Free of charge and of holds: all that tells these from repeats is what the journal says.
  const opened = session("initiate", 0);
  const used = event("anna", "e", at, []);
  await engine.handle([opened, used, opened, used, session("update", 7)]);
  await engine.handle([
    opened,
    used,
    topUp("anna", "t", "main", 1),
    { operation: "queryBalance", request: { subscriberIdentifier: "msisdn-anna" } },
    event("anna", "f", at, [{ ratingGroup: 200, usedUnit: 99 }]),
  ]);
  const records = recordsOf(await readAll());
  expect(records.map((record) => [record.verb, "id" in record && record.id])).toEqual([
    ["putAccount", false],
    ["initiate", "s"],
    ["event", "e"],
    ["topUp", "t"],
  ]);
});

test("reads page by page, each entry once and in order, between two entries", async () => {
  await engine.handle([{ operation: "putAccount", request: accountRequest("anna") }]);
  const count = 2 * limits.journalPageEntriesMax + 7;
  for (let i = 1; i < count; i++) await engine.handle([topUp("anna", `t${i}`, "data", i)]);
  const [, ...entries] = await readAll();
  expect(entries).toHaveLength(count);
  const amounts = recordsOf(entries).map((record) => (record.verb === "topUp" ? record.amount : 0));
  expect(amounts).toEqual(Array.from({ length: count }, (_, i) => i));
  const after = entries[3]!.journalId;
  const part = await readPage(engine.store, 0, { after, until: entries[5]!.journalId });
  expect(part.map(({ journalId }) => journalId)).toEqual(
    entries.slice(4, 6).map(({ journalId }) => journalId),
  );
  expect(await readPage(engine.store, 0, { after: entries.at(-1)!.journalId, until: "+" })).toEqual(
    [],
  );
});

test("no cut of an entry is taken for a whole one, and no octets make it throw", async () => {
  for (const tick of traffic(["anna", "bruno"], at)) await engine.handle(tick);
  clock.now += 24 * 3_600_000;
  await engine.sweep();
  const all = await readAll();
  const kindOf = ({ fields }: JournalEntry) => String(fields[0]);
  expect(new Set(all.map(kindOf))).toEqual(new Set(["t", "p", "q", "x", "r"]));
  // Of texts (a tariff, what was turned over) any beginning is one as well.
  const entries = all.filter((one) => ["p", "q", "x"].includes(kindOf(one)));
  const entry = fc.constantFrom(...entries);
  const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
  fc.assert(
    fc.property(entry, fc.nat(), fc.nat(), ({ journalId, fields }, which, cut) => {
      // Of the time, an account id and a version in text any beginning is one as well.
      const values = fields.flatMap((name, index) => {
        const isText = ["t", "k"].includes(String(name)) && String(fields[0]) !== "q";
        return index % 2 === 0 && !isText ? [index + 1] : [];
      });
      const index = values[which % values.length]!;
      const whole = fields[index]!;
      const part = whole.subarray(0, cut % whole.length);
      const outcome = readEntry(0, { journalId, fields: fields.with(index, part) });
      expect(outcome.isOk).toBe(false);
      if (!outcome.isOk) expect(outcome.error).toContain(`shard 0, entry ${journalId}: `);
    }),
    { seed, numRuns: 2_000 },
  );
  fc.assert(
    fc.property(
      entry,
      fc.nat(),
      fc.nat(),
      fc.nat(255),
      ({ journalId, fields }, which, place, by) => {
        const index = 1 + 2 * (which % (fields.length / 2));
        const changed = Buffer.from(fields[index]!);
        changed[place % changed.length]! ^= by;
        readEntry(0, { journalId, fields: fields.with(index, changed) });
      },
    ),
    { seed, numRuns: 3_000 },
  );
});

test.each([
  [["z", "1"], 'an entry that begins with field "z" is of no known kind'],
  [[], 'an entry that begins with field "undefined" is of no known kind'],
  [["q", "1", "a", "2"], "fields q,k,s,a were expected, these are q,a"],
  [["p", "1", "k", "2", "t", "3", "u", "4"], "fields p,k,t were expected, these are p,k,t,u"],
  [["x", "\u0005\u0000\u0000", "t", "1"], "closed sessions of version 5, known is 4"],
  [["x", "\u0001\u0000\u0000", "t", ""], "its time is no number"],
  [["x", "\u0001\u0000\u0000", "t", "soon"], "its time is no number"],
])("%j: %s", (fields, reason) => {
  const entry = { journalId: "7-0", fields: fields.map((field) => Buffer.from(field, "latin1")) };
  const error = `journal of shard 0, entry 7-0: ${reason}`;
  expect(readEntry(0, entry)).toEqual({ isOk: false, error });
});
