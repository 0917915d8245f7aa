// A result says on what it was measured, and when it is not the commit that it names.

import { expect, test } from "vitest";
import { describeMachine, machineLines } from "./machine.ts";

const machine = describeMachine({
  redisVersion: "7.0.15",
  measuredAt: new Date("2026-11-20T10:00:00Z"),
});

test("names what the numbers depend on", () => {
  expect(machine).toMatchObject({
    node: process.version,
    redis: "7.0.15",
    measuredAt: "2026-11-20T10:00:00.000Z",
  });
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.cpuModel).not.toBe("");
  expect(machine.commit ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}$/);
});

test("the head of a table says when the commit is not all that was measured", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  expect(machineLines({ ...machine, commit, isDirty: true })[1]).toContain("0123456789ab, changed");
  expect(machineLines({ ...machine, commit, isDirty: false })[1]).not.toContain("changed");
  expect(machineLines({ ...machine, commit: null })[1]).toContain("no commit");
});
