// How fast the walk goes: through everything within its time, and never in a rush.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { paceOf } from "./patrol.ts";

test("a walk comes by all keys within its time, however many there are", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (keysHeld) => {
      const { count, pauseMs } = paceOf(keysHeld);
      const turns = Math.floor(limits.patrolWalkMs / pauseMs);
      expect(turns * count).toBeGreaterThanOrEqual(keysHeld);
      expect(pauseMs).toBeGreaterThanOrEqual(limits.patrolPauseMsMin);
      expect(pauseMs).toBeLessThanOrEqual(limits.patrolPauseMsMax);
    }),
  );
});

test.each([
  // No keys, a demonstration, an operator of ten million accounts.
  [0, { count: 10, pauseMs: 15 * 60_000 }],
  [2_000, { count: 10, pauseMs: 432_000 }],
  [24_000_000, { count: 1_389, pauseMs: 5_000 }],
])("%i keys", (keysHeld, pace) => {
  expect(paceOf(keysHeld)).toEqual(pace);
});
