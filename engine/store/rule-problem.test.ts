// Rules that nobody can mean.

import { expect, test } from "vitest";
import type { Rule } from "../balance/rules.ts";
import { limits } from "../limits.ts";
import { ruleProblem } from "./rule-problem.ts";

const spendRate = { spentMax: 0 };
const rule: Rule = {
  ...{ ruleId: "r", mode: "shadow", windowSeconds: 1 },
  ...{ spendRate, destinationShare: null, simultaneousSessions: null, impossibleTravel: null },
};
const share = { zones: ["a"], sharePercentMax: 99, spentMin: 0 };
const most = limits.sessionsPerAccountMax - 1;

test.each([
  {},
  { windowSeconds: limits.ruleWindowSecondsMax },
  { spendRate: null, destinationShare: share },
  { spendRate: null, simultaneousSessions: { sessionsMax: most } },
  { spendRate: null, impossibleTravel: { changesMax: 0 } },
])("%j is a rule", (part) => {
  expect(ruleProblem({ ...rule, ...part }, "rules[0]")).toBe(undefined);
});

test.each([
  [{ spendRate: null }, "rules[0]: expected one kind of"],
  [{ impossibleTravel: { changesMax: 1 } }, "rules[0]: expected one kind of"],
  [{ windowSeconds: 0 }, "rules[0].windowSeconds: expected 1 to"],
  [{ windowSeconds: limits.ruleWindowSecondsMax + 1 }, "rules[0].windowSeconds: expected 1 to"],
  [
    { spendRate: null, destinationShare: { ...share, zones: [] } },
    "rules[0].destinationShare.zones: there is none",
  ],
  [
    { spendRate: null, destinationShare: { ...share, sharePercentMax: 100 } },
    "rules[0].destinationShare.sharePercentMax: expected 0 to 99",
  ],
  [
    { spendRate: null, simultaneousSessions: { sessionsMax: most + 1 } },
    `rules[0].simultaneousSessions.sessionsMax: more than ${most} are never beyond it`,
  ],
])("%j is none", (part, problem) => {
  expect(ruleProblem({ ...rule, ...part }, "rules[0]")).toContain(problem);
});
