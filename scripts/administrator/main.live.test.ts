// The way back in: the command, the log-in with what it prints.

import { expect, test } from "vitest";
import { databaseOfFile } from "../testing/database-of-file.ts";
import { openIdentity } from "../testing/identity-of-test.ts";
import { runCommand } from "../testing/run-command.ts";

const database = databaseOfFile();
const run = (...words: readonly string[]) =>
  runCommand("scripts/administrator/main.ts", words, {
    PATH: process.env["PATH"],
    DATABASE_URL: database.url,
  });

test("the password that it prints lets in once, and only to choose another", async () => {
  const first = await run();
  expect(first.code, first.stderr).toBe(0);
  const again = await run("--login", "admin");
  const [, oneTime] = /one-time password (\S+)/.exec(again.stdout) ?? [];
  expect(first.stdout).not.toContain(oneTime);
  const { ask } = await openIdentity(database.url);
  const body = { login: "admin", password: oneTime };
  const answer = await ask("POST", "/api/identity/session", { body });
  expect(answer.status, answer.text).toBe(201);
  const [row] = await database.sql`SELECT count(*)::int AS n FROM audit_entries
    WHERE actor_name = 'npm run administrator'`;
  expect(row!["n"]).toBeGreaterThan(0);
});

test("what it cannot do it says in one line", async () => {
  const wrong = await run("--user", "x");
  expect([wrong.code, wrong.stderr.trim().split("\n").length]).toEqual([2, 1]);
  const nowhere = await runCommand("scripts/administrator/main.ts", [], {
    PATH: process.env["PATH"],
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
  });
  expect(nowhere.code).toBe(2);
});
