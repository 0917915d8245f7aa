// `npm run deck` as a process: help, exit codes, and the world's decks written, whole and compiled.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileRateDeck } from "../../engine/rating/rate-deck.ts";
import { runCommand } from "../testing/run-command.ts";
import { readDeckFile } from "./deck-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-decks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const runDeck = (...words: readonly string[]) => runCommand("scripts/decks/main.ts", words);

test("tells how it is used: where that is asked for, and where it is not understood", async () => {
  const asked = await runDeck("import", "--help");
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked.stdout).toMatch(/^npm run deck -- import FILE\.csv/);
  const unsaid = { code: 2, stdout: "", stderr: asked.stdout };
  expect(await runDeck()).toEqual(unsaid);
  const stderr = `deck: no command "export"\n${asked.stdout}`;
  expect(await runDeck("export")).toEqual({ ...unsaid, stderr });
  const nowhere = await runDeck("world");
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringMatching(/^deck: where to\?/)]);
});

test.each([
  ["world", [], "+4915112345678", "DE-mobile"],
  ["networks", ["--networks"], "26202", "DE"],
])("writes the deck %s, which compiles", async (deckId, flags, number, zoneId) => {
  const out = path.join(folder, `${deckId}.jsonl`);
  const { code, stdout } = await runDeck("world", "--out", out, ...flags);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\w+: [\d,]+ rows, \d+ zones; /)]);
  const read = await readDeckFile(out);
  const compiled = read.isOk ? compileRateDeck(read.value) : undefined;
  expect(compiled).toMatchObject({ isOk: true, value: { deckId } });
  expect(compiled?.isOk && compiled.value.zoneOf(number)?.zoneId).toBe(zoneId);
});
