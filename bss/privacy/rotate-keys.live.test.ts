// A change of keys over real tables: everything ends under the newest key, whatever interrupts it,
// and what else writes meanwhile loses nothing.

import { beforeAll, beforeEach, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type Database, openDatabase } from "../db/connection.ts";
import { limits } from "../limits.ts";
import { createCipher } from "./cipher.ts";
import type { EncryptedTable } from "./encrypted-table.ts";
import { newKeys } from "./key-file.ts";
import { keyRingOf } from "./key-ring.ts";
import { personalFields } from "./personal-fields.ts";
import { type Rotation, rotateKeys } from "./rotate-keys.ts";
import { openDocument, sealDocument } from "./sealed-document.ts";

const file = databaseOfFile();
let database: Database;
const before = newKeys();
const keys = { ...before, keys: [...before.keys, ...newKeys().keys] as const };
const older = createCipher(keyRingOf(before));
const newer = createCipher(keyRingOf({ ...keys, keys: [keys.keys[0], ...keys.keys.slice(1)] }));
const fields = personalFields("people.document", { "/givenName": "name" });
const people: EncryptedTable = {
  ...{ table: "people", idColumn: "id" },
  columns: [{ column: "phone", purpose: "people.phone" }],
  documents: [{ column: "document", fields }],
};
const rows = 2 * limits.privacyRotatePageMax + 7;

beforeAll(async () => {
  await file.sql`CREATE TABLE people (id uuid PRIMARY KEY, phone text, document jsonb, note text)`;
  database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  return () => database.close();
});

beforeEach(async () => {
  await file.sql`TRUNCATE people, privacy_rotations`;
  const numbers = Array.from({ length: rows }, (_, n) => n);
  const phones = numbers.map((n) => (n % 3 === 0 ? null : older.seal(`+${n}`, "people.phone")));
  const documents = numbers.map((n) => {
    if (n % 5 === 0) return null;
    return JSON.stringify(sealDocument({ n: n / 3, givenName: `Ada ${n}` }, fields, older));
  });
  await file.sql`
    INSERT INTO people SELECT gen_random_uuid(), phone, document::jsonb, 'note'
    FROM unnest(${phones}::text[], ${documents}::text[]) AS t (phone, document)`;
});

const sealedValues = Array.from({ length: rows }, (_, n) => n).reduce(
  (sum, n) => sum + Number(n % 3 !== 0) + Number(n % 5 !== 0),
  0,
);

const rotate = (changes: Partial<Rotation> = {}) =>
  rotateKeys({
    ...{ database, cipher: newer, tables: [people], onProgress: () => undefined },
    ...{ signal: new AbortController().signal, ...changes },
  });

/** What is opened with the newest key alone. */
const openAll = async () => {
  const alone = createCipher(keyRingOf({ ...keys, keys: [keys.keys[1]!] }));
  const stored = await file.sql`SELECT phone, document FROM people`;
  return stored.map(({ phone, document }) => ({
    phone: phone === null ? null : alone.open(phone, "people.phone"),
    document: openDocument(document, fields, alone),
  }));
};

test("everything is under the newest key, and a second run has nothing to do", async () => {
  const progress: number[] = [];
  const [first] = await rotate({ onProgress: (_, done) => progress.push(done) });
  expect(first).toMatchObject({ rows, resealed: sealedValues, unreadable: 0, isComplete: true });
  expect(progress).toEqual([500, 1_000, rows]);
  for (const { phone, document } of await openAll()) {
    expect(phone === null || phone.isOk).toBe(true);
    expect(document.isOk).toBe(true);
  }
  expect(await rotate()).toMatchObject([{ rows, resealed: 0, isComplete: true }]);
});

test("interrupted it goes on behind the last page", async () => {
  const stopping = new AbortController();
  const onProgress = () => stopping.abort();
  const [half] = await rotate({ signal: stopping.signal, onProgress });
  expect(half).toMatchObject({ rows: 500, isComplete: false });
  expect(await rotate({ signal: stopping.signal })).toEqual([]);
  const progress: number[] = [];
  const [rest] = await rotate({ onProgress: (_, done) => progress.push(done) });
  expect(rest).toMatchObject({ rows, resealed: sealedValues, isComplete: true });
  expect(progress).toEqual([1_000, rows]);
});

test("rows that do not open stay, are counted and named without what they say", async () => {
  const foreign = createCipher(keyRingOf(newKeys()));
  const [{ id } = {}] = await file.sql`SELECT id::text FROM people ORDER BY id OFFSET 3 LIMIT 1`;
  const sealed = foreign.seal("+1", "people.phone");
  await file.sql`UPDATE people SET phone = ${sealed} WHERE id = ${id}`;
  const [report] = await rotate();
  expect(report).toMatchObject({
    ...{ unreadable: 1, isComplete: true },
    unreadableExamples: [`people ${id}: phone: UNKNOWN_KEY ${foreign.newestKeyId()}`],
  });
  const [row] = await file.sql`SELECT phone FROM people WHERE id = ${id}`;
  expect(row).toEqual({ phone: sealed });
});

test("what others write meanwhile is never overwritten", async () => {
  const ids = await file.sql`SELECT id::text FROM people`;
  const write = async () => {
    for (const { id } of ids.filter((_, n) => n % 20 === 0)) {
      const phone = newer.seal("new", "people.phone");
      await file.sql`UPDATE people SET phone = ${phone} WHERE id = ${id}`;
    }
  };
  await Promise.all([write(), rotate(), rotate()]);
  const opened = (await openAll()).map(({ phone }) => (phone?.isOk ? phone.value : null));
  expect(opened.filter((phone) => phone === "new").length).toBe(Math.ceil(rows / 20));
});
