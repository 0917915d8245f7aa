// How many attempts a process has under way. Each subscription may always have one, so that those
// that take long never hold up others; what it has beyond that comes out of a common pool.

import { assert } from "../../engine/values/assert.ts";

export type DeliveryBudget = {
  /** Whether one more may begin, of a subscription that has `underWay`. */
  take(underWay: number): boolean;
  /** One has ended of a subscription that has `left` under way. */
  give(left: number): void;
};

export const createDeliveryBudget = (sharedMax: number): DeliveryBudget => {
  let shared = 0;
  return {
    take: (underWay) => {
      if (underWay === 0) return true;
      if (shared >= sharedMax) return false;
      shared++;
      return true;
    },
    give: (left) => {
      if (left > 0) shared--;
      assert(shared >= 0, "an attempt ended that had not begun");
    },
  };
};
