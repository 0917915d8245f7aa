// The last line of the checks must never be better than the run was: what a report can leave out
// counts as a failure.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("./count-tests.mjs", import.meta.url));

type FileResult = { status: string; assertionResults: { status: string }[] };

const file = (...statuses: string[]): FileResult => ({
  status: statuses.includes("failed") ? "failed" : "passed",
  assertionResults: statuses.map((status) => ({ status })),
});
const broken: FileResult = { status: "failed", assertionResults: [] };

/** What is printed for a run that ended with `exitCode` and left this report, or none. */
const count = async (files: FileResult[] | undefined, exitCode: number): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-count-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const report = path.join(folder, "tests.json");
  if (files !== undefined) await writeFile(report, JSON.stringify({ testResults: files }));
  const args = [program, report, String(exitCode)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.trim();
};

test("counts tests, not files", async () => {
  expect(await count([file("passed", "passed"), file("passed")], 0)).toBe("3 0");
  expect(await count([file("passed", "failed"), file("failed")], 1)).toBe("1 2");
});

test("a file that did not load is a failure, also beside others", async () => {
  expect(await count([file("passed"), broken], 1)).toBe("1 1");
});

test("a run that ended badly without a failed test is a failure", async () => {
  expect(await count([file("passed", "passed")], 1)).toBe("2 1");
});

test("no report is a failure, even of a run that said it went well", async () => {
  expect(await count(undefined, 0)).toBe("0 1");
});

test("a report without any test is a failure", async () => {
  expect(await count([], 0)).toBe("0 1");
});
