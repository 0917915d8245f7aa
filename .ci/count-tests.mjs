// Counts what Vitest's JSON report says: prints "passed failed". A file that did not even load, a
// missing report, and a run that ended badly without a failed test each count as a failure.

import { readFileSync } from "node:fs";

const [, , file = "", status = "1"] = process.argv;

const count = () => {
  const report = JSON.parse(readFileSync(file, "utf8"));
  const tests = report.testResults.flatMap((result) => result.assertionResults);
  const isBroken = ({ status, assertionResults }) =>
    status === "failed" && assertionResults.every((test) => test.status !== "failed");
  const passed = tests.filter((test) => test.status === "passed").length;
  const failed =
    tests.filter((test) => test.status === "failed").length +
    report.testResults.filter(isBroken).length;
  return { passed, failed };
};

let counts = { passed: 0, failed: 1 };
try {
  counts = count();
} catch (error) {
  console.error(`no report of the tests: ${error.message}`);
}
if (Number(status) !== 0 && counts.failed === 0) counts.failed = 1;
console.log(`${counts.passed} ${counts.failed}`);
