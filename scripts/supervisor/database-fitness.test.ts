// Which Postgres may hold the books, and what is said about one that may not.

import { expect, test } from "vitest";
import type { DatabaseFacts } from "../postgres/ask.ts";
import { explainUnreachableDatabase, judgeDatabase } from "./database-fitness.ts";

const url = "postgres://me:secret@h/books?sslmode=require";
const fit: DatabaseFacts = {
  version: "15.0",
  versionNumber: 150_000,
  isStandby: false,
  isReadOnly: false,
  mayCreate: true,
};

test("the oldest version that will do", () => {
  expect(judgeDatabase(fit, url)).toBeNull();
});

test.each([
  [{ version: "14.13", versionNumber: 140_013 }, /is version 14\.13; 15 or later is needed/],
  [{ isStandby: true, isReadOnly: true }, /is a standby; set DATABASE_URL to its primary/],
  [{ isReadOnly: true }, /is read-only/],
  [{ mayCreate: false }, /GRANT CREATE ON DATABASE/],
])("%j is refused in one line, without the password", (facts, message) => {
  const line = judgeDatabase({ ...fit, ...facts }, url) ?? "";
  expect(line).toMatch(message);
  expect(line).not.toMatch(/secret|\n/);
});

test.each([
  ["28P01", /refuses the user or password/],
  ["28000", /refuses the user or password/],
  ["3D000", /no such database/],
  ["57P03", /still starting/],
  ["53300", /max_connections/],
  ["ECONNREFUSED", /no usable Postgres at postgres:\/\/me:\*\*\*@h\/books \(why\)/],
])("%s is explained in one line, without the password", (code, message) => {
  const line = explainUnreachableDatabase(url, { code, message: "connect why" });
  expect(line).toMatch(message);
  expect(line).not.toMatch(/secret|\n/);
});
