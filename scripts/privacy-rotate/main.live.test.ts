// `npm run privacy:rotate` from the outside: its words and its exit codes. What it does to tables
// is tested where that is (bss/privacy/rotate-keys.live.test.ts).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeKeyFile, openKeyRing } from "../../bss/privacy/index.ts";
import { databaseOfFile } from "../testing/database-of-file.ts";
import { runCommand } from "../testing/run-command.ts";

const file = databaseOfFile();

const folderOfTest = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-rotate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};
const run = (words: readonly string[], changes: NodeJS.ProcessEnv) =>
  runCommand("scripts/privacy-rotate/main.ts", words, {
    ...{ ...process.env, DATABASE_URL: file.url },
    ...changes,
  });
const newestIn = (keys: string): string => {
  const ring = openKeyRing(keys);
  return ring.isOk ? ring.value.newest().id : ring.error;
};

test("a newer key is added to the file, and all is under it", async () => {
  const keys = path.join(folderOfTest(), "privacy-keys.json");
  makeKeyFile(keys);
  const before = newestIn(keys);
  const { code, stdout } = await run(["--new-key"], { PRIVACY_KEYS_FILE: keys });
  const after = newestIn(keys);
  expect(after).not.toBe(before);
  expect(code).toBe(0);
  expect(stdout).toContain(`key ${after} is added to ${keys}.\n`);
  expect(stdout).toMatch(new RegExp(`\\d+ tables? (?:is|are) under key ${after}\\.\\n$`));
});

test("without a file, a database or a known flag it is one line", async () => {
  const folder = folderOfTest();
  const keys = path.join(folder, "privacy-keys.json");
  const missing = await run([], { TOLLGATE_DATA: folder, PRIVACY_KEYS_FILE: "" });
  expect([missing.code, missing.stderr]).toEqual([
    1,
    `privacy:rotate: ${keys} cannot be read (ENOENT)\n`,
  ]);
  const unknown = await run(["--other"], { PRIVACY_KEYS_FILE: keys });
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining("Unknown option '--other'"),
  ]);
});
