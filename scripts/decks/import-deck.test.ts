// `npm run deck -- import` as its user sees it: exit codes, what is printed, and which files there
// are afterwards.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readDeckFile } from "./deck-file.ts";
import { importDeck, readImportOptions } from "./import-deck.ts";

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-decks-"));
  printed = "";
  const note = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(note);
  vi.spyOn(process.stderr, "write").mockImplementation(note);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const good = "prefix,zone,name\n49,DE-fixed,Germany\n4915,DE-mobile,\n";
const bad = `${good}+43,AT,Austria\n=1+1,"@x",y\n49,DE,again\n`;

const write = (text: string): string => {
  const file = path.join(folder, "spring 2026.csv");
  writeFileSync(file, text);
  return file;
};
const filesNow = () => readdirSync(folder).sort();

test("a good file becomes a deck, named as asked", async () => {
  const out = path.join(folder, "deck.jsonl");
  expect(await importDeck([write(good), "--deck", "spring", "--out", out])).toBe(0);
  expect(printed).toContain(`spring: 2 rows, 2 zones; written to ${out}\n`);
  expect(filesNow()).toEqual(["deck.jsonl", "spring 2026.csv"]);
  expect(await readDeckFile(out)).toMatchObject({ value: { deckId: "spring" } });
});

test("names deck and files after the CSV file where nothing is said", () => {
  expect(readImportOptions([path.join("in", "spring.csv")])).toMatchObject({
    value: {
      deckId: "spring",
      out: path.join("in", "spring.deck.jsonl"),
      errors: path.join("in", "spring.errors.csv"),
    },
  });
});

test("a dry run says what would be, and writes nothing", async () => {
  expect(await importDeck([write(bad), "--deck", "spring", "--dry-run"])).toBe(1);
  expect(printed).toContain('deck: line 4: prefix "+43": digits only, without + or 00\n');
  expect(printed).toContain("deck: 3 bad rows\n");
  expect(printed).toContain("spring: 2 rows, 2 zones; nothing is written\n");
  expect(await importDeck([write(good), "--deck", "spring", "--dry-run"])).toBe(0);
  expect(filesNow()).toEqual(["spring 2026.csv"]);
});

test("a dry run writes bad rows only into a file that is named", async () => {
  const many = write(`prefix,zone\n${"x,FR\n".repeat(13)}33,FR\n`);
  expect(await importDeck([many, "--deck", "spring", "--dry-run"])).toBe(1);
  const told = "13 bad rows, the first 5 are shown; all of them: --errors FILE";
  expect(printed).toContain(`deck: ${told}\n`);
  expect(printed).toContain("spring: 1 row, 1 zone; nothing is written\n");
  expect(filesNow()).toEqual(["spring 2026.csv"]);
  const errors = path.join(folder, "e2.csv");
  expect(await importDeck([many, "--deck", "spring", "--dry-run", "--errors", errors])).toBe(1);
  expect(printed).toContain(`deck: 13 bad rows; all of them are in ${errors}\n`);
  expect(filesNow()).toEqual(["e2.csv", "spring 2026.csv"]);
});

test("bad rows go into a file of their own, where a formula stays data", async () => {
  expect(await importDeck([write(bad), "--deck", "spring"])).toBe(1);
  expect(filesNow()).toEqual(["spring 2026.csv", "spring 2026.errors.csv"]);
  const text = readFileSync(path.join(folder, "spring 2026.errors.csv"), "utf8");
  expect(parse(text, { bom: true, columns: true })).toEqual([
    { line: "4", reason: 'prefix "+43": digits only, without + or 00', row: "'+43,AT,Austria" },
    { line: "5", reason: 'prefix "=1+1": digits only, without + or 00', row: `'=1+1,"@x",y` },
    {
      line: "6",
      reason: 'prefix "49" is in the deck already, in zone DE-fixed',
      row: "49,DE,again",
    },
  ]);
});

test("a deck without its bad rows is written only when that is asked for", async () => {
  expect(await importDeck([write(bad), "--deck", "spring", "--partial"])).toBe(1);
  expect(filesNow()).toContain("spring 2026.deck.jsonl");
  const read = await readDeckFile(path.join(folder, "spring 2026.deck.jsonl"));
  expect(read.isOk && read.value.rows.map(({ prefix }) => prefix)).toEqual(["49", "4915"]);
});

test("a deck that was not read to its end is not written at all", async () => {
  const endless = `${good}${"x,y,z\n".repeat(10_000)}43,AT,Austria\n`;
  expect(await importDeck([write(endless), "--deck", "spring", "--partial"])).toBe(1);
  expect(printed).toContain("deck: not read to its end: 10000 bad rows\n");
  expect(filesNow()).toEqual(["spring 2026.csv", "spring 2026.errors.csv"]);
});

test("a file that is no deck is refused in one line", async () => {
  const file = write("hello\n");
  expect(await importDeck([file, "--deck", "spring"])).toBe(1);
  expect(printed).toContain(`deck: ${file}: the first line names no columns prefix and zone`);
  expect(filesNow()).toEqual(["spring 2026.csv"]);
});

test("what a file says never steers the terminal", async () => {
  await importDeck([write("prefix,zone\n\u001b[2J,\u009b2J\u202e\n"), "--deck", "spring"]);
  expect(printed).toContain(String.raw`line 2: zone "\u009b2J\u202e": `);
  for (const sign of ["\u001b", "\u009b", "\u202e"]) expect(printed).not.toContain(sign);
});

test("says so where it cannot write", async () => {
  const out = path.join(folder, "nowhere", "deck.jsonl");
  expect(await importDeck([write(good), "--deck", "spring", "--out", out])).toBe(1);
  expect(printed).toMatch(/deck: cannot write: ENOENT/);
});

test.each([
  [[], "import which file?"],
  [["a.csv", "b.csv"], "one file at a time"],
  [["spring 2026.csv"], '--deck: "spring 2026" has spaces'],
  [["a.csv", "--out", "./a.csv"], "--out and --errors are files of their own"],
  [["a.csv", "--out", "x", "--errors", "x"], "--out and --errors are files of their own"],
  [["a.csv", "--force"], "Unknown option '--force'"],
  [["a.csv", "--deck"], "argument missing"],
])("%j is a wrong command line", async (words, complaint) => {
  expect(await importDeck(words)).toBe(2);
  expect(printed).toContain(`deck: `);
  expect(printed).toContain(complaint);
});
