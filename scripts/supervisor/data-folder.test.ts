// The data folder: what is taken as ours, and what a reset deletes and, above all, does not.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createSubfolders,
  type DataFolder,
  openDataFolder,
  resetDataFolder,
} from "./data-folder.ts";
import type { Step } from "./ending.ts";

let place: string;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), "tollgate-data-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const must = (step: Step<DataFolder>): DataFolder => {
  if (!step.isOk) throw new Error(step.error.message ?? "");
  return step.value;
};

test("a new folder is created, marked and filled with what a run needs", () => {
  const data = must(openDataFolder(path.join(place, "new"), false));
  expect(createSubfolders(data).isOk).toBe(true);
  expect(readdirSync(data.folder).sort()).toEqual([
    "logs",
    "redis-data",
    "tokens",
    "tollgate-data.json",
  ]);
  expect(openDataFolder(data.folder, false).isOk).toBe(true);
});

test("a folder with somebody's files is refused, and left as it is", () => {
  writeFileSync(path.join(place, "thesis.txt"), "");
  expect(openDataFolder(place, false)).toMatchObject({
    error: { message: expect.stringMatching(/set TOLLGATE_DATA/), exitCode: 1 },
  });
  expect(readdirSync(place)).toEqual(["thesis.txt"]);
});

test("the default folder may hold what tests and bench left", () => {
  mkdirSync(path.join(place, "bench"));
  expect(openDataFolder(place, true).isOk).toBe(true);
});

test("a reset deletes the data, and neither the unpacked Redis nor anything else", () => {
  const data = must(openDataFolder(place, false));
  createSubfolders(data);
  mkdirSync(path.join(place, "redis"));
  writeFileSync(path.join(place, "note.txt"), "");
  writeFileSync(path.join(data.redisData, "appendonly.aof"), "");
  expect(resetDataFolder(data).isOk).toBe(true);
  expect(readdirSync(place).sort()).toEqual(["note.txt", "redis", "tollgate-data.json"]);
});

test("a reset deletes a link, not what it points to", () => {
  const data = must(openDataFolder(path.join(place, "data"), false));
  mkdirSync(path.join(place, "precious"));
  writeFileSync(path.join(place, "precious", "file"), "");
  symlinkSync(path.join(place, "precious"), data.logs);
  expect(resetDataFolder(data).isOk).toBe(true);
  expect(existsSync(data.logs)).toBe(false);
  expect(existsSync(path.join(place, "precious", "file"))).toBe(true);
});

test("without the marker nothing is deleted", () => {
  const data = must(openDataFolder(place, false));
  createSubfolders(data);
  rmSync(path.join(place, "tollgate-data.json"));
  expect(resetDataFolder(data).isOk).toBe(false);
  expect(existsSync(data.redisData)).toBe(true);
});

test.each([
  ["file/data", /in the way/],
  ["missing/data", /parent does not exist/],
])("%s is told in one line", (name, message) => {
  writeFileSync(path.join(place, "file"), "");
  const outcome = openDataFolder(path.join(place, name), false);
  expect(outcome).toMatchObject({ error: { message: expect.stringMatching(message) } });
});
