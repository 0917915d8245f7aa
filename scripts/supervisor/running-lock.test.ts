// One Tollgate per data folder, and no lock outlives its process.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processStart } from "./process-identity.ts";
import { lockName, takeRunningLock } from "./running-lock.ts";

let folder: string;
const file = (): string => path.join(folder, lockName);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const leave = (pid: number, start: string): void =>
  writeFileSync(file(), JSON.stringify({ pid, start }));

test("is taken once, told in one line to the second, and given back", () => {
  const first = takeRunningLock(folder);
  if (!first.isOk) throw new Error("not taken");
  const second = takeRunningLock(folder);
  expect(second).toMatchObject({
    isOk: false,
    error: { message: expect.stringContaining(`already running`), exitCode: 1 },
  });
  first.value.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(takeRunningLock(folder).isOk).toBe(true);
});

test.each([
  ["a process that is gone", 2 ** 22 - 1, "some boot 1"],
  ["our own id, given to another process before", process.pid, "some boot 1"],
])("the lock of %s does not keep us out", (_, pid, start) => {
  leave(pid, start);
  expect(takeRunningLock(folder).isOk).toBe(true);
});

test("a lock that cannot be read does not keep us out", () => {
  writeFileSync(file(), "{");
  expect(takeRunningLock(folder).isOk).toBe(true);
});

test("what is released is only one's own", () => {
  const lock = takeRunningLock(folder);
  if (!lock.isOk) throw new Error("not taken");
  leave(process.pid, "somebody else's");
  lock.value.release();
  expect(existsSync(file())).toBe(true);
});

test("a process is told by its id and its start", () => {
  expect(processStart(process.pid)).toBe(processStart(process.pid));
  expect(processStart(process.pid)).not.toBe(processStart(process.ppid));
  expect(processStart(2 ** 22 - 1)).toBeNull();
});
