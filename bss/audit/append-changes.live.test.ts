// Changes in a real Postgres: what was recorded is what is kept, and nothing of it can be changed.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type Change, systemActor } from "../context.ts";
import { type Database, openDatabase } from "../db/connection.ts";
import { appendChanges, type Stamp } from "./append-changes.ts";
import { canonicalJson } from "./canonical-json.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
let database: Database;
beforeAll(() => {
  database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  return () => database.close();
});

const stamp: Stamp = { actor: systemActor("test"), now: 7, requestId: "r", reason: "why" };
const change: Change = {
  ...{ entity: "individual", entityId: "1", action: "update" },
  ...{ before: { b: 1, a: [1.5] }, after: null },
};

test("the digest is SHA-256 of an entry as canonical JSON: anybody can make it again", async () => {
  await database.transact((client) => appendChanges(client, stamp, [change]));
  const [row] = await file.sql`SELECT *, before::text FROM audit_entries`;
  expect(row).toMatchObject({ before: '{"a":[1.5],"b":1}', after: null, reason: "why", at: "7" });
  const json =
    '{"action":"update","actorId":"test","actorKind":"system","actorName":"test","after":null,' +
    '"at":7,"before":{"a":[1.5],"b":1},"entity":"individual","entityId":"1","reason":"why",' +
    '"requestId":"r"}';
  expect(row?.["digest"]).toEqual(createHash("sha256").update(json).digest());
});

test("changes of a transaction that fails leave nothing", async () => {
  const before = await file.sql`SELECT id FROM audit_entries`;
  const failed = database.transact(async (client) => {
    await appendChanges(client, stamp, [change, change]);
    throw new Error("it fails");
  });
  await expect(failed).rejects.toThrow("it fails");
  expect(await file.sql`SELECT id FROM audit_entries`).toEqual(before);
});

const text = fc.string({ unit: "binary", maxLength: 600 });
const anyChange = fc.record({
  ...{ entity: fc.constantFrom("individual", "customer"), entityId: text },
  action: fc.constantFrom("create", "update", "delete", "execute"),
  ...{ before: fc.jsonValue(), after: fc.jsonValue() },
});

test(`documents and words of any kind are kept, in their order (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 5 }), text, async (changes, reason) => {
      const [last] = await file.sql`SELECT coalesce(max(id), 0) AS id FROM audit_entries`;
      await database.transact((client) => appendChanges(client, { ...stamp, reason }, changes));
      const rows = await file.sql`
        SELECT before::text, after::text FROM audit_entries WHERE id > ${last!["id"]} ORDER BY id`;
      const textOf = (value: unknown) => (value === null ? null : canonicalJson(value));
      expect(rows).toEqual(
        changes.map(({ before, after }) => ({ before: textOf(before), after: textOf(after) })),
      );
    }),
    { seed, numRuns: 100 },
  );
});

test.each([
  "UPDATE audit_entries SET reason = 'another'",
  "DELETE FROM audit_entries WHERE false",
  "TRUNCATE audit_entries",
  "UPDATE audit_seals SET position = 1",
  "DELETE FROM audit_seals",
  "TRUNCATE audit_seals",
])("the owner's %s is refused", async (statement) => {
  await expect(file.sql.plain(statement)).rejects.toThrow("the audit is only ever added to");
});
