// The keys of an installation at its start: made once, missed when they are gone, and never taken
// for those of another.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { openDatabase } from "./db/connection.ts";
import { addKey, makeKeyFile } from "./privacy/index.ts";
import { openCipher } from "./privacy-keys.ts";

const file = databaseOfFile();
beforeEach(() => file.sql`DELETE FROM privacy_installation`);

const startIn = (folder: string) => {
  const keys = path.join(folder, "privacy-keys.json");
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  onTestFinished(database.close);
  return { keys, start: () => openCipher(database, keys) };
};
const folderOfTest = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

test("a new installation gets keys that only their owner reads, and goes on so", async () => {
  const { keys, start } = startIn(folderOfTest());
  const first = await start();
  expect(first.isOk).toBe(true);
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  const sealed = first.isOk ? first.value.seal("Ada", "p") : "";
  addKey(keys);
  const later = await start();
  expect(later.isOk && later.value.open(sealed, "p")).toEqual({ isOk: true, value: "Ada" });
});

test("without the keys that it has had it does not start, and makes no others", async () => {
  const { keys, start } = startIn(folderOfTest());
  expect((await start()).isOk).toBe(true);
  rmSync(keys);
  expect(await start()).toEqual({
    isOk: false,
    error: `PRIVACY_KEYS_FILE: ${keys} is not there; bring it back from where it is kept`,
  });
});

test("with the keys of another installation it does not start", async () => {
  const { start } = startIn(folderOfTest());
  expect((await start()).isOk).toBe(true);
  const other = startIn(folderOfTest());
  makeKeyFile(other.keys);
  const detail = `${other.keys} is of another installation`;
  expect(await other.start()).toMatchObject({ error: expect.stringContaining(detail) });
});

test("of processes that start at once with keys of their own one has the right ones", async () => {
  const starts = Array.from({ length: 8 }, () => startIn(folderOfTest()));
  const opened = await Promise.all(starts.map(({ start }) => start()));
  expect(opened.filter(({ isOk }) => isOk)).toHaveLength(1);
});
