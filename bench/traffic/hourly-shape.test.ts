// The published columns, copied without a slip, and the shapes made of them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { hourlyShapes, measuredColumns, shapeAt } from "./hourly-shape.ts";

const kinds = Object.entries(hourlyShapes);

test("the columns are complete and sum to what the report's charts sum to", () => {
  const sums = Object.fromEntries(
    Object.entries(measuredColumns).map(([name, column]) => {
      expect(column).toHaveLength(24);
      return [name, Number(column.reduce((sum: number, value) => sum + value, 0).toFixed(5))];
    }),
  );
  expect(sums).toEqual({
    video: 41.6,
    youtube: 38.9,
    socialMedia: 36.1,
    messaging: 31.5,
    zoom: 20.39,
    gaming: 0.80845,
    web: 14.8249,
  });
});

test.each(kinds)("%s has a mean of 1 over the day, also between the hours", (_, shape) => {
  expect(shape).toHaveLength(24);
  let sum = 0;
  for (let second = 0; second < 86_400; second++) sum += shapeAt(shape, second);
  expect(sum / 86_400).toBeCloseTo(1, 9);
});

test.each(kinds)("%s takes the hour's value at the middle of the hour", (_, shape) => {
  for (let hour = 0; hour < 24; hour++) {
    expect(shapeAt(shape, hour * 3600 + 1800)).toBeCloseTo(shape[hour] ?? Number.NaN, 12);
  }
});

test("no shape leaves the range of its hours, nor jumps at midnight", () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 86_400 }), ([, shape], at) => {
      const value = shapeAt(shape, at);
      expect(value).toBeGreaterThanOrEqual(Math.min(...shape) - 1e-9);
      expect(value).toBeLessThanOrEqual(Math.max(...shape) + 1e-9);
    }),
  );
  for (const [, shape] of kinds) {
    expect(shapeAt(shape, 86_399.999)).toBeCloseTo(shapeAt(shape, 0), 4);
  }
});

test("people call and write by day: three in the afternoon is far busier than at night", () => {
  for (const shape of [hourlyShapes.call, hourlyShapes.shortMessage]) {
    expect(shapeAt(shape, 15 * 3600)).toBeGreaterThan(5 * shapeAt(shape, 3 * 3600));
  }
});
