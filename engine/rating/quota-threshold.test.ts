// At how many units left the network asks for the next grant.

import { expect, test } from "vitest";
import { amountMax } from "../values/units.ts";
import { quotaThreshold } from "./quota-threshold.ts";

test.each([
  [1_000, 20, 200],
  [10, 25, 2],
  [1, 99, 0],
  [3, 0, 0],
  [amountMax, 1, 90_071_992_547_409],
  [amountMax, 99, 8_917_127_262_193_581],
])("of %d units %d %% are %d, rounded down", (grantedUnits, percent, left) => {
  expect(quotaThreshold(grantedUnits, percent)).toBe(left);
  expect(BigInt(left)).toBe((BigInt(grantedUnits) * BigInt(percent)) / 100n);
});
