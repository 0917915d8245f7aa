// Sums beyond 2^53 stay exact.

import fc from "fast-check";
import { expect, test } from "vitest";
import { amountMax } from "../values/units.ts";
import { addExactly, cellStride, fields, readSum, withSlots } from "./audit-sums.ts";

const amounts = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(9),
  fc.constantFrom(amountMax, 2 ** 52, 2 ** 52 - 1),
);

test("adds as bigint does", () => {
  fc.assert(
    fc.property(fc.array(amounts, { maxLength: 50 }), (list) => {
      const cells = new Float64Array(cellStride);
      let sum = 0n;
      for (const amount of list) {
        addExactly(cells, fields.debited, amount);
        sum += BigInt(amount);
      }
      expect(readSum(cells, fields.debited)).toBe(sum);
      expect([...cells.subarray(0, fields.debited)]).toEqual([0, 0, 0, 0]);
    }),
    { numRuns: 1_000 },
  );
});

test("more slots keep what there was, fewer take nothing away", () => {
  const cells = Float64Array.from({ length: cellStride }, (_, index) => index + 1);
  const more = withSlots(cells, 2);
  expect([...more]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(withSlots(more, 1)).toBe(more);
});
