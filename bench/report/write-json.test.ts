// A result file is whole or not there.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeJson } from "./write-json.ts";

const openFolder = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-bench-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
};

test("replaces a file and leaves nothing else in the folder", async () => {
  const folder = await openFolder();
  const file = path.join(folder, "result.json");
  await writeJson(file, { opsPerSecond: 1 });
  await writeJson(file, { opsPerSecond: 2 });
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ opsPerSecond: 2 });
  expect(await readdir(folder)).toEqual(["result.json"]);
});

test("a missing folder is an error", async () => {
  const file = path.join(await openFolder(), "missing", "result.json");
  await expect(writeJson(file, {})).rejects.toThrow("ENOENT");
});

test("a value that is no JSON leaves the file as it was", async () => {
  const folder = await openFolder();
  const file = path.join(folder, "result.json");
  await writeJson(file, { opsPerSecond: 1 });
  await expect(writeJson(file, { opsPerSecond: 1n })).rejects.toThrow("BigInt");
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ opsPerSecond: 1 });
  expect(await readdir(folder)).toEqual(["result.json"]);
});
