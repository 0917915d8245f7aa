// What postmaster.pid says, and that nobody waits for what is gone.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parsePostmaster, postmasterFile, waitForLeftover } from "./postmaster.ts";

const text = (pid: number, status = "ready   "): string =>
  [pid, "/data", 1_763_787_600, 7632, "", "127.0.0.1", "   7632    123456789", status, ""].join(
    "\n",
  );

const dataFolder = (content: string): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-postmaster-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(postmasterFile(folder), content);
  return folder;
};

test("reads process, port, memory and status", () => {
  expect(parsePostmaster(text(1234))).toEqual({
    pid: 1234,
    port: 7632,
    sharedMemoryId: "123456789",
    status: "ready",
  });
});

test("of a file that is only begun it takes what is there", () => {
  expect(parsePostmaster("1234\n/data\n")).toMatchObject({ sharedMemoryId: null, status: "" });
  expect(parsePostmaster("")).toBeNull();
});

test("a process that is gone, or is something else by now, is not waited for", async () => {
  const gone = spawn("true");
  await once(gone, "exit");
  for (const pid of [gone.pid as number, process.pid]) {
    const folder = dataFolder(text(pid));
    expect(await waitForLeftover(folder, 0)).toEqual({ isOk: true, value: true });
    expect(existsSync(postmasterFile(folder))).toBe(false);
  }
});

test("without a file the last run ended in order", async () => {
  const folder = dataFolder("");
  expect(await waitForLeftover(folder, 0)).toEqual({ isOk: true, value: false });
});

test("one that stays is named, with how to stop it", async () => {
  const sleeper = spawn("sleep", ["60"], { argv0: "postgres" });
  onTestFinished(() => void sleeper.kill("SIGKILL"));
  await once(sleeper, "spawn");
  const outcome = await waitForLeftover(dataFolder(text(sleeper.pid as number)), 0);
  expect(outcome).toMatchObject({ isOk: false });
  expect(outcome.isOk ? "" : outcome.error).toContain(`kill -INT ${sleeper.pid}`);
});
