// How fast the walk goes: through everything within its time, and never in a rush.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { paceOf } from "./patrol.ts";

test("a walk comes by all keys within its time, however many there are", () => {
  fc.assert(
    // As many as turns of a second each can come by.
    fc.property(fc.integer({ min: 0, max: 170_000_000 }), (keysHeld) => {
      const { count, pauseMs } = paceOf(keysHeld);
      expect(count * limits.patrolWalkMs).toBeGreaterThanOrEqual(keysHeld * pauseMs);
      expect(count).toBeLessThanOrEqual(limits.patrolKeysMax);
      expect(pauseMs).toBeGreaterThanOrEqual(1_000);
      expect(pauseMs).toBeLessThanOrEqual(limits.patrolPauseMsMax);
    }),
  );
});

test.each([
  // No keys, a demonstration, an operator of ten million accounts, more than turns can come by.
  [0, { count: 10, pauseMs: 15 * 60_000 }],
  [2_000, { count: 10, pauseMs: 432_000 }],
  [24_000_000, { count: 1_389, pauseMs: 5_000 }],
  [10 ** 10, { count: 2_000, pauseMs: 17 }],
])("%i keys", (keysHeld, pace) => {
  expect(paceOf(keysHeld)).toEqual(pace);
});
