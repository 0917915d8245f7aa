// CPU time as the system reports it, read right in each of its spellings.

import { spawn } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { cpuMicrosOf, parseProcStat, parsePsTime } from "./cpu.ts";

test("reads user and system ticks, whatever the process calls itself", () => {
  const stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 900 0 0 0 150 25 7 7 20 0 3 0 100 1 1";
  expect(parseProcStat(stat, 100)).toBe(1_750_000);
  expect(() => parseProcStat("42 (short)", 100)).toThrow("not a /proc stat line");
});

test("reads every form of ps's times", () => {
  expect(parsePsTime("  0:01.25\n")).toBe(1_250_000);
  expect(parsePsTime("00:00:02")).toBe(2_000_000);
  expect(parsePsTime("1-02:03:04")).toBe(93_784_000_000);
  expect(() => parsePsTime("")).toThrow("not a time of ps");
});

test("agrees with what this process knows of itself", () => {
  const end = process.cpuUsage().user + process.cpuUsage().system + 300_000;
  while (process.cpuUsage().user + process.cpuUsage().system < end) Math.sqrt(2);
  const { user, system } = process.cpuUsage();
  expect(Math.abs(cpuMicrosOf(process.pid) - (user + system))).toBeLessThan(100_000);
});

test("a sleeping process uses none; a process that is gone is an error", async () => {
  const sleeper = spawn("sleep", ["60"]);
  onTestFinished(() => {
    sleeper.kill();
  });
  const pid = sleeper.pid as number;
  const before = cpuMicrosOf(pid);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(cpuMicrosOf(pid) - before).toBeLessThanOrEqual(20_000);
  const exited = new Promise((resolve) => sleeper.once("exit", resolve));
  sleeper.kill();
  await exited;
  expect(() => cpuMicrosOf(pid)).toThrow();
});
