// Sizes and times of grants: within the tariff's bounds, up to the moment when the price changes,
// and scattered where only a bucket or a period ends.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import type { BurnPlan } from "./burn-plan.ts";
import { grantTime, sizeGrant } from "./grant.ts";

const plan = (parts: Partial<BurnPlan> = {}): BurnPlan => ({
  steps: [],
  counters: [],
  watches: [],
  spending: [],
  price: undefined,
  tierCounter: undefined,
  publication: 1,
  refusal: undefined,
  unit: "octets",
  sizing: undefined,
  quotaUnitsDefault: 1_000,
  quotaUnitsMin: 10,
  quotaUnitsMax: 5_000,
  validityTimeSeconds: 600,
  validFrom: 0,
  validUntil: 1e12,
  priceFrom: 0,
  priceUntil: 1e12,
  contextKey: "",
  keyOf: undefined,
  ...parts,
});
const timeOf = (one: BurnPlan, at: number, parts: { next?: BurnPlan; scatter?: number } = {}) =>
  grantTime({
    plan: one,
    at,
    isChangeReported: parts.next !== undefined,
    scatter: (most) => Math.min(most, parts.scatter ?? 0),
    planAt: () => parts.next ?? one,
  });

test("grants what was asked for within the bounds; 0 leaves the amount to the engine", () => {
  const sizes = [0, 1, 10, 5_000, 5_001].map((asked) => sizeGrant(plan(), asked, 600, 0));
  expect(sizes).toEqual([1_000, 10, 10, 5_000, 5_000]);
});

test("grants no more seconds than there are before the price changes", () => {
  const seconds = plan({ unit: "seconds" });
  expect(sizeGrant(seconds, 0, 60, 0)).toBe(60);
  expect(sizeGrant(seconds, 0, 3, 0)).toBe(10);
  expect(sizeGrant(seconds, 0, 600, 0)).toBe(1_000);
  expect(sizeGrant(seconds, 0, 60, 77), "the change is told").toBe(1_000);
  expect(sizeGrant(plan(), 0, 60, 0), "octets go as fast as they may").toBe(1_000);
});

test("a grant is valid until its price changes, rounded up to a second, at the longest", () => {
  const until = plan({ validUntil: 700_500, priceUntil: 700_500 });
  const seconds = [0, 100_500, 700_400, 700_499].map((at) => timeOf(until, at).validitySeconds);
  expect(seconds).toEqual([600, 600, 1, 1]);
  expect(timeOf(until, 600_000, { scatter: 60 }).validitySeconds, "not a second later").toBe(101);
});

test("who reports use before and after apart is told of the change, and goes on", () => {
  const until = plan({ validUntil: 700_500, priceUntil: 700_500 });
  const next = plan({ validFrom: 700_500, validUntil: 900_000, priceUntil: 900_000 });
  expect(timeOf(until, 600_000, { next })).toEqual({ validitySeconds: 300, change: 700 });
  const refused = { ...next, refusal: "RATING_FAILED" as const };
  expect(timeOf(until, 600_000, { next: refused })).toEqual({ validitySeconds: 101, change: 0 });
});

test("the end of a bucket or period scatters those who cannot tell, but never past a price", () => {
  const bucket = plan({ validUntil: 700_000, priceUntil: 730_000 });
  expect(timeOf(bucket, 600_000, { scatter: 0 }).validitySeconds).toBe(100);
  expect(timeOf(bucket, 600_000, { scatter: 20 }).validitySeconds).toBe(120);
  expect(timeOf(bucket, 600_000, { scatter: 1_000 }).validitySeconds).toBe(130);
  const day = plan({ validUntil: 700_000, validityTimeSeconds: 86_400 });
  const latest = timeOf(day, 600_000, { scatter: 1_000 }).validitySeconds;
  expect(latest).toBe(100 + limits.validityScatterSecondsMax);
});

test("lasts at least a second and at most what the tariff says", () => {
  const moments = fc.integer({ min: 0, max: 2_000_000 });
  fc.assert(
    fc.property(
      moments,
      moments,
      moments,
      fc.nat(400),
      fc.boolean(),
      (at, a, b, scatter, isAware) => {
        const validUntil = at + 1 + Math.min(a, b);
        const one = plan({ validUntil, priceUntil: at + 1 + Math.max(a, b) });
        const next = isAware ? plan({ validUntil: validUntil + 1 + b }) : undefined;
        const { validitySeconds } = timeOf(one, at, { scatter, ...(next && { next }) });
        expect(validitySeconds).toBeGreaterThanOrEqual(1);
        expect(validitySeconds).toBeLessThanOrEqual(600);
        if (!isAware) expect(at + 1_000 * (validitySeconds - 1)).toBeLessThan(one.priceUntil);
      },
    ),
  );
});
