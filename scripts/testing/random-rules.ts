// Random rules that random programs hit now and then: short windows, small bounds, and for shares
// the one zone that the tariffs of these programs have.

import fc from "fast-check";
import { type Rule, ruleModes } from "../../engine/balance/rules.ts";

/** In a tariff document. */
export const zonesOfRules = { zones: [{ zoneId: "abroad", prefixes: ["44"] }] };

/** Numbers in and out of that zone, and networks of three countries. */
export const calledNumbers = fc.constantFrom(null, "+4930123", "+44201", "+44202");
export const servingNetworks = fc.constantFrom(null, "26201", "26202", "20801", "310260", "?");

const bounds = {
  spent: fc.oneof(fc.nat(5), fc.nat(500), fc.nat(20_000)),
  percent: fc.constantFrom(0, 0, 20, 50, 99),
  few: fc.nat(1),
};

const kinds = fc.oneof(
  bounds.spent.map((spentMax) => ({ spendRate: { spentMax } })),
  fc.tuple(bounds.percent, bounds.spent).map(([sharePercentMax, spentMin]) => ({
    destinationShare: { zones: ["abroad"], sharePercentMax, spentMin },
  })),
  bounds.few.map((sessionsMax) => ({ simultaneousSessions: { sessionsMax } })),
  bounds.few.map((changesMax) => ({ impossibleTravel: { changesMax } })),
);

const none = {
  spendRate: null,
  destinationShare: null,
  simultaneousSessions: null,
  impossibleTravel: null,
} as const;

export const randomRules: fc.Arbitrary<readonly Rule[]> = fc.uniqueArray(
  fc
    .record({
      ruleId: fc.constantFrom("r0", "r1", "r2", "r3"),
      mode: fc.constantFrom(...ruleModes),
      windowSeconds: fc.constantFrom(7, 600, 3_600, 86_400),
      kind: kinds,
    })
    .map(({ kind, ...rule }): Rule => ({ ...rule, ...none, ...kind })),
  { selector: ({ ruleId }) => ruleId, minLength: 1, maxLength: 3 },
);
