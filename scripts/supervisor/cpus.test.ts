// Lists of processors as the kernel writes them, and what Redis is told.

import { expect, test } from "vitest";
import { allowedCpus, cpuSettings, parseCpuList } from "./cpus.ts";

test.each([
  ["0", [0]],
  ["0-1", [0, 1]],
  ["0-2,5,7-8", [0, 1, 2, 5, 7, 8]],
  ["", []],
  ["all", []],
  ["0-", []],
])("reads %j", (list, cpus) => {
  expect(parseCpuList(list)).toEqual(cpus);
});

test("keeps the thread that carries out commands on the first processor", () => {
  expect(cpuSettings([2, 3, 5])).toEqual(["server_cpulist 2"]);
});

test("says nothing where there is only one, or none is known", () => {
  expect(cpuSettings([0])).toEqual([]);
  expect(cpuSettings([])).toEqual([]);
});

test.runIf(process.platform === "linux")("finds at least one on Linux", () => {
  expect(allowedCpus().length).toBeGreaterThan(0);
});
