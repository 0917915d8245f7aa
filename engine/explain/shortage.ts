// Why something cannot be had, as lua/lib/shortage.lua has it: a cap that is reached, or without
// which the account could pay; else credit.

import { resultCodes } from "../protocol/result-codes.ts";
import type { PlanNumbers } from "../store/plan-numbers.ts";
import type { Work } from "./cells.ts";
import type { Group } from "./session-group.ts";
import { isAffordable, release } from "./settle.ts";
import { isCapReached } from "./watch.ts";

/** To be tried on. */
export const copyOf = (work: Work): Work => ({
  ...work,
  cells: [...work.cells],
  touched: new Map(work.touched),
});

/** Of `units` of a group whose holds are released. */
export const shortage = (work: Work, plan: PlanNumbers, group: Group, units: number): number => {
  const isCap =
    isCapReached(work, plan) || (plan.watches.length > 0 && isAffordable(work, plan, group, units));
  const { QUOTA_LIMIT_REACHED, CREDIT_LIMIT_REACHED } = resultCodes;
  return (isCap ? QUOTA_LIMIT_REACHED : CREDIT_LIMIT_REACHED).number;
};

/** Of a group that was granted a part, of what is wanted all together. */
export const shortageOfWhole = (work: Work, plan: PlanNumbers, group: Group, wanted: number) => {
  if (!group.isFinal) return resultCodes.CREDIT_LIMIT_REACHED.number;
  const before = copyOf(work);
  release(before, group);
  return shortage(before, plan, group, wanted);
};
