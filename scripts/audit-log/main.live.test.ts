// `npm run audit:log` from the outside: its words and its exit codes.

import { expect, test } from "vitest";
import { appendChanges } from "../../bss/audit/index.ts";
import { systemActor } from "../../bss/context.ts";
import { openDatabase } from "../../bss/db/connection.ts";
import { databaseOfFile } from "../testing/database-of-file.ts";
import { runCommand } from "../testing/run-command.ts";

const file = databaseOfFile();
const run = (words: readonly string[] = [], url = file.url) =>
  runCommand("scripts/audit-log/main.ts", words, { ...process.env, DATABASE_URL: url });

const append = async (count: number) => {
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  const stamp = { actor: systemActor("test"), now: 1, requestId: "r", reason: undefined };
  const change = { entity: "customer", entityId: "1", action: "create" } as const;
  const changes = Array.from({ length: count }, (_, n) => ({ ...change, before: null, after: n }));
  await database.transact((client) => appendChanges(client, stamp, changes));
  await database.close();
};

test("it proves the chain, prints its head, and holds the next run against it", async () => {
  await append(1_234);
  const first = await run();
  expect([first.code, first.stdout]).toEqual([
    0,
    expect.stringMatching(/^1,234 entries hold, \d+\.\d s\.\nhead 1234:[\da-f]{64}\n$/),
  ]);
  const head = first.stdout.trim().split(" ").at(-1) ?? "";
  await append(1);
  const second = await run(["--expect", head]);
  expect([second.code, second.stdout]).toEqual([0, expect.stringMatching(/^1,235 entries hold/)]);
  const another = await run(["--expect", `1234:${"0".repeat(64)}`]);
  expect([another.code, another.stdout]).toEqual([
    1,
    "entry 1234 at position 1234: changed: the chain holds, but is another one than led to the " +
      "head that was noted\n1,233 places before it hold.\n",
  ]);
});

test("what was changed is named", async () => {
  await append(3);
  await run();
  await file.sql.plain(`
    ALTER TABLE audit_entries DISABLE TRIGGER USER;
    UPDATE audit_entries SET actor_name = 'another' WHERE id = 2`);
  const { code, stdout } = await run();
  expect([code, stdout]).toEqual([
    1,
    "entry 2 at position 2: changed: it does not say what was sealed\n1 place before it holds.\n",
  ]);
});

test.each([
  [["--expect", "head"], "audit:log: --expect: expected POSITION:HASH as a run before printed"],
  [["--other"], "audit:log: Unknown option '--other'"],
])("%j is refused in one line", async (words, line) => {
  const { code, stderr } = await run(words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(line)]);
});

test("a database that is away or empty is one line", async () => {
  const away = await run([], "postgres://127.0.0.1:1/tollgate");
  expect(away.code).toBe(2);
  expect(away.stderr).toMatch(/audit:log: the audit's database: .*ECONNREFUSED/);
  await file.sql.plain("DROP TABLE audit_seals, audit_entries");
  const empty = await run();
  expect(empty.stderr).toBe("audit:log: this database has no audit: start the business side\n");
});
