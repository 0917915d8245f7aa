// Transactions in pg's pipeline mode, driven into whatever may go wrong in them: all of one or
// nothing, each answer to its own statement, and a clean connection for whoever comes next.

import fc from "fast-check";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type Database, openDatabase, type Statements } from "./connection.ts";

const file = databaseOfFile();
let database: Database;

beforeAll(async () => {
  await file.sql`CREATE TABLE kept (value text CHECK (value <> 'never'))`;
  database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  return () => database.close();
});
beforeEach(async () => {
  await file.sql`DELETE FROM kept`;
});

const keep = "INSERT INTO kept VALUES ($1)";
const kept = async () => (await file.sql`SELECT value FROM kept ORDER BY 1`).map((r) => r["value"]);
const unwritable = { amount: 1n };

/** Of each connection that the pool has: in no transaction, and in step with its answers. */
const expectInStep = async () => {
  const asked = Array.from({ length: 16 }, (_, at) =>
    database.transactPiped(async (statements) => {
      const rows = await Promise.all([
        statements.query("SELECT $1::int AS n", [at]),
        statements.query("SELECT $1::int AS n", [at + 100]),
      ]);
      return rows.map((answer) => answer.rows[0].n);
    }),
  );
  const answers = await Promise.all(asked);
  expect(answers).toEqual(answers.map((_, at) => [at, at + 100]));
};

test("nothing is committed when a last statement cannot be written", async () => {
  const done = database.transactPiped(async (statements, atEnd) => {
    await statements.query(keep, ["first"]);
    atEnd({ text: keep, values: ["second"] });
    atEnd({ text: keep, values: [unwritable] });
  });
  await expect(done).rejects.toThrow(/BigInt/);
  expect(await kept()).toEqual([]);
  await expectInStep();
});

test("a value that cannot be written leaves each other statement its own answer", async () => {
  const answers = await database.transactPiped((statements) =>
    Promise.allSettled([
      statements.query("SELECT 1 AS n"),
      statements.query("SELECT $1::json", [unwritable]),
      statements.query("SELECT $1::json AS n", [{ an: "object" }]),
      statements.query("SELECT $1::text[] AS n", [["a", null, 'b"']]),
    ]),
  );
  // And of a prepared statement: it is there the next time.
  const prepared = { name: "prepared", text: "SELECT $1::json AS n" };
  for (const value of [1, unwritable, 2]) {
    const asked = database.transactPiped((statements) => statements.query(prepared, [value]));
    if (value === unwritable) await expect(asked).rejects.toThrow(/BigInt/);
    else expect((await asked).rows).toEqual([{ n: value }]);
  }
  const rows = answers.map((one) => (one.status === "fulfilled" ? one.value.rows[0].n : "failed"));
  expect(rows).toEqual([1, "failed", { an: "object" }, ["a", null, 'b"']]);
});

test("a branch that goes on behind the end of its transaction changes nothing", async () => {
  let goOn = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const late = async (statements: Statements) => {
    await ended;
    await statements.query(keep, ["late"]);
  };
  let branch: Promise<void> = Promise.resolve();
  const done = database.transactPiped(async (statements) => {
    branch = late(statements);
    await Promise.all([branch, statements.query("SELECT 1 / 0")]);
  });
  await expect(done).rejects.toThrow("division by zero");
  // Another has the connection by now.
  const other = database.transactPiped(async (statements) => {
    goOn();
    await expect(branch).rejects.toThrow("is over");
    await statements.query(keep, ["other"]);
  });
  await other;
  expect(await kept()).toEqual(["other"]);
});

test("who catches the error of a statement is told that all was rolled back", async () => {
  const done = database.transactPiped(async (statements) => {
    await statements.query(keep, ["first"]);
    await statements.query(keep, ["never"]).catch(() => undefined);
  });
  await expect(done).rejects.toThrow("rolled back");
  expect(await kept()).toEqual([]);
});

const step = fc.constantFrom("keep", "never", "unwritable", "throw", "read", "end", "end-never");

const seed = Math.floor(Math.random() * 2 ** 31);
test(`whatever fails, all is kept or nothing (seed ${seed})`, async () => {
  const programs = fc.array(fc.record({ step, isAwaited: fc.boolean() }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      await file.sql`DELETE FROM kept`;
      const wanted: string[] = [];
      const isDone = await database
        .transactPiped(async (statements, atEnd) => {
          const underWay: Promise<unknown>[] = [];
          for (const [at, { step: what, isAwaited }] of program.entries()) {
            if (what === "throw") throw new Error("given up");
            if (what === "end") atEnd({ name: "keep", text: keep, values: [`${at}`] });
            else if (what === "end-never") atEnd({ name: "keep", text: keep, values: ["never"] });
            else {
              const value = { keep: `${at}`, never: "never", unwritable, read: "read" }[what];
              const text = what === "read" ? "SELECT $1::text" : keep;
              const query = statements.query(text, [value]);
              query.catch(() => undefined);
              if (isAwaited) await query;
              else underWay.push(query);
            }
            if (what === "keep" || what === "end") wanted.push(`${at}`);
          }
          await Promise.all(underWay);
        })
        .then(
          () => true,
          () => false,
        );
      const bad = ["never", "unwritable", "throw", "end-never"];
      expect(isDone).toBe(!program.some(({ step: what }) => bad.includes(what)));
      expect(await kept()).toEqual(isDone ? wanted : []);
    }),
    { seed, numRuns: 120 },
  );
  await expectInStep();
});
