// Counts what Vitest's JSON report says, for the last line of `.ci/run`: prints "passed failed". A
// file that did not load, no report, no tests, and a run that ended badly without a failed test
// each count as a failure. Called with the report's file and the exit code of the run.

import { readFileSync } from "node:fs";

/**
 * @typedef {{ status: string }} Test
 * @typedef {{ status: string, assertionResults: Test[] }} FileResult
 */

const isFailed = (/** @type {Test} */ { status }) => status === "failed";
const isPassed = (/** @type {Test} */ { status }) => status === "passed";

/** A file that failed without a failed test: it could not be loaded, or a hook of it threw. */
const isBroken = (/** @type {FileResult} */ result) =>
  isFailed(result) && !result.assertionResults.some(isFailed);

const count = (/** @type {string} */ reportFile) => {
  /** @type {{ testResults: FileResult[] }} */
  const { testResults } = JSON.parse(readFileSync(reportFile, "utf8"));
  const tests = testResults.flatMap((result) => result.assertionResults);
  const failed = tests.filter(isFailed).length + testResults.filter(isBroken).length;
  return { passed: tests.filter(isPassed).length, failed };
};

const [, , reportFile = "", exitCode = "1"] = process.argv;
let counts = { passed: 0, failed: 0 };
try {
  counts = count(reportFile);
} catch (error) {
  console.error(`no report of the tests: ${error}`);
}
const isDoubtful = exitCode !== "0" || counts.passed === 0;
if (isDoubtful && counts.failed === 0) counts.failed = 1;
console.log(`${counts.passed} ${counts.failed}`);
