// Rows that were written for COPY come back from Postgres as they were meant.

import { pipeline } from "node:stream/promises";
import fc from "fast-check";
import { from as copyFrom } from "pg-copy-streams";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDatabase } from "./connection.ts";
import { createCopyRows } from "./copy-rows.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const database = databaseOfFile();
beforeAll(async () => {
  await database.sql`CREATE TABLE copied (
    number serial, small int2, whole int8, big int8, words text, octets bytea)`;
});

const row = fc.record({
  small: fc.integer({ min: -32_768, max: 32_767 }),
  whole: fc.maxSafeInteger(),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  words: fc.option(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""))),
  octets: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
});

test(`every value comes back, whatever it is (seed ${seed})`, async () => {
  const options = { url: database.url, name: "test", onError: () => undefined };
  const { transact, close } = openDatabase(options);
  onTestFinished(close);
  // So small that every run makes it grow.
  const rows = createCopyRows(5, 32);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (written) => {
      rows.clear();
      for (const { small, whole, big, words, octets } of written) {
        rows.row();
        rows.int2(small);
        rows.int8(whole);
        rows.bigint(big);
        if (words === null) rows.nil();
        else rows.text(words);
        rows.octets(octets);
      }
      expect(rows.rows()).toBe(written.length);
      await database.sql`TRUNCATE copied`;
      const copy = copyFrom(
        "COPY copied (small, whole, big, words, octets) FROM STDIN (FORMAT binary)",
      );
      await transact(async (client) => pipeline([rows.end()], client.query(copy)));
      const read = await database.sql`SELECT * FROM copied ORDER BY number`;
      const expected = written.map(({ small, whole, big, words, octets }) => ({
        number: expect.any(Number),
        ...{ small, whole: String(whole), big: String(big), words },
        octets: Buffer.concat(octets),
      }));
      expect(read).toEqual(expected);
    }),
    { seed, numRuns: 60 },
  );
});

test("a row that is not whole is refused, and nothing of it is kept", async () => {
  const options = { url: database.url, name: "test", onError: () => undefined };
  const { transact, close } = openDatabase(options);
  onTestFinished(close);
  await database.sql`TRUNCATE copied`;
  const rows = createCopyRows(2);
  rows.row();
  rows.int2(1);
  rows.int8(2);
  rows.row();
  rows.int2(1);
  const copy = copyFrom("COPY copied (small, whole) FROM STDIN (FORMAT binary)");
  const sent = transact(async (client) => pipeline([rows.end()], client.query(copy)));
  await expect(sent).rejects.toThrow();
  expect(await database.sql`SELECT * FROM copied`).toEqual([]);
});
