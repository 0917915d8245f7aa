// The queue gives back what is due in the order of time.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Due, putDue, takeDue } from "./due-queue.ts";

test("gives back everything, earliest first, however puts and takes are mixed", () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant("take" as const)));
  fc.assert(
    fc.property(steps, (mixed) => {
      const queue: Due[] = [];
      const expected: number[] = [];
      for (const step of mixed) {
        if (step === "take") {
          expected.sort((one, other) => one - other);
          expect(takeDue(queue)?.dueAt).toBe(expected.shift());
        } else {
          putDue(queue, { dueAt: step });
          expected.push(step);
        }
      }
      expect(queue).toHaveLength(expected.length);
    }),
  );
});
