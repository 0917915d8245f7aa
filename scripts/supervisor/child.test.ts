// Long-running children: what they said last, how they are stopped, and that they end with us.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Child, findLastWords, startChild } from "./child.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-child-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const startShell = (script: string): Child => {
  const child = startChild({
    command: "/bin/sh",
    args: ["-c", script],
    environment: process.env,
    folder,
    logFile: path.join(folder, "child.log"),
  });
  if (child === null) throw new Error("/bin/sh does not start");
  return child;
};

test("its output is in the log, its end is told", async () => {
  const child = startShell("echo out; echo err >&2; exit 3");
  expect(await child.exited).toBe("exit 3");
  expect(child.ending()).toBe("exit 3");
  expect(readFileSync(path.join(folder, "child.log"), "utf8")).toBe("out\nerr\n");
  expect(child.lastWords()).toBe("err");
});

test("what an earlier run left in the log is not this run's last word", async () => {
  await startShell("echo earlier").exited;
  const child = startShell("exit 1");
  await child.exited;
  expect(child.lastWords()).toBeNull();
});

test("stops on SIGTERM, and after the grace without being asked again", async () => {
  expect(await startShell("exec sleep 60").stop(10_000)).toBe("SIGTERM");
  const stubborn = startShell("trap '' TERM; echo up; while :; do sleep 0.05; done");
  while (stubborn.lastWords() === null) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await stubborn.stop(100)).toBe("SIGKILL");
});

test("a program that does not exist is null", () => {
  const logFile = path.join(folder, "child.log");
  const command = { command: "/no/such/program", args: [], environment: {}, folder, logFile };
  expect(startChild(command)).toBeNull();
});

test.each([
  [
    '{"level":30,"msg":"starting"}\n' +
      '{"level":60,"msg":"cannot start","err":{"message":"no peers"}}\n{"level":30,"msg":"bye"}',
    "cannot start: no peers",
  ],
  [
    "file:///x.ts:1\n\nTypeError: x is undefined\n" +
      "    at main (file:///x.ts:1:2)\n\nNode.js v20.20.2",
    "TypeError: x is undefined",
  ],
  ['{"level":"error","msg":"no Redis"}\n{"level":"info","msg":"bye"}', "no Redis"],
  ["one\ntwo\n", "two"],
  [
    "2026-11-22 04:31:00.123 UTC [99] FATAL:  could not create any TCP/IP sockets\n" +
      "2026-11-22 04:31:00.125 UTC [99] LOG:  database system is shut down",
    "could not create any TCP/IP sockets",
  ],
  ["", null],
])("of %j the last words are found", (log, words) => {
  expect(findLastWords(log)).toBe(words);
});
