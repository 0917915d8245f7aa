// What rules are told apart by, and which country a network is in.

import { expect, test } from "vitest";
import { companionsOf, isRuleState } from "./companions.ts";
import { countryOf, destinationsOf, kindOf, measureOf, type Rule } from "./rules.ts";

const plain: Rule = {
  ...{ ruleId: "r", mode: "shadow", windowSeconds: 60 },
  ...{ spendRate: null, destinationShare: null },
  ...{ simultaneousSessions: null, impossibleTravel: null },
};
const share = { zones: ["premium"], sharePercentMax: 20, spentMin: 7 };

test.each([
  [{ spendRate: { spentMax: 5 } }, "spendRate", "spendRate 60 5"],
  [{ destinationShare: share }, "destinationShare", "destinationShare 60 20 7"],
  [
    { simultaneousSessions: { sessionsMax: 3 } },
    "simultaneousSessions",
    "simultaneousSessions 60 3",
  ],
  [{ impossibleTravel: { changesMax: 2 } }, "impossibleTravel", "impossibleTravel 60 2"],
] as const)("%j is of its kind, and measured by its numbers", (kind, name, measure) => {
  const rule = { ...plain, ...kind };
  expect([kindOf(rule), measureOf(rule)]).toEqual([name, measure]);
  expect(measureOf({ ...rule, mode: "enforcing" })).toBe(measure);
});

test("a share keeps two amounts, every other rule one", () => {
  const rules = [
    { ...plain, destinationShare: share },
    { ...plain, spendRate: { spentMax: 5 } },
  ];
  const names = companionsOf([], [], rules).map(({ counterId }) => counterId);
  expect(names).toEqual([
    "r destinationShare 60 20 7",
    "r destinationShare 60 20 7 there",
    "r spendRate 60 5",
  ]);
  expect(names.map(isRuleState)).toEqual([true, true, true]);
  const others = ["spendRate", "r state", "b renewal month 1 1"];
  expect(others.filter(isRuleState)).toEqual([]);
});

test("only a share looks at destinations", () => {
  expect(destinationsOf({ ...plain, destinationShare: share })?.zones).toEqual(["premium"]);
  expect(destinationsOf({ ...plain, spendRate: { spentMax: 5 } })).toBe(null);
});

test.each([
  ["26201", 262],
  ["310260", 310],
  ["00101", 1],
  ["2620", 0],
  ["2620101", 0],
  ["abcde", 0],
  ["", 0],
  [null, 0],
  [undefined, 0],
])("the country of %j is %i", (network, country) => {
  expect(countryOf(network)).toBe(country);
});
