// A deck that is written is read again as it was; a file that lost or gained something is refused.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDeckFile, writeDeckFile } from "./deck-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-decks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const deck = {
  deckId: "world-2026",
  rows: [
    { prefix: "", zoneId: "elsewhere" },
    { prefix: "49", zoneId: "DE-fixed", name: 'Germany, "fixed" \ud83d\ude00' },
  ],
};
const text = `{"deckId":"world-2026","rows":2}
["","elsewhere"]
["49","DE-fixed","Germany, \\"fixed\\" \ud83d\ude00"]
`;

test("is one JSON value a line, and nothing else is left in the folder", async () => {
  const file = path.join(folder, "written.jsonl");
  await writeDeckFile(file, deck);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(await readDeckFile(file)).toEqual({ isOk: true, value: deck });
  expect(readdirSync(folder)).toEqual(["written.jsonl"]);
});

test("comes back whole where it is large", { timeout: 30_000 }, async () => {
  const rows = Array.from({ length: 50_001 }, (_, i) => ({
    prefix: String(i),
    zoneId: `z${i % 9}`,
  }));
  const file = path.join(folder, "large.jsonl");
  await writeDeckFile(file, { deckId: "large", rows });
  expect(await readDeckFile(file)).toEqual({ isOk: true, value: { deckId: "large", rows } });
});

test("keeps the old file where the new one cannot be written", async () => {
  const file = path.join(folder, "nowhere", "deck.jsonl");
  await expect(writeDeckFile(file, deck)).rejects.toThrow("ENOENT");
});

test.each([
  ["", "empty"],
  ["prefix,zone\n", "not a rate deck as `npm run deck` writes it"],
  ['{"deckId":"a b","rows":0}\n', "not a rate deck as `npm run deck` writes it"],
  ['{"deckId":"a","rows":500001}\n', "not a rate deck as `npm run deck` writes it"],
  [text.split("\n").slice(0, 2).join("\n"), "1 rows of the 2 it tells"],
  [`${text}["1","x"]\n`, "more than the 2 rows it tells"],
  [`${text.split("\n")[0]}\n["1"]\n`, "line 2 is not [prefix, zone, name]"],
  [`${text.split("\n")[0]}\n[1,"x"]\n`, "line 2 is not [prefix, zone, name]"],
  [text.slice(0, -4), "line 3 is not [prefix, zone, name]"],
])("refuses %j", async (content, reason) => {
  const file = path.join(folder, "refused.jsonl");
  writeFileSync(file, content);
  expect(await readDeckFile(file)).toEqual({ isOk: false, error: `${file}: ${reason}` });
});

test("refuses a file that is not there", async () => {
  const file = path.join(folder, "none.jsonl");
  expect(await readDeckFile(file)).toMatchObject({ error: `${file}: cannot be read: ENOENT` });
});
