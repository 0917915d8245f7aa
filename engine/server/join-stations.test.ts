// Stations of a journey: everything that is due has one, in its time, and they are not too many.

import fc from "fast-check";
import { expect, test } from "vitest";
import { joinStations } from "./join-stations.ts";

const span = { after: 1_000, until: 11_000 };
const seed = 20_261_122;

test(`each account has a station soon after it is due, and never before (seed ${seed})`, () => {
  const moments = fc.integer({ min: span.after + 1, max: span.until });
  const accounts = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 });
  const due = fc.array(fc.tuple(moments, accounts), { maxLength: 60 });
  const property = fc.property(due, fc.integer({ min: 1, max: 40 }), (pairs, most) => {
    const found = new Map(pairs.map(([at, keys]) => [at, new Set(keys)]));
    const stations = joinStations(found, span, most);
    const at = [...stations.keys()];
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(stations.size).toBeLessThanOrEqual(Math.max(most, 0));
    const lateMax = found.size > most ? (span.until - span.after) / most : 0;
    for (const [moment, keys] of found) {
      const next = at.find((one) => one >= moment)!;
      expect(next - moment).toBeLessThanOrEqual(lateMax);
      expect(stations.get(next)).toEqual(expect.arrayContaining([...keys]));
    }
  });
  fc.assert(property, { seed, numRuns: 500 });
});

test("where they are few each has its own moment, to the millisecond", () => {
  const found = new Map([
    [5_000, new Set(["b"])],
    [4_999, new Set(["a", "b"])],
  ]);
  expect([...joinStations(found, span, 2)]).toEqual([
    [4_999, ["a", "b"]],
    [5_000, ["b"]],
  ]);
});
