// A file's own database: cloned from the run's template, owned by the role that a Tollgate has, and
// empty of what others do.

import { expect, inject, test } from "vitest";
import { databaseOfFile } from "./database-of-file.ts";
import { askPostgresOfRun } from "./postgres-of-run.ts";

const one = databaseOfFile();
const other = databaseOfFile();

test("belongs to the role tollgate, which may make what it wants in it", async () => {
  const [row] = await one.sql`
    SELECT current_user AS role, pg_get_userbyid(datdba) AS owner, datname AS name
    FROM pg_database WHERE datname = current_database()`;
  expect(row).toMatchObject({ role: "tollgate", owner: "tollgate" });
  expect(row?.["name"]).toMatch(/^file_[0-9a-f]{32}$/);
  await one.sql`CREATE SCHEMA of_one`;
});

test("shares its server with the others, and nothing else", async () => {
  await one.sql`CREATE TABLE written (id int)`;
  const [row] = await other.sql`SELECT to_regclass('written') AS written`;
  expect(row).toEqual({ written: null });
  expect(new URL(one.url).host).toBe(new URL(other.url).host);
  expect(one.url).not.toBe(other.url);
});

test("all of a run get the same server", async () => {
  const run = await askPostgresOfRun(inject("postgresSocket"));
  expect(new URL(run.url).host).toBe(new URL(one.url).host);
});
