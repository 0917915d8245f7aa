// Sealing and verifying in a real Postgres: every committed entry once, whoever seals and whatever
// is under way meanwhile; and each tampering that an owner of the database can do is found.

import fc from "fast-check";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type Change, systemActor } from "../context.ts";
import { type Database, openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { appendChanges } from "./append-changes.ts";
import { emptyHead, type Head, headText, readHead, sealEntries } from "./seal-entries.ts";
import { startSealing } from "./start-sealing.ts";
import { type Verification, verifySeals } from "./verify-seals.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
let database: Database;
beforeAll(() => {
  database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  return () => database.close();
});

/** As somebody with the owner's password could. */
const tamper = (statements: string) =>
  file.sql.plain(`
    BEGIN;
    ALTER TABLE audit_entries DISABLE TRIGGER USER;
    ALTER TABLE audit_seals DISABLE TRIGGER USER;
    ${statements};
    ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_append_only;
    ALTER TABLE audit_seals ENABLE ALWAYS TRIGGER audit_seals_append_only;
    COMMIT`);

beforeEach(async () => {
  await tamper("TRUNCATE audit_entries, audit_seals RESTART IDENTITY");
});

const stamp = { actor: systemActor("test"), now: 7, requestId: "r", reason: undefined };
const changeOf = (n: number): Change => ({
  ...{ entity: "individual", entityId: String(n), action: "create" },
  ...{ before: null, after: { n } },
});
const append = (...numbers: readonly number[]) =>
  database.transact((client) => appendChanges(client, stamp, numbers.map(changeOf)));
const verify = (changes: Partial<Verification> = {}) =>
  verifySeals({
    ...{ database, expected: undefined, onProgress: () => undefined },
    ...{ signal: new AbortController().signal, ...changes },
  });
const orderOfSeals = async (): Promise<string[]> => {
  const rows = await file.sql`
    SELECT entity_id FROM audit_seals JOIN audit_entries ON id = entry_id ORDER BY position`;
  return rows.map((row) => row["entity_id"]);
};

test("an empty audit has nothing to seal, and holds", async () => {
  expect(await sealEntries(database)).toEqual({ head: emptyHead, sealed: 0 });
  expect(await verify()).toMatchObject({ verified: 0, problem: undefined });
});

test("entries get their places in the order in which they became visible", async () => {
  await append(1, 2);
  expect((await sealEntries(database)).sealed).toBe(2);
  let commit = () => undefined as undefined;
  const held = new Promise<void>((resolve) => {
    commit = () => void resolve() as undefined;
  });
  const slow = database.transact(async (client) => {
    await appendChanges(client, stamp, [changeOf(3)]);
    await held;
  });
  await append(4);
  await database.transact(async (client) => {
    await appendChanges(client, stamp, [changeOf(5)]);
    expect((await sealEntries(database)).sealed).toBe(1);
  });
  expect((await sealEntries(database)).sealed).toBe(1);
  commit();
  await slow;
  const { head, sealed } = await sealEntries(database);
  expect([sealed, head.position]).toEqual([1, 5]);
  expect(await orderOfSeals()).toEqual(["1", "2", "4", "5", "3"]);
  expect(await sealEntries(database)).toEqual({ head, sealed: 0 });
  expect(await verify({ expected: head })).toMatchObject({ verified: 5, problem: undefined });
});

test(`whoever writes, fails and seals: each entry has one seal (seed ${seed})`, async () => {
  const step = fc.record({ count: fc.integer({ min: 1, max: 5 }), isFailing: fc.boolean() });
  const sums = { appended: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const write = async ({ count, isFailing }: (typeof steps)[number]) => {
        const numbers = Array.from({ length: count }, (_, n) => n);
        await database.transact(async (client) => {
          await appendChanges(client, stamp, numbers.map(changeOf));
          if (isFailing) throw new Error("it fails");
        });
        sums.appended += count;
      };
      await Promise.all(
        steps.flatMap((one) => [write(one).catch(() => undefined), sealEntries(database)]),
      );
      const { head } = await sealEntries(database);
      expect(head.position).toBe(sums.appended);
      expect(await verify()).toMatchObject({ verified: sums.appended, problem: undefined });
    }),
    { seed, numRuns: 15 },
  );
});

test("more than a page is sealed and verified page by page", async () => {
  const count = limits.auditSealPageMax + 3;
  await append(...Array.from({ length: count }, (_, n) => n));
  const { head, sealed } = await sealEntries(database);
  expect([head.position, sealed]).toEqual([count, count]);
  const progress: number[] = [];
  const verified = await verify({ onProgress: (done) => progress.push(done) });
  expect(verified).toMatchObject({ verified: count, problem: undefined });
  expect(progress).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, count]);
  const stopping = new AbortController();
  const onProgress = () => stopping.abort();
  const stopped = await verify({ signal: stopping.signal, onProgress });
  expect(stopped).toMatchObject({ verified: 1_000, isInterrupted: true, problem: undefined });
});

test("a backlog of one transaction is sealed batch by batch, and not looked at again", async () => {
  const count = limits.auditSealBatchMax + limits.auditSealPageMax;
  await file.sql`
    INSERT INTO audit_entries (at, request_id, actor_kind, actor_id, actor_name, entity,
      entity_id, action, digest)
    SELECT n, 'r', 'system', 's', 's', 'e', n, 'create', sha256(n::text::bytea)
    FROM generate_series(1, ${count}::int) AS n`;
  const { head, sealed } = await sealEntries(database);
  expect([head.position, sealed]).toEqual([count, count]);
  const countBehindHorizon = async (): Promise<number> => {
    await append(1);
    expect((await sealEntries(database)).sealed).toBe(1);
    const [row] = await file.sql`
      SELECT count(*)::int AS entries FROM audit_entries
      WHERE transaction >= (SELECT horizon FROM audit_seals ORDER BY position DESC LIMIT 1)`;
    return row?.["entries"];
  };
  // Transactions in other databases of the server hold the horizon up while they last.
  await expect.poll(countBehindHorizon, { timeout: 20_000 }).toBe(0);
});

test("a page ends where its documents get large", async () => {
  const after = "x".repeat(6 * 2 ** 20);
  await database.transact((client) => {
    const large = Array.from({ length: 5 }, (_, n) => ({ ...changeOf(n), after }));
    return appendChanges(client, stamp, large);
  });
  await sealEntries(database);
  const progress: number[] = [];
  await verify({ onProgress: (done) => progress.push(done) });
  expect(progress).toEqual([2, 4, 5]);
});

test.each([
  ["UPDATE audit_entries SET reason = 'x' WHERE id = 3", "changed", 3],
  ["UPDATE audit_entries SET after = '{\"n\":4}' WHERE id = 3", "changed", 3],
  ["UPDATE audit_entries SET at = 8 WHERE id = 3", "changed", 3],
  ["DELETE FROM audit_entries WHERE id = 3", "missing", 3],
  ["DELETE FROM audit_seals WHERE position = 3", "missing", undefined],
  [
    `DELETE FROM audit_entries WHERE id = 3; DELETE FROM audit_seals WHERE position = 3;
    UPDATE audit_seals SET position = position - 1 WHERE position > 3`,
    "missing",
    4,
  ],
  [
    `UPDATE audit_seals SET entry_id = 9 - entry_id WHERE position IN (4, 5);
    UPDATE audit_seals s SET digest = e.digest FROM audit_entries e WHERE e.id = s.entry_id`,
    "reordered",
    5,
  ],
  [
    `INSERT INTO audit_entries (at, request_id, actor_kind, actor_id, actor_name, entity,
      entity_id, action, digest, transaction)
    SELECT at, request_id, actor_kind, actor_id, actor_name, entity, entity_id, action, digest,
      transaction FROM audit_entries WHERE id = 3`,
    "inserted",
    7,
  ],
])("%s is found", async (statements, kind, entryId) => {
  await append(1, 2, 3, 4, 5);
  await sealEntries(database);
  await append(6);
  const { head } = await sealEntries(database);
  // The unique index is checked row by row: places are moved by way of others.
  const apart =
    "DROP INDEX audit_seals_entry; ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_pkey";
  const together = `CREATE UNIQUE INDEX audit_seals_entry ON audit_seals (entry_id);
    ALTER TABLE audit_seals ADD PRIMARY KEY (position)`;
  await tamper(`${apart}; ${statements}; ${together}`);
  const { problem } = await verify({ expected: head });
  expect(problem).toMatchObject({ kind, entryId });
});

test("cut off or written anew it holds, but not against a head that was noted", async () => {
  await append(1, 2, 3);
  const noted: Head = (await sealEntries(database)).head;
  expect(headText(noted)).toMatch(/^3:[\da-f]{64}$/);
  await tamper(
    "DELETE FROM audit_seals WHERE position = 3; DELETE FROM audit_entries WHERE id = 3",
  );
  expect((await verify()).problem).toBeUndefined();
  expect((await verify({ expected: noted })).problem).toMatchObject({
    kind: "missing",
    position: 3,
  });
  await append(4, 5);
  await sealEntries(database);
  expect((await verify()).problem).toBeUndefined();
  expect((await verify({ expected: noted })).problem).toMatchObject({
    kind: "changed",
    position: 3,
  });
});

test("restored into a server whose transactions have lower numbers it goes on", async () => {
  await append(1, 2);
  await sealEntries(database);
  await append(3);
  await tamper(`
    UPDATE audit_entries SET transaction = (transaction::text::numeric + 1e9)::text::xid8;
    UPDATE audit_seals SET horizon = (horizon::text::numeric + 1e9)::text::xid8`);
  await append(4);
  expect((await sealEntries(database)).sealed).toBe(2);
  await append(5);
  const { head, sealed } = await sealEntries(database);
  expect([head.position, sealed]).toEqual([5, 1]);
  expect(await verify()).toMatchObject({ verified: 5, problem: undefined });
});

test("the worker seals within a second, and what there is when it stops", async () => {
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line), warn: () => undefined } as never;
  const worker = startSealing({ database, now: Date.now, log });
  onTestFinished(() => worker.stop());
  await append(1);
  await expect.poll(() => readHead(database), { timeout: 5_000 }).toMatchObject({ position: 1 });
  await append(2);
  await worker.stop();
  const head = await readHead(database);
  expect([head.position, worker.problem()]).toEqual([2, undefined]);
  expect(lines).toEqual([{ head: headText(head) }]);
});
